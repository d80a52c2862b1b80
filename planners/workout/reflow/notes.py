"""What a re-planned plan tells of its changes, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from planners.workout.history import AFTER_MORE, AFTER_ONE_WEEK
from planners.workout.shape import Slot


@dataclass(kw_only=True)
class Notes:
    """Collected while the weeks are made; day numbers are those of the plan."""

    first: date
    moved: list[tuple[Slot, int, int]] = field(default_factory=list)
    nothing: list[tuple[int, int]] = field(default_factory=list)
    shifted: list[tuple[Slot, int, int]] = field(default_factory=list)
    made_up: list[tuple[Slot, int, int]] = field(default_factory=list)
    let_go: list[tuple[Slot, int]] = field(default_factory=list)
    displaced: list[tuple[Slot, int]] = field(default_factory=list)
    skipped: list[tuple[Slot, int]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    light: list[tuple[int, float]] = field(default_factory=list)
    unlogged: int = 0

    def sentences(self) -> tuple[str, ...]:
        """The changes, the most important first."""
        return (
            *self._break_lines(),
            *(f"{name_of(s)} moved from {self._on(a)} to {self._on(b)}." for s, a, b in self.moved),
            *(
                f"No session stands on {self._on(a)}: none could be moved to {self._on(b)}."
                for a, b in self.nothing
            ),
            *(
                f"{name_of(s)} makes room: from {self._on(a)} to {self._on(b)}, so that every rule is kept."
                for s, a, b in self.shifted
            ),
            *(f"{name_of(s)} missed on {self._on(a)}: made up on {self._on(b)}." for s, a, b in self.made_up),
            *(
                f"{name_of(s)} missed on {self._on(a)}: let go, no free day keeps every rule."
                for s, a in self.let_go
            ),
            *(
                f"{name_of(s)} of {self._on(a)} is left out: beside the changes no day keeps every rule."
                for s, a in self.displaced
            ),
            *(f"{name_of(s)} of {self._on(a)} is left out as asked." for s, a in self.skipped),
            *(
                f"Week {number} was a light one, {100 * share:.0f} % of the load before: "
                "the next goes on from the load before it."
                for number, share in self.light
            ),
            *self._unlogged_lines(),
        )

    def _unlogged_lines(self) -> list[str]:
        if not self.unlogged:
            return []
        return [f"{self.unlogged} lived sessions have no entry, others have: they count as missed."]

    def _break_lines(self) -> list[str]:
        lines = []
        for run in _runs(self.gone):
            shares = AFTER_ONE_WEEK if len(run) == 1 else AFTER_MORE
            steps = ", ".join(f"{100 * share:.0f}" for share in shares)
            weeks = f"Week {run[0]} was" if len(run) == 1 else f"Weeks {run[0]} to {run[-1]} were"
            lines.append(
                f"{weeks} without training: the weeks after have at most {steps} % of the load before."
            )
        return lines

    def _on(self, number: int) -> str:
        day = self.first + timedelta(days=number)
        return f"{day:%A} {day.isoformat()}"


def name_of(slot: Slot) -> str:
    """Words for a session: "Full body", "Upper body and threshold"."""
    if slot.recovery:
        return "Recovery"
    words = [str(slot.focus or ""), str(slot.hard or ""), "march" if slot.ruck else ""]
    if slot.easy and not any(words):
        words.append("long easy session" if slot.long else "easy session")
    return " and ".join(w.replace("_", " ") for w in words if w).capitalize()


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers that follow each other, together."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return found
