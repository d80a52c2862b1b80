"""The replicas of one shard, and which of them a read is given."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from functools import partial

from sqlalchemy import Engine

from models.patience import Connect, patient
from models.replicas.position import REPLAYED, WRITTEN, Position
from models.replicas.replica import Replica
from models.replicas.trail import Trail
from models.replicas.watch import Watch

KEPT_S = 60.0  # that the primary's way is remembered at least, and `KEPT` times the lag that is allowed
KEPT = 4
LOOK_S = 1.0  # between two looks at most, and `LOOKS` within the lag that is allowed
LOOKS = 5


class Replicas:
    """Watches them from the first read on; a process that forks makes its own after the fork."""

    def __init__(
        self, shard: str, primary: str, engines: Sequence[Engine], most_s: float, connect_as: Connect
    ) -> None:
        """`primary` is the address of the primary of `shard`, to which `connect_as` connects.

        At a lag of more than `most_s` a replica is dropped.
        """
        self.shard = shard
        trail, look_s = Trail(max(KEPT_S, KEPT * most_s)), min(LOOK_S, most_s / LOOKS)
        self.all = [
            Replica(f"{shard}.{number}", engine, trail, most_s, look_s)
            for number, engine in enumerate(engines, 1)
        ]
        self._watches = [
            Watch(f"watch {r.name}", _address(r.engine), REPLAYED, r.hear, look_s, patient) for r in self.all
        ]
        seen = partial(_see, trail)
        self._watches.append(Watch(f"watch {shard}", primary, WRITTEN, seen, look_s, connect_as))
        self._lock = threading.Lock()
        self._started = False

    def usable(self, position: Position | None) -> list[Replica]:
        """The replicas that may be read from, in the order to try them.

        Those that were seen at `position` or beyond come first; the others may have come there meanwhile.
        """
        self._start()
        if position is not None and position.shard != self.shard:
            return []  # of before a move, or nobody knows
        used = [replica for replica in self.all if replica.is_used()]
        random.shuffle(used)
        return used if position is None else sorted(used, key=lambda r: r.replayed < position.bytes)

    def close(self) -> None:
        """End the watches, and give every connection back."""
        with self._lock:
            if self._started:
                for watch in self._watches:
                    watch.close()
        for replica in self.all:
            replica.engine.dispose()

    def _start(self) -> None:
        if not self._started:
            with self._lock:
                if not self._started:
                    for watch in self._watches:
                        watch.start()
                    self._started = True


def _see(trail: Trail, asked_at: float, position: int | None) -> None:
    if position is not None:
        trail.see(asked_at, position)  # whatever was committed before the question is within the answer


def _address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)
