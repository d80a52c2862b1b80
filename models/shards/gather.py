"""Lists that lie on several shards: every shard gives its first rows, merged by the key of their order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, islice
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from models.cluster import Cluster

Item = TypeVar("Item")


def gather(
    cluster: Cluster,
    look: Callable[[Session], Sequence[Item]],
    *,
    key: Callable[[Item], Any],
    limit: int,
    newest_first: bool = False,
    may_lag: bool = False,
) -> list[Item]:
    """The first `limit` rows of all shards together in the order of `key`, which is theirs on each shard.

    `look` gives at most `limit` rows of a shard, those after the cursor of the page; so the merged page is
    the page that one database would give. A row on its way is on two shards for a moment, and here once.
    With `may_lag` replicas are asked, as `Cluster.control` does.

    Raises
    ------
    Unavailable
        When a shard does not answer: a page without its rows would be wrong.
    """
    return merged(on_each(cluster, look, may_lag=may_lag), key=key, limit=limit, newest_first=newest_first)


def merged(
    pages: Sequence[Sequence[Item]], *, key: Callable[[Item], Any], limit: int, newest_first: bool = False
) -> list[Item]:
    """The first `limit` of sorted pages, each key once.

    >>> merged([[9, 4, 1], [8, 4]], key=lambda n: n, limit=4, newest_first=True)
    [9, 8, 4, 1]
    """
    rows = heapq.merge(*pages, key=key, reverse=newest_first)
    return list(islice((next(same) for _, same in groupby(rows, key=key)), limit))


def on_each(cluster: Cluster, look: Callable[[Session], Item], *, may_lag: bool = False) -> list[Item]:
    """What `look` gives on each shard."""
    found = []
    for part in cluster.each():
        with part.control(may_lag=may_lag) as session:
            found.append(look(session))
    return found


def by_shard(
    cluster: Cluster, ids: Sequence[UUID], look: Callable[[Session, list[UUID]], Mapping[UUID, Item]]
) -> dict[UUID, Item]:
    """What `look` gives of these rows, asked of the shard of each."""
    places: dict[str, list[UUID]] = {}
    for row_id in ids:
        places.setdefault(cluster.place_of(row_id), []).append(row_id)
    found: dict[UUID, Item] = {}
    for part in places.values():
        with cluster.write_all(part) as session:
            found |= look(session, part)
    return found
