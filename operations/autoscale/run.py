"""One look of the autoscaler: read, decide on each pool, carry it out, tell."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from operations.autoscale.actuators import Actuator, ScaleError, Watching
from operations.autoscale.decide import Decision, decide
from operations.autoscale.expect import Expected
from operations.autoscale.policy import Policy
from operations.autoscale.read import Reader, Reading
from operations.autoscale.signals import Count, Pool
from operations.autoscale.state import PoolState

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look found and did."""

    reading: Reading | None
    counts: Mapping[Pool, Count]
    decisions: Sequence[Decision]
    faults: Sequence[str]


@dataclass(kw_only=True)
class Autoscaler:
    """Looks again and again; what it remembers is in memory, and a new one begins by shrinking nothing."""

    reader: Reader
    actuator: Actuator
    policy: Policy
    pools: Sequence[Pool]
    expected: Expected
    dry_run: bool = False
    _states: dict[Pool, PoolState] = field(default_factory=dict)
    _told: dict[Pool, object] = field(default_factory=dict)
    _fixed: Mapping[Pool, int] = field(default_factory=dict)
    _reading: Reading | None = None

    def look(self, moment: datetime) -> Look:
        """Decide on every pool; `moment` is that of the calendar, which only the forecast goes by."""
        found = self.reader.read()
        now = time.monotonic()
        if found is not None:
            self._reading, self._fixed = found, found.fixed
            if isinstance(self.actuator, Watching):
                self.actuator.seen = found.workers
        counts: dict[Pool, Count] = {}
        decisions: list[Decision] = []
        faults: list[str] = []
        for pool in self.pools:
            try:
                count = self.actuator.count(pool)
                if count is None:
                    continue
                counts[pool] = count
                decisions.append(self._decide(pool, count, now, moment))
                self._carry_out(decisions[-1])
            except ScaleError as error:
                faults.append(str(error))
                logger.warning("%s: %s", pool, error, extra={"action": "autoscale.fault", "pool": pool})
        return Look(reading=found, counts=counts, decisions=decisions, faults=faults)

    def _decide(self, pool: Pool, count: Count, now: float, moment: datetime) -> Decision:
        state = self._states.get(pool, PoolState())
        signals = self._reading.signals.get(pool) if self._reading else None
        expected, fixed = self.expected.rate(pool, moment), self._fixed.get(pool)
        made = decide(pool, state, signals, count, self.policy, now, expected=expected, fixed=fixed)
        self._states[pool] = made.state
        self._tell(made)
        return made

    def _carry_out(self, made: Decision) -> None:
        if made.target != made.before and not self.dry_run:
            self.actuator.scale(made.pool, made.target)

    def _tell(self, made: Decision) -> None:
        """A line for each decision that changes something, or says something new."""
        said = (made.target, made.reason, len(made.why))
        level = logging.INFO if self._told.get(made.pool) != said or made.action != "keep" else logging.DEBUG
        self._told[made.pool] = said
        told = {
            "action": "autoscale.decision", "pool": made.pool, "does": made.action, "before": made.before,
            "target": made.target, "reason": made.reason, "dry_run": self.dry_run,
            "needs": {str(name): need for name, need in made.needs.items()}, "why": made.why,
        }  # fmt: skip
        logger.log(level, "%s", sentence(made), extra=told)


def sentence(made: Decision) -> str:
    """A decision as a line for people."""
    move = f"stays at {made.before}" if made.action == "keep" else f"goes from {made.before} to {made.target}"
    needs = ", ".join(f"{name} {need}" for name, need in made.needs.items())
    return f"{made.pool} {move} ({made.reason}{'; needs ' + needs if needs else ''}): {'; '.join(made.why)}"
