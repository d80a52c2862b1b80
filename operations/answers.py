"""JSON in, JSON out on the command line: one document, or a stream of one a line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any

import click

from planners.errors import PlannerError
from planners.problems import problem_of

REFUSED = 2


class RequestFile(click.File):
    """A file of requests. One that cannot be opened is no bad request: a sentence, and exit status 1."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(
        self,
        value: str | os.PathLike[str] | IO[Any],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> IO[Any]:
        """Open the file, or standard input for "-"."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise click.ClickException(f"cannot read {error.message}") from error


Answer = Callable[[bytes], dict[str, Any]]
"""From the text of a request to its answer as JSON data; raises PlannerError when it is refused."""


def answer_document(file: IO[bytes], answer: Callable[[bytes], dict[str, Any] | str]) -> int:
    """Print the answer to the one request in `file`, or the problem; the status to exit with.

    An answer that is text already is printed as it is, in UTF-8.
    """
    try:
        answered = answer(b"".join(lines_of(file)))
    except PlannerError as error:
        print(json.dumps(problem_of(error), indent=2))
        return REFUSED
    if isinstance(answered, str):
        click.echo(answered.encode(), nl=False)
    else:
        print(json.dumps(answered, indent=2))
    return 0


def answer_lines(file: IO[bytes], answer: Answer) -> int:
    """Print one line for each line of `file`, in order: the answer or {"error": problem}.

    Blank lines are no requests. A fault of ours costs one line, not the stream; it is told on standard
    error.

    """
    for line in lines_of(file):
        if line.strip():
            sys.stdout.write(json.dumps(_line_answer(line, answer), separators=(",", ":")) + "\n")
            sys.stdout.flush()
    return 0


def lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of `file`; a file that cannot be read to its end is a sentence, and exit status 1."""
    try:
        yield from file
    except OSError as error:
        raise click.ClickException(f"cannot read {file.name!r}: {error.strerror}") from error


def _line_answer(line: bytes, answer: Answer) -> dict[str, Any]:
    try:
        return answer(line)
    except PlannerError as error:
        return {"error": problem_of(error)}
    except Exception as error:
        print(f"reveille: {error!r}", file=sys.stderr)
        return {"error": problem_of(PlannerError(f"an unexpected {type(error).__name__}"))}
