"""Jobs about a plan that there is: to change it, or to ask what could stand instead of a part of it.

Such a job's request is the one that the plan answered, and under ABOUT the plan's id with what is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from models.base import Json
from models.errors import Conflict

ABOUT = "about"


@dataclass(frozen=True, kw_only=True)
class About:
    """The plan that a job is about, and one of the two: a change of it, or a question."""

    plan_id: UUID
    change: Json | None = None
    question: Json | None = None

    def as_json(self) -> Json:
        """What a job's request holds under ABOUT."""
        return {"plan_id": str(self.plan_id), "change": self.change, "question": self.question}


def about_of(request: Json) -> About | None:
    """What a job's request is about; None for one that asks for a new plan."""
    told = request.get(ABOUT)
    return None if told is None else About(**{**told, "plan_id": UUID(told["plan_id"])})


def overtaken() -> Conflict:
    """That a plan cannot be changed or asked about, because it is the member's current one no more."""
    return Conflict(
        "this plan stays as it was, for a newer plan has taken its place: change that one, or ask about it; "
        'GET /v1/plans names it by the state "current"'
    )


def plan_request(request: Json) -> Json:
    """The plan request alone."""
    return {name: value for name, value in request.items() if name != ABOUT}
