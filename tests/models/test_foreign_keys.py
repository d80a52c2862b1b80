"""Whoever deletes a member, an account or a webhook finds the rows that go along by an index."""

from sqlalchemy import inspect

from models.cluster import Cluster

KEPT = {"tenant", "shard"}  # are never deleted, so nobody looks for what refers to them


def test_every_foreign_key_begins_an_index(cluster: Cluster) -> None:
    found = inspect(cluster.engine)
    without = {}
    for table in found.get_table_names():
        firsts = {index["column_names"][0] for index in found.get_indexes(table)}
        firsts |= {key["column_names"][0] for key in found.get_unique_constraints(table)}
        firsts |= set(found.get_pk_constraint(table)["constrained_columns"][:1])
        for key in found.get_foreign_keys(table):
            if key["referred_table"] not in KEPT and not firsts & {*key["constrained_columns"]} - {
                "tenant_id"
            }:
                without[table] = key["constrained_columns"]
    assert without == {}
