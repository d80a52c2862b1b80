"""What is known of a member since a plan was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from planners.spec import Allergen


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What the member told and logged.

    Attributes
    ----------
    profile : fields of planners.spec.Member that the member changed since the plan was made.
    allergies : those that the member has told for all plans, whenever that was.
    weights_kg, intake_kcal : by day.
    tastes : a food's code -> True liked, False disliked, None neither; the member's latest word on it.
    sessions : what was trained, as the interface keeps it: planners.training_log.LoggedSession as JSON, with
        `runs` (planners.training_log.LoggedRun without a date) and `results` (test, event, result).
    """

    profile: Mapping[str, Any] = field(default_factory=dict)
    allergies: tuple[Allergen, ...] = ()
    weights_kg: Mapping[date, float] = field(default_factory=dict)
    intake_kcal: Mapping[date, float] = field(default_factory=dict)
    tastes: Mapping[int, bool | None] = field(default_factory=dict)
    sessions: Sequence[Mapping[str, Any]] = ()
