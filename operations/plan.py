"""`reveille plan`: the planners without a server. Request JSON in, plan JSON out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import IO, Any

import click

from planners.errors import FieldError, InvalidRequest, PlannerError
from planners.make import make_plan
from planners.plan import plan_json
from planners.problems import problem_of
from planners.reading import parse_json
from planners.spec import Kind, read_request

REFUSED = 2


@click.command()
@click.argument("kind", type=click.Choice([str(kind) for kind in Kind]))
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--jsonl", is_flag=True, help="One request a line in, one plan or error a line out, in order.")
def plan(kind: str, file: IO[bytes], jsonl: bool) -> None:
    """Make the plan that FILE (or standard input) asks for and print it as JSON.

    Exit status: 0 a plan; 2 the request is invalid or impossible, with the problem as JSON on standard
    output; 1 a fault. With --jsonl a bad line yields {"error": problem}, the rest go on, and the status is 0.
    """
    today = datetime.now(UTC).date()
    if jsonl:
        _plan_lines(kind, file, today)
        return
    try:
        answer = _plan_one(kind, file.read(), today)
    except PlannerError as error:
        click.echo(json.dumps(problem_of(error), indent=2))
        raise SystemExit(REFUSED) from None
    click.echo(json.dumps(answer, indent=2))


def _plan_lines(kind: str, lines: Iterable[bytes], today: date) -> None:
    for line in lines:
        if not line.strip():
            continue
        try:
            answer = _plan_one(kind, line, today)
        except PlannerError as error:
            answer = {"error": problem_of(error)}
        except Exception as error:  # a fault of ours costs one line, not the stream; it is told on stderr
            print(f"reveille plan: {error!r}", file=sys.stderr)
            answer = {"error": problem_of(PlannerError(f"an unexpected {type(error).__name__}"))}
        sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
        sys.stdout.flush()


def _plan_one(kind: str, text: bytes, today: date) -> dict[str, Any]:
    data = parse_json(text)
    if isinstance(data, dict):
        data = {"kind": kind, **data}
        if data["kind"] != kind:
            detail = f"says {data['kind']!r}, but the command was `reveille plan {kind}`"
            raise InvalidRequest([FieldError(pointer="/kind", detail=detail, allowed=(kind,))])
    return plan_json(make_plan(read_request(data, today)))
