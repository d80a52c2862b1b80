"""What a score lacks and what to know about it, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

from planners.spec import FitnessTest, Standard
from planners.workout.tests.charts import DERIVED, OUT_OF_ORDER, Row, StepTable
from planners.workout.tests.marines import ROW_FROM_AGE
from planners.workout.tests.rules import Combine, Event, Rules, Unit


def missing_lines(
    rules: Rules,
    standard: Standard,
    events: Mapping[str, float],
    met: Mapping[str, bool | None],
    tables: Mapping[str, StepTable | None],
    total: float | None,
) -> tuple[str, ...]:
    """What a pass lacks; `met` says of each event given whether its minimum is reached, None for unknown."""
    lines = []
    for group in rules.groups:
        name = next((event.name for event in group if event.name in events), None)
        if name is None:
            lines.append(f"{' or '.join(event.name for event in group)}: no result")
        elif met[name] is None:
            lines.append(f"{name}: the standard for this sex and age is not known")
        elif not met[name]:
            lines.append(_short_of_minimum(rules, rules.event(name), events[name], tables[name]))
    least = rules.standards[standard].total
    if total is not None and total < least:
        lines.append(f"total: {least - total:g} more points for the {least:g} that pass")
    return tuple(lines)


def _short_of_minimum(rules: Rules, event: Event, result: float, table: StepTable | None) -> str:
    row = table.row_for(rules.minimum[event.name]) if table else None
    if row is None:
        return f"{event.name}: below the minimum"
    scored = rules.combine is not Combine.NONE and not event.go_no_go
    minimum = f"the minimum of {rules.minimum[event.name]:g} points" if scored else "the standard"
    return f"{event.name}: {distance_text(event, result, row.threshold)} for {minimum}"


def distance_text(event: Event, result: float, needed: float) -> str:
    """How far a result is from another, in words: "19 s faster (1197 s or less)"."""
    bound = "less" if event.lower_is_better else "more"
    gap = abs(needed - result)
    if event.unit is Unit.RATIO:
        return f"{round(gap, 3):g} lower ({needed:g} or {bound})"
    how = ("faster" if event.lower_is_better else "longer") if event.unit is Unit.SECONDS else "more"
    return f"{gap:g} {_unit(event, gap)} {how} ({needed:g} {_unit(event, needed)} or {bound})"


def _unit(event: Event, amount: float) -> str:
    return event.unit.removesuffix("s") if event.whole and amount == 1 else event.unit


def note_lines(
    rules: Rules, age_years: int, events: Mapping[str, float], tables: Mapping[str, StepTable | None]
) -> tuple[str, ...]:
    """What to know about the figures of a score."""
    notes = []
    for event in rules.events:
        table = tables.get(event.name)
        row = table.row(events[event.name]) if table else None
        notes += _row_notes(event, row)
        if event.go_no_go and event.name in events:
            notes.append(f"{event.name}: a Go is counted as the minimum of 60 points (unverified)")
    if rules.test is FitnessTest.USMC_PFT and "row_5k" in events and age_years < ROW_FROM_AGE:
        notes.append(f"row_5k: only for ages from {ROW_FROM_AGE}, or with a medical waiver")
    return tuple(notes)


def _row_notes(event: Event, row: Row | None) -> list[str]:
    if row is None or row.mark not in (OUT_OF_ORDER, DERIVED):
        return []
    if row.mark == DERIVED:
        return [f"{event.name}: this part of the altitude chart is derived: the sea-level chart + 8 s"]
    return [
        f"{event.name}: the chart is printed out of order here; the best row that the result meets counts"
    ]
