"""Whoever reads the whole database without its root key finds no address, no name and no weight of a log."""

from collections.abc import Iterator
from uuid import uuid4

from flask import Flask
from sqlalchemy import text

from models.cluster import Cluster
from tests.web.people import NUTRITION, Person, login, register
from tests.web.work import finish

EMAIL = "Zebulon.Quackenbush@Example.mil"
NAME = "Zebulon Xavier Quackenbush"
WEIGHT = 97.8125  # which nothing else is
TABLES = text(
    "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
    "AND n.nspname NOT LIKE 'pg_%'"
)


def rows_of_everything(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """Every row of every table, partitions too, with each column as text."""
    with cluster.control() as session:
        session.execute(text("SET LOCAL bytea_output = 'escape'"))  # what is readable in bytes is read
        for table in session.scalars(TABLES).all():
            for row in session.scalars(text(f"SELECT t::text FROM {table} t")):
                yield table, row


def test_no_address_name_or_logged_weight_is_there_to_be_read(app: Flask, cluster: Cluster) -> None:
    assert register(app, EMAIL, name=NAME).status_code == 201
    person = Person(app, EMAIL, login(app, EMAIL).get_json())
    login(app, EMAIL, "wrong wrong")
    person.put("/v1/profile", {**NUTRITION["member"], "weight_kg": WEIGHT})
    person.post("/v1/logs/weights", {"date": "2026-11-01", "weight_kg": WEIGHT})
    person.post("/v1/logs/intake", {"date": "2026-11-01", "kcal": 2345.0625})
    person.post("/v1/webhooks", {"url": "https://hooks.example.com/x"})
    finish(cluster, person.post("/v1/plans", NUTRITION).json["id"])
    seen = set()
    for table, row in rows_of_everything(cluster):
        seen.add(table)
        for word in (EMAIL, NAME, "Quackenbush", "zebulon", str(WEIGHT), "2345.0625"):
            assert word.lower() not in row.lower(), (table, word)
    assert {"account", "member", "job", "weight_log", "plan_months.live", "audit"} <= seen
    assert person.get("/v1/profile").json["weight_kg"] == WEIGHT
    assert person.get("/v1/privacy/export").json["data"]["account"][0]["name"] == NAME


def test_the_search_would_find_them(cluster: Cluster) -> None:
    word = f"{uuid4()}@example.mil"
    with cluster.control() as session:
        session.execute(text("UPDATE tenant SET name = :word"), {"word": word})
    assert any(word in row for _, row in rows_of_everything(cluster))
