"""`reveille plan`: the planners without a server. Request JSON in, the plan out as JSON or in print."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

import click

from operations.answers import RequestFile, answer_document, answer_lines
from operations.foods_import import wide_catalog
from operations.stack.folder import chosen_folder
from planners.errors import FieldError, InvalidRequest
from planners.json_text import parse_json
from planners.make import make_plan
from planners.nutrition.catalog import load_catalog
from planners.nutrition.planner import plan_from, plan_nutrition
from planners.plan import Plan, plan_json
from planners.printed import calendar_ics, menu_page, shopping_csv, training_page
from planners.spec import Kind, NutritionRequest, PlanRequest, read_new_request, request_json

Maker = Callable[[PlanRequest], Plan]


class Form(StrEnum):
    """What a plan is printed as."""

    JSON = "json"
    HTML = "html"
    CSV = "csv"
    ICS = "ics"


@click.command()
@click.argument("kind", type=click.Choice([str(kind) for kind in Kind]))
@click.argument("file", type=RequestFile(), default="-")
@click.option("--jsonl", is_flag=True, help="One request a line in, one plan or error a line out, in order.")
@click.option(
    "--format", "form", type=click.Choice([str(form) for form in Form]), default="json", show_default=True,
    help="JSON, a page to read or print, a menu's shopping list, or the days for a calendar.",
)  # fmt: skip
@click.option(
    "--prove", "nodes", type=click.IntRange(min=1), metavar="NODES",
    help="For menus: search the whole-number program too, through so many nodes a week.",
)  # fmt: skip
@click.option(
    "--data", type=click.Path(),
    help="For menus that lock a food of `reveille foods import`: its data folder; else REVEILLE_DATA, else "
    "the customary place.",
)  # fmt: skip
def plan(kind: str, file: IO[bytes], jsonl: bool, form: str, nodes: int | None, data: str | None) -> None:
    """Make the plan that FILE (or standard input) asks for and print it.

    Exit status: 0 a plan; 2 the request is invalid or impossible, with the problem as JSON on standard
    output; 1 FILE cannot be read, or a fault. With --jsonl a bad line yields {"error": problem}, the rest go
    on, and the status is 0.
    """
    _refuse_misfits(Kind(kind), Form(form), jsonl)
    if nodes is not None and kind != Kind.NUTRITION:
        raise click.UsageError("--prove is for menus: leave it out of a workout plan.")
    make = partial(_menu, nodes, chosen_folder(data, os.environ)) if kind == Kind.NUTRITION else make_plan
    now = datetime.now(UTC)
    if jsonl:
        raise SystemExit(answer_lines(file, partial(_plan, kind, now.date(), make)))
    if form == Form.JSON:
        raise SystemExit(answer_document(file, partial(_plan, kind, now.date(), make)))
    raise SystemExit(answer_document(file, partial(_printed, kind, now, Form(form), make)))


def _refuse_misfits(kind: Kind, form: Form, jsonl: bool) -> None:
    if jsonl and form != Form.JSON:
        raise click.UsageError(f"--jsonl prints a plan a line, as JSON: leave out --format {form}.")
    if kind == Kind.WORKOUT and form == Form.CSV:
        raise click.UsageError("A workout plan has no shopping list: take --format html or ics.")


def _menu(nodes: int | None, folder: Path, request: PlanRequest) -> Plan:
    """The menu; from the imported foods too where one is locked that the built-in catalogue has not."""
    assert isinstance(request, NutritionRequest)  # noqa: S101 (the command's kind is that of its requests)
    known = load_catalog().row_of
    if all(lock.food_code in known for lock in request.locked):
        return plan_nutrition(request, prove_nodes=nodes)
    return plan_from(_wide_catalog(folder), request, prove_nodes=nodes)


_wide_catalog = cache(wide_catalog)


def _plan(kind: str, today: date, make: Maker, text: bytes) -> dict[str, Any]:
    return plan_json(make(_request(kind, today, text)))


def _printed(kind: str, now: datetime, form: Form, make: Maker, text: bytes) -> str:
    request = _request(kind, now.date(), text)
    asked, made = request_json(request), plan_json(make(request))
    if form == Form.CSV:
        return shopping_csv(made)
    if form == Form.ICS:
        return calendar_ics(made, name=_name(asked), stamp=now)
    return menu_page(made, asked) if kind == Kind.NUTRITION else training_page(made, asked)


def _request(kind: str, today: date, text: bytes) -> PlanRequest:
    data = parse_json(text)
    if isinstance(data, dict):
        data = {"kind": kind, **data}
        if data["kind"] != kind:
            detail = f"says {data['kind']!r}, but the command was `reveille plan {kind}`"
            raise InvalidRequest([FieldError(pointer="/kind", detail=detail, allowed=(kind,))])
    return read_new_request(data, today)


TOLD_LATER = ("today", "locked_dates", "maxima", "sets", "runs", "results", "log")


def _name(asked: dict[str, Any]) -> str:
    """A name for the plan that no server gave an id, the same whatever was logged since it was first made."""
    first = {name: value for name, value in asked.items() if name not in TOLD_LATER}
    return hashlib.sha256(json.dumps(first, sort_keys=True).encode()).hexdigest()[:32]
