"""What is known of a pool at one moment. What is not known is None, and never taken for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.errors import SettingsError
from models.settings import Settings


class Pool(StrEnum):
    """What is scaled by itself; a line of the Procfile each."""

    INTERACTIVE = "interactive"  # workers of requests
    BATCH = "batch"  # workers of the night
    WEB = "web"


PROCESS: dict[Pool, str] = {Pool.INTERACTIVE: "worker", Pool.BATCH: "worker-batch", Pool.WEB: "web"}
"""The line of the Procfile that a pool's processes run."""


def scaled_pools(settings: Settings) -> list[Pool]:
    """The pools that the settings leave to the autoscaler.

    Raises
    ------
    SettingsError
        When they name one that there is not.
    """
    names = [name.strip() for name in settings.autoscale_pools.split(",") if name.strip()]
    if unknown := sorted(set(names) - set(Pool)):
        raise SettingsError(
            f"REVEILLE_AUTOSCALE_POOLS names {', '.join(unknown)}: there are {', '.join(Pool)}"
        )
    return [pool for pool in Pool if pool in names]


@dataclass(frozen=True, kw_only=True)
class Due:
    """Work that must be done by a time."""

    name: str
    jobs: int  # that are left to do
    work_s: float | None  # seconds of one worker that they take, where that is known
    left_s: float  # seconds until then; negative when it is past


@dataclass(frozen=True, kw_only=True)
class Signals:
    """One reading of a pool. Counts are those since the reading before, `span_s` seconds ago."""

    at: float  # when it was read, in seconds of the clock that decisions go by
    span_s: float
    queued: int | None = None  # jobs that wait and are due
    running: int | None = None  # jobs in hand
    oldest_age_s: float | None = None  # how long the oldest of the queued has waited
    arrived: int | None = None  # jobs that came in the span; requests, for the web
    ended: int | None = None  # jobs that workers were done with in the span
    busy_s: float | None = None  # seconds that the workers were busy in the span, summed over them
    due: Sequence[Due] = ()
    cpu: float | None = None  # share of the machine's processor time in use, 0 to 1
    memory_free: float | None = None  # bytes
    worker_memory: float | None = None  # bytes of the largest worker

    @property
    def complete(self) -> bool:
        """Whether what a decision needs is known."""
        return self.queued is not None and self.arrived is not None and self.oldest_age_s is not None


@dataclass(frozen=True, kw_only=True)
class Count:
    """A pool's processes now."""

    wanted: int  # as was last ordered
    live: int  # that work, or are starting
    draining: int = 0  # that finish what they have in hand and take no more
    longest_drain_s: float = 0.0
