"""What moves of buckets and the starts of nights keep from each other.

A night is cut into chunks by the members that each shard has. Were one moved between the cuts of two shards,
he would be in both or in none; so neither begins while the other is at it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from models.cluster import Cluster
from models.errors import Unavailable

NIGHTS = 7_265_766_568  # advisory lock of the control database
TRY = text(f"SELECT pg_try_advisory_xact_lock({NIGHTS})")
TRY_SHARED = text(f"SELECT pg_try_advisory_xact_lock_shared({NIGHTS})")

PATIENCE_S = 5.0  # a bucket is between two shards for less
LOOK_S = 0.05


@contextmanager
def no_moves(cluster: Cluster) -> Iterator[None]:
    """For the block no bucket goes from one shard to another; several may ask for that at once.

    Raises
    ------
    Unavailable
        When buckets are moving at this moment.
    """
    until = time.monotonic() + PATIENCE_S
    with cluster.control() as session:
        while not session.scalar(TRY_SHARED):
            if time.monotonic() >= until:
                raise Unavailable("buckets are moving between shards at this moment; try again")
            time.sleep(LOOK_S)
        yield


@contextmanager
def no_nights(cluster: Cluster) -> Iterator[bool]:
    """For the block no night starts; False when one is just starting, and then nothing is held."""
    with cluster.control() as session:
        yield bool(session.scalar(TRY))
