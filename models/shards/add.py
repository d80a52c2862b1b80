"""Tells a new, empty database that it is a shard, and enters it in the map with no bucket."""

from __future__ import annotations

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert

from models import migrations
from models.cluster import Cluster
from models.errors import Conflict
from models.settings import SHARD_NAME
from models.shards.change import owned, tell_name
from models.shards.rows import HOME, BucketMap, ShardEntry

IN_USE = text("SELECT EXISTS (SELECT FROM member) OR EXISTS (SELECT FROM account)")


def add_shard(cluster: Cluster, name: str, region: str = HOME) -> None:
    """Enter the shard `name` of the settings in the map; safe to repeat.

    Raises
    ------
    Conflict
        When its database is used for something else, is not at this version's schema, or is in the map in
        another region.
    Unavailable
        When it does not answer, or the settings do not say where it is.
    """
    if not SHARD_NAME.fullmatch(name):
        raise Conflict(f"{name!r} is no name of a shard: lower-case letters, digits, - and _")
    shard = cluster.named(name)
    with shard.work():  # says in one sentence when the server does not answer
        pass
    if (found := migrations.revision_of(shard.engine)) != migrations.head():
        raise Conflict(
            f"its schema is of revision {found} and not {migrations.head()}: run `reveille migrate`"
        )
    epoch = cluster.map().epoch
    with shard.work() as session:
        known, _ = owned(session)
        if known != name:
            if session.scalar(IN_USE):
                raise Conflict(f"the database of {name} is the shard {known} already, and has members")
            tell_name(session, name, epoch)
    with cluster.control() as session:
        entered = insert(ShardEntry).values(name=name, region=region).on_conflict_do_nothing()
        if session.scalar(entered.returning(ShardEntry.name)) is not None:
            session.execute(update(BucketMap).values(epoch=BucketMap.epoch + 1))
        elif (there := session.get_one(ShardEntry, name).region) != region:
            raise Conflict(f"the shard {name} is of the region {there} already")
    cluster.refresh()
