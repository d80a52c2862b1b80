"""One line of a session while it is being made: what is done, how long that takes, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The parts of a session, in their order."""

    WARM_UP = "warm-up"
    RESISTANCE = "resistance"
    HARD = "hard"
    EASY = "easy"
    RUCK = "ruck"
    COOL_DOWN = "cool-down"


@dataclass(slots=True, kw_only=True)
class Line:
    """A line that can still be shortened.

    Attributes
    ----------
    row : of the catalogue.
    reps, seconds, metres : of one set; exactly one is above 0.
    work_s : seconds that one set takes, both sides and pace included, without its rest.
    met : metabolic equivalents over the work; `rest_met` over the rests.
    least : fewest sets it may be cut to.
    """

    row: int
    part: Part
    sets: int
    work_s: float
    rest_s: int = 0
    setup_s: float = 0.0
    reps: int = 0
    seconds: int = 0
    metres: int = 0
    load_kg: float | None = None
    pace_s_per_km: float | None = None
    rpe: float
    met: float
    rest_met: float
    note: str = ""
    least: int = 1

    @property
    def minutes(self) -> float:
        """(sets · (work + rest) + setting up) / 60."""
        return (self.sets * (self.work_s + self.rest_s) + self.setup_s) / 60

    @property
    def load(self) -> float:
        """Effort times minutes."""
        return self.rpe * self.minutes

    def kcal(self, weight_kg: float) -> float:
        """Energy: MET · 3.5 · kg / 200 a minute, of work and of rests."""
        rest = (self.sets * self.rest_s + self.setup_s) / 60 * self.rest_met
        work = self.sets * self.work_s / 60 * self.met
        return (work + rest) * 3.5 * weight_kg / 200
