"""`reveille solve-diet`: a caller's own food table and limits in, the best diet out."""

from __future__ import annotations

from typing import IO, Any

import click

from operations.answers import RequestFile, answer_document
from planners.json_text import parse_json
from planners.nutrition.own_diet import diet_json
from planners.nutrition.own_diet import solve_diet as solve
from planners.nutrition.own_table import read_diet_problem


@click.command()
@click.argument("file", type=RequestFile(), default="-")
def solve_diet(file: IO[bytes]) -> None:
    """Find the diet of least cost or deviation for the foods and limits in FILE (or standard input).

    Prints amounts, totals and the binding limits with their shadow prices as JSON. Exit status: 0 a diet;
    2 the problem is invalid or impossible, with the problem document as JSON on standard output; 1 FILE
    cannot be read, or a fault.
    """
    raise SystemExit(answer_document(file, _answer))


def _answer(text: bytes) -> dict[str, Any]:
    problem = read_diet_problem(parse_json(text))
    return diet_json(problem, solve(problem))
