"""A plan to print, to shop by, or to put into a calendar: the same plan as text of another type."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from models.access.account import Role
from models.errors import NotFound
from planners.printed import calendar_ics, menu_page, shopping_csv, training_page
from planners.printed.style import style
from planners.spec import Kind
from web.answers import tagged
from web.docs import source_hash
from web.plans import plan_document, plan_of
from web.routes import Answer, Routes
from web.tokens import Caller

routes = Routes("plans")

PAGES = {Kind.NUTRITION: menu_page, Kind.WORKOUT: training_page}
WORDS = {Kind.NUTRITION: "menu", Kind.WORKOUT: "training"}
UNCHANGED = Answer(status=304, text="It is as the client's ETag says.")
HEADERS = ("ETag", "Content-Disposition")


@routes.route(
    "GET", "/v1/plans/<uuid:plan_id>.html", "A plan as a page to read or print", auth=Role.MEMBER,
    headers=("If-None-Match",),
    answers=(Answer(status=200, text="One page that needs nothing else.", media="text/html", headers=HEADERS),
             UNCHANGED),
)  # fmt: skip
def get_plan_page(plan_id: UUID, caller: Caller) -> Response:
    plan = plan_of(plan_id, caller)
    html = PAGES[plan.kind](plan_document(plan), plan.request)
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = page_policy()
    return _named(response, "inline", f"{WORDS[plan.kind]}-{plan.start_date}.html")


@routes.route(
    "GET", "/v1/plans/<uuid:plan_id>.csv", "A menu's shopping list; a workout plan has none",
    auth=Role.MEMBER, headers=("If-None-Match",),
    answers=(Answer(status=200, text="CSV (RFC 4180) with a header: food_code, name, units, unit, grams, "
                    "cost_usd.", media="text/csv", headers=HEADERS), UNCHANGED),
)  # fmt: skip
def get_shopping_list(plan_id: UUID, caller: Caller) -> Response:
    plan = plan_of(plan_id, caller)
    if plan.kind != Kind.NUTRITION:
        raise NotFound("a workout plan has no shopping list; read it as .html, or as .ics for a calendar")
    response = Response(shopping_csv(plan.body), content_type="text/csv; charset=utf-8; header=present")
    return _named(response, "attachment", f"shopping-{plan.start_date}.csv")


@routes.route(
    "GET", "/v1/plans/<uuid:plan_id>.ics", "A plan's days for a calendar", auth=Role.MEMBER,
    headers=("If-None-Match",),
    answers=(Answer(status=200, text="iCalendar (RFC 5545): an all-day event for each training day or day of "
                    "the menu.", media="text/calendar", headers=HEADERS), UNCHANGED),
)  # fmt: skip
def get_plan_calendar(plan_id: UUID, caller: Caller) -> Response:
    plan = plan_of(plan_id, caller)
    # One name for all plans of a member and kind: one is current at a time, so each replaces the one before.
    text = calendar_ics(plan.body, name=f"{plan.member_id}-{plan.kind}", stamp=plan.created_at)
    response = Response(text, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    return _named(response, "attachment", f"{WORDS[plan.kind]}-{plan.start_date}.ics")


def page_policy() -> str:
    """The policy that lets the page's own style be, and nothing else."""
    style_source = source_hash(style())
    return (
        f"default-src 'none'; style-src '{style_source}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def _named(response: Response, how: str, name: str) -> Response:
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return tagged(response)
