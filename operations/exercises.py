"""`reveille exercises`: list the exercise catalogue, and check it."""

from __future__ import annotations

import json
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from planners.spec import Equipment, Level, Restriction
from planners.workout.catalog import LEVELS, MUSCLES, TESTED, load_catalogue
from planners.workout.findings import findings
from planners.workout.permitted import permitted
from planners.workout.vocabulary import Joint, Pattern, Quality

REFUSED = 2
EQUIPMENT = [str(word) for word in Equipment]
PATTERNS = [str(word) for word in Pattern]
LEVEL_WORDS = [str(word) for word in Level]
RESTRICTIONS = [str(word) for word in Restriction]


@click.group()
def exercises() -> None:
    """The exercises that workout plans are made of."""


@exercises.command("list")
@click.option("--equipment", multiple=True, type=click.Choice(EQUIPMENT), help="At hand; all if left out.")
@click.option("--level", type=click.Choice(LEVEL_WORDS), default="advanced", help="Most experience.")
@click.option("--restriction", multiple=True, type=click.Choice(RESTRICTIONS), help="What to spare.")
@click.option("--pattern", multiple=True, type=click.Choice(PATTERNS), help="Movements; all if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of a table.")
def list_exercises(
    equipment: tuple[str, ...],
    level: str,
    restriction: tuple[str, ...],
    pattern: tuple[str, ...],
    as_json: bool,
) -> None:
    """List the exercises that a member with this equipment, level and these restrictions may do."""
    catalogue = load_catalogue()
    at_hand = frozenset(Equipment(item) for item in equipment) or frozenset(Equipment)
    spared = frozenset(Restriction(word) for word in restriction)
    may = permitted(at_hand, Level(level), spared).copy()
    if pattern:
        may &= catalogue.of_pattern(*(Pattern(word) for word in pattern))
    found = [_exercise(int(row)) for row in np.flatnonzero(may)]
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    table = Table("id", "name", "pattern", "muscles", "equipment", "level", "joints")
    for each in found:
        row = (each["exercise_id"], each["name"], each["pattern"], ", ".join(each["primary"]))
        table.add_row(*row, ", ".join(each["equipment"]), each["level"], ", ".join(each["joints"]))
    Console(width=200).print(table)
    click.echo(f"{len(found)} of {len(catalogue)} exercises, version {catalogue.version}")


def _exercise(row: int) -> dict[str, Any]:
    catalogue = load_catalogue()
    carry = zip(TESTED, catalogue.transfer[row].tolist(), strict=True)
    return {
        "exercise_id": catalogue.ids[row],
        "name": catalogue.names[row],
        "pattern": str(catalogue.patterns[row]),
        "trains": [str(q) for q, has in zip(Quality, catalogue.quality[row], strict=True) if has],
        "primary": [str(m) for m, has in zip(MUSCLES, catalogue.primary[row], strict=True) if has],
        "secondary": [str(m) for m, has in zip(MUSCLES, catalogue.secondary[row], strict=True) if has],
        "equipment": [str(e) for e, has in zip(Equipment, catalogue.needs[row], strict=True) if has],
        "level": str(LEVELS[int(catalogue.level[row])]),
        "load_type": str(catalogue.load_types[row]),
        "joints": [str(j) for j, has in zip(Joint, catalogue.joints[row], strict=True) if has],
        "met": float(catalogue.met[row]),
        "progression": _id(int(catalogue.progression[row])),
        "regression": _id(int(catalogue.regression[row])),
        "carries_over_to": {str(movement): share for movement, share in carry if share},
    }


def _id(row: int) -> str | None:
    return load_catalogue().ids[row] if row >= 0 else None


@exercises.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of sentences.")
def check(as_json: bool) -> None:
    """Look for what a coach would doubt. Exit status: 0 nothing, 2 something."""
    found = findings(load_catalogue())
    if as_json:
        click.echo(json.dumps([{"exercise_id": f.exercise_id, "text": f.text} for f in found], indent=1))
    else:
        for finding in found:
            click.echo(f"{finding.exercise_id or 'catalogue'}: {finding.text}")
        click.echo(f"{len(load_catalogue())} exercises, {len(found)} findings")
    raise SystemExit(REFUSED if found else 0)
