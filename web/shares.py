"""For operators of the platform: every tenant's share of the workers and its quota of waiting requests."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response

from models.access.account import Role
from models.errors import NotFound
from models.jobs.shares import LEAST_WEIGHT, MOST_QUOTA, MOST_WEIGHT, Share, see_shares, set_share
from models.members.tenant import Tenant
from planners.reading import limits
from web.answers import json_answer
from web.operators import check_platform, reach
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("operations")

PATH = "/v1/operations/tenants"


@dataclass(frozen=True, kw_only=True)
class ShareList:
    """The shares that the operator sees: of the whole platform, or of his own tenant."""

    tenants: tuple[Share, ...]


@dataclass(frozen=True, kw_only=True)
class ShareOf:
    """What a tenant is to have of the workers, and how many of its requests may wait."""

    weight: float = limits(
        "Its share of the workers beside the others', who have 1.", least=LEAST_WEIGHT, most=MOST_WEIGHT
    )
    most_waiting: int | None = limits(
        "Requests that may wait at once; null: as the settings say.", least=0, most=MOST_QUOTA
    )


SHARE = Answer(status=200, text="The tenant's share as it is now.", body=Share)


@routes.route(
    "GET", PATH, "Shares of the workers and quotas", auth=Role.OPERATOR,
    answers=(Answer(status=200, text="By the tenants' short names.", body=ShareList),),
)  # fmt: skip
def list_shares(caller: Caller) -> Response:
    with services().cluster.control() as session:
        within = reach(session, caller, Tenant)
    return json_answer(ShareList(tenants=tuple(see_shares(services().cluster, *within))))


@routes.route(
    "PUT", f"{PATH}/<slug>", "Set a tenant's share and quota", auth=Role.OPERATOR, body=ShareOf,
    answers=(SHARE,),
)  # fmt: skip
def put_share(slug: str, caller: Caller, body: ShareOf) -> Response:
    with services().cluster.control() as session:
        check_platform(session, caller)
        if not set_share(session, slug, weight=body.weight, most_waiting=body.most_waiting):
            raise NotFound(f"there is no tenant {slug[:40]!r}")
    (share,) = see_shares(services().cluster, Tenant.slug == slug)
    return json_answer(share)
