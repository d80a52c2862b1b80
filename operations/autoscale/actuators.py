"""What carries a decision out: the processes of this machine's platform, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from models.errors import ModelError
from operations.autoscale.signals import PROCESS, Count, Pool
from operations.control import Control


class ScaleError(ModelError):
    """A number of processes could not be read or changed; the sentence says why. Nothing was changed."""


class Actuator(Protocol):
    """Reads and changes the numbers of processes. It never kills: who is too many drains."""

    def count(self, pool: Pool) -> Count | None:
        """The pool's processes now; None where it has none of its own.

        Raises
        ------
        ScaleError
            When that cannot be told.
        """

    def scale(self, pool: Pool, number: int) -> None:
        """Order so many.

        Raises
        ------
        ScaleError
            When that cannot be done now.
        """


class Local:
    """The processes of `reveille up` on this machine."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def count(self, pool: Pool) -> Count | None:
        """As the supervisor tells, with what was ordered since."""
        line = self._control.lines().get(PROCESS[pool])
        if line is None:
            return None
        wanted = self._control.wanted().get(PROCESS[pool], line.wanted)
        return Count(
            wanted=wanted, live=line.live, draining=len(line.draining_since),
            longest_drain_s=line.longest_drain_s(),
        )  # fmt: skip

    def scale(self, pool: Pool, number: int) -> None:
        """Leave the order where the supervisor finds it within a fifth of a second."""
        try:
            self._control.want(PROCESS[pool], number)
        except OSError as error:
            raise ScaleError(f"the order for {pool} could not be left: {error.strerror}") from error


class Watching:
    """Changes nothing; the numbers are those that workers tell of themselves."""

    def __init__(self) -> None:
        self.seen: Mapping[Pool, int] = {}

    def count(self, pool: Pool) -> Count | None:
        """As many as gave a sign of life."""
        if pool is Pool.WEB:
            return None
        live = self.seen.get(pool, 0)
        return Count(wanted=live, live=live)

    def scale(self, pool: Pool, number: int) -> None:
        """Refuse.

        Raises
        ------
        ScaleError
            Always.
        """
        raise ScaleError(
            f"{pool} needs {number}, which nothing here can start: run beside `reveille up` or in Kubernetes"
        )
