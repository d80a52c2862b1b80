"""`reveille score`: results of a fitness test in, points, total, pass, class and what is missing out."""

from __future__ import annotations

from typing import IO, Any

import click

from operations.answers import RequestFile, answer_document, answer_lines
from planners.json_text import parse_json
from planners.workout.tests.request import answer, read_score_request


@click.command()
@click.argument("file", type=RequestFile(), default="-")
@click.option("--jsonl", is_flag=True, help="One test a line in, one score or error a line out, in order.")
def score(file: IO[bytes], jsonl: bool) -> None:
    """Score the fitness test in FILE (or standard input) and print the points as JSON.

    Exit status: 0 a score; 2 the test cannot be scored, with the problem as JSON on standard output;
    1 FILE cannot be read, or a fault.
    With --jsonl a bad line yields {"error": problem}, the rest go on, and the status is 0.
    """
    status = answer_lines(file, _answer) if jsonl else answer_document(file, _answer)
    raise SystemExit(status)


def _answer(text: bytes) -> dict[str, Any]:
    return answer(read_score_request(parse_json(text)))
