"""How long a job takes: told by the workers, so that the relay sends short jobs several in one message."""

from __future__ import annotations

import redis

from models.jobs.queues import QueueName

SMOOTH = 32  # jobs that the mean goes back
TELL_S = 1.0  # between two tellings of a worker
KEPT_S = 3.0  # what nobody tells any more is forgotten: then every job is sent alone

TOGETHER_S = 0.010  # of work in one message: so much longer a job may wait for those before it
MOST_TOGETHER = 16  # jobs of one message


class Pace:
    """The mean time of the latest jobs of one worker process."""

    def __init__(self) -> None:
        self._mean_s = 0.0
        self._count = 0
        self._told = 0

    def took(self, seconds: float) -> None:
        """A job took so long. Threads may overwrite each other's: one of many is lost then."""
        self._count += 1
        self._mean_s += (seconds - self._mean_s) / min(self._count, SMOOTH)

    def tell(self, client: redis.Redis, queue: QueueName) -> None:
        """Tell the relays, unless no job was done since; when Redis does not answer they do without."""
        if self._count == self._told:
            return
        self._told = self._count
        try:
            client.set(pace_key(queue), self._mean_s, px=int(KEPT_S * 1_000))
        except redis.RedisError:
            return


def pace_key(queue: QueueName) -> str:
    """Where Redis keeps the seconds that a job of `queue` takes."""
    return f"reveille:pace:{queue}"


def together(pace: bytes | None) -> int:
    """How many jobs to send in one message, from what the workers told last.

    >>> together(None), together(b"0.2"), together(b"0.004"), together(b"0.0")
    (1, 1, 2, 16)
    """
    if pace is None:
        return 1
    seconds = float(pace)
    return MOST_TOGETHER if seconds * MOST_TOGETHER <= TOGETHER_S else max(1, int(TOGETHER_S / seconds))
