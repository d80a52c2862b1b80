"""The bodies of requests and answers, each with the limits that are enforced and documented alike.

A plan request is in `planners.spec`, a plan in `planners.plan`.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, get_type_hints
from uuid import UUID

from models.access.account import Role
from models.jobs.job import JobState
from models.plans.plan import PlanState
from planners.change import ItemOffer, TrainingOffer
from planners.reading import limits
from planners.spec import Allergen, Kind, Member
from planners.told import ALLERGIES

EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
SLUG = r"[a-z0-9][a-z0-9-]*"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A new account."""

    email: str = limits(
        "Address that logs in; upper and lower case are one.",
        pattern=EMAIL,
        longest=254,
        example="a@example.mil",
    )
    password: str = limits(
        "At least 8 characters of any kind; not one that is easily guessed.", shortest=8, longest=256
    )
    name: str = limits("What to call the member.", shortest=1, longest=200, example="Alex Doe")
    tenant: str | None = limits(
        "Short name of the tenant; the default one when left out.",
        default=None, pattern=SLUG, longest=63, example="default",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Login:
    """What logs in."""

    email: str = limits("Address of the account.", shortest=1, longest=254, example="a@example.mil")
    password: str = limits("Its password.", shortest=1, longest=256)


@dataclass(frozen=True, kw_only=True)
class PasswordChange:
    """A new password in the place of the present one."""

    password: str = limits("The present password.", shortest=1, longest=256)
    new_password: str = limits(
        "At least 8 characters of any kind; not one that is easily guessed.", shortest=8, longest=256
    )


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """A refresh token."""

    refresh_token: str = limits("As login or refresh gave it.", shortest=1, longest=256)


@dataclass(frozen=True, kw_only=True)
class AccountView:
    """An account, as its owner sees it."""

    id: UUID
    member_id: UUID
    email: str
    name: str
    tenant: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """An access token for requests, and a refresh token that is good for one exchange."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int = limits("Life of the access token in seconds.")
    account: AccountView


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A public key as a JWK; which of `crv`, `x`, `y`, `n` and `e` it has depends on its kind, `kty`."""

    kty: str
    use: str
    alg: str
    kid: str = limits("The key's id, as the header of a token names it.")
    crv: str | None
    x: str | None
    y: str | None
    n: str | None
    e: str | None


@dataclass(frozen=True, kw_only=True)
class KeySet:
    """The public keys that access tokens are signed with (RFC 7517)."""

    keys: tuple[PublicKey, ...]


def _optional(declared: dataclasses.Field[Any]) -> tuple[str, Any, Any]:
    kind = get_type_hints(Member)[declared.name] | None
    return declared.name, kind, dataclasses.field(default=None, metadata=declared.metadata)


Person = dataclasses.make_dataclass(
    "Person", map(_optional, dataclasses.fields(Member)), frozen=True, kw_only=True
)
Person.__doc__ = "Whom a plan is for; the profile fills what is left out or null."
"""Every field of a plan request's member with its limits, and none of them required."""

ALWAYS: dataclasses.Field[Any] = limits(
    "Allergens that no food of any menu may contain, whatever a request says: they hold beside its own, in "
    "the changes and alternatives of menus under way, and from the next night on in every menu.",
    default=None,
    unique=True,
    longest=9,
)

Profile = dataclasses.make_dataclass(
    "Profile", [(ALLERGIES, tuple[Allergen, ...] | None, ALWAYS)], bases=(Person,), frozen=True, kw_only=True
)
Profile.__doc__ = "What a member has told about themselves; null is not told. Plan requests fall back on it."
"""A person's fields, and what holds for every plan."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why something was refused or failed (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


@dataclass(frozen=True, kw_only=True)
class JobView:
    """A plan that was asked for, and how far it has come."""

    id: UUID
    kind: Kind
    state: JobState
    progress: float = limits("From 0 to 1.", least=0, most=1)
    attempts: int = limits("Times that a worker took it up.", least=0)
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    plan_id: UUID | None = limits("The plan, at /v1/plans/{plan_id}, once the state is succeeded.")
    error: Problem | None = limits("Why it failed.")


@dataclass(frozen=True, kw_only=True)
class PlansQuery:
    """Which plans, and how many on a page."""

    kind: Kind | None = limits("Only plans of this kind.", default=None)
    cursor: str | None = limits("`next_cursor` of the page before.", default=None, shortest=1, longest=64)
    limit: int = limits("Plans on a page.", default=20, least=1, most=100)


@dataclass(frozen=True, kw_only=True)
class PlanSummary:
    """One plan in a list."""

    id: UUID
    kind: Kind
    created_at: datetime
    state: PlanState
    start_date: date
    job_id: UUID | None = limits("The job that made it; null for a plan of the night.")


@dataclass(frozen=True, kw_only=True)
class PlanPage:
    """A page of plans, newest first."""

    plans: tuple[PlanSummary, ...]
    next_cursor: str | None = limits("Of the page that follows; null on the last.")


@dataclass(frozen=True, kw_only=True)
class MenuAlternatives:
    """What could stand instead of an item, best first; each keeps every limit of the plan."""

    kind: Kind
    alternatives: tuple[ItemOffer, ...]


@dataclass(frozen=True, kw_only=True)
class TrainingAlternatives:
    """What could stand instead of an exercise or a session, the likest first; each keeps every rule."""

    kind: Kind
    alternatives: tuple[TrainingOffer, ...]


@dataclass(frozen=True, kw_only=True)
class Health:
    """That the service answers, and what it found."""

    status: str
    checks: dict[str, str] = limits("Each part and its state.", default_factory=dict)
