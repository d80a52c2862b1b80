"""The lead among processes of a kind: an advisory lock that lives as long as its holder's connection."""

from __future__ import annotations

import logging

import psycopg

from models.cluster import Cluster
from models.errors import ModelError

logger = logging.getLogger(__name__)

LOCK = 7_265_766_566  # advisory lock of the scheduler that leads


class Lead:
    """Asked at each look: whoever has the lock keeps it until the process or its connection ends."""

    def __init__(self, cluster: Cluster, kind: str = "scheduler", lock: int = LOCK) -> None:
        self._cluster = cluster
        self._kind = kind
        self._lock = lock
        self._connection: psycopg.Connection | None = None
        self.held = False

    def take(self) -> bool:
        """Take the lead if nobody else has it; True while it is ours."""
        try:
            if self._connection is None:
                self._connection = self._cluster.own_connection(f"{self._kind}-lead")
            question = "SELECT 1" if self.held else f"SELECT pg_try_advisory_lock({self._lock})"
            row = self._connection.execute(question).fetchone()
            got = bool(row and row[0])
        except (psycopg.Error, ModelError) as error:
            logger.warning("the lead is not ours: %s", error, extra={"action": "lead"})
            self.give_up()
            return False
        if got and not self.held:
            logger.info("this %s has the lead", self._kind, extra={"action": "lead"})
        self.held = got
        return got

    def give_up(self) -> None:
        """Leave the lead to somebody else."""
        self.held = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None
