"""What members log: weights, intake, sessions, words on foods. The night learns from it."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from models.access.account import Role
from models.errors import NotFound
from models.ids import bucket_of, new_id
from models.members.food_feedback import FoodFeedback
from models.members.intake_log import IntakeLog
from models.members.logs import Log, entries, opened, remove_entry, write_entry
from models.members.weight_log import WeightLog
from models.members.workout_log import WorkoutLog
from models.members.zone import today_of
from planners.errors import FieldError, InvalidRequest
from planners.lean import carried
from planners.reading import read
from planners.spec import Kind
from planners.training_log import LoggedRun, LoggedSession, log_faults
from web.answers import encode, json_answer
from web.cursors import cursor_of, id_of_cursor, next_link
from web.log_schemas import (
    FoodEntry,
    FoodPage,
    IntakeEntry,
    IntakePage,
    LogQuery,
    WeightEntry,
    WeightPage,
    WorkoutEntry,
    WorkoutPage,
)
from web.profile import member_of
from web.routes import Answer, Routes
from web.services import services
from web.tokens import Caller

routes = Routes("logs")

PATH = "/v1/logs"
KEPT = "The entry, kept in the place of an earlier one."
GONE = Answer(status=204, text="It is gone.")


@routes.route(
    "POST", f"{PATH}/weights", "Log a weigh-in", auth=Role.MEMBER, body=WeightEntry,
    answers=(Answer(status=201, text="The entry, new.", body=WeightEntry),
             Answer(status=200, text=KEPT, body=WeightEntry)),
)  # fmt: skip
def log_weight(caller: Caller, body: WeightEntry) -> Response:
    return _write(caller, WeightLog, _dated(body), body)


@routes.route(
    "GET", f"{PATH}/weights", "Weigh-ins, the latest first", auth=Role.MEMBER, query=LogQuery,
    answers=(Answer(status=200, text="A page.", body=WeightPage, headers=("Link",)),),
)  # fmt: skip
def list_weights(caller: Caller, query: LogQuery) -> Response:
    return _page(
        caller, query, WeightLog, "weights",
        lambda session, row: WeightEntry(date=row.date, **opened(session, row)),
    )  # fmt: skip


@routes.route(
    "DELETE", f"{PATH}/weights/<day>", "Take a weigh-in back", auth=Role.MEMBER, answers=(GONE,),
    problems=("conflict",),
)  # fmt: skip
def delete_weight(day: str, caller: Caller) -> Response:
    return _remove(caller, WeightLog, _day(day))


@routes.route(
    "POST", f"{PATH}/intake", "Log what was eaten on a day", auth=Role.MEMBER, body=IntakeEntry,
    answers=(Answer(status=201, text="The entry, new.", body=IntakeEntry),
             Answer(status=200, text=KEPT, body=IntakeEntry)),
)  # fmt: skip
def log_intake(caller: Caller, body: IntakeEntry) -> Response:
    return _write(caller, IntakeLog, _dated(body), body)


@routes.route(
    "GET", f"{PATH}/intake", "Days of eating, the latest first", auth=Role.MEMBER, query=LogQuery,
    answers=(Answer(status=200, text="A page.", body=IntakePage, headers=("Link",)),),
)  # fmt: skip
def list_intake(caller: Caller, query: LogQuery) -> Response:
    return _page(
        caller, query, IntakeLog, "intake",
        lambda session, row: IntakeEntry(date=row.date, **opened(session, row)),
    )  # fmt: skip


@routes.route(
    "DELETE", f"{PATH}/intake/<day>", "Take a day back", auth=Role.MEMBER, answers=(GONE,),
    problems=("conflict",),
)  # fmt: skip
def delete_intake(day: str, caller: Caller) -> Response:
    return _remove(caller, IntakeLog, _day(day))


@routes.route(
    "POST", f"{PATH}/workouts", "Log a session: done, missed, moved or skipped", auth=Role.MEMBER,
    body=WorkoutEntry,
    answers=(Answer(status=201, text="The entry, new.", body=WorkoutEntry),
             Answer(status=200, text=KEPT, body=WorkoutEntry)),
)  # fmt: skip
def log_workout(caller: Caller, body: WorkoutEntry) -> Response:
    entry_id = UUID(body.id) if body.id else new_id(bucket_of(caller.member_id))
    named = dataclasses.replace(body, id=str(entry_id))
    kept = {k: v for k, v in json.loads(encode(named)).items() if k not in ("id", "date")}
    return _write(caller, WorkoutLog, {"id": entry_id, "date": body.date, "entry": kept}, named)


@routes.route(
    "GET", f"{PATH}/workouts", "Sessions, by their ids from the greatest on", auth=Role.MEMBER,
    query=LogQuery, answers=(Answer(status=200, text="A page.", body=WorkoutPage, headers=("Link",)),),
)  # fmt: skip
def list_workouts(caller: Caller, query: LogQuery) -> Response:
    return _page(
        caller, query, WorkoutLog, "workouts",
        lambda session, row: read(
            WorkoutEntry, {**opened(session, row), "id": str(row.id), "date": row.date.isoformat()}
        ),
    )  # fmt: skip


@routes.route(
    "DELETE", f"{PATH}/workouts/<uuid:entry_id>", "Take a session back", auth=Role.MEMBER, answers=(GONE,),
    problems=("conflict",),
)  # fmt: skip
def delete_workout(entry_id: UUID, caller: Caller) -> Response:
    return _remove(caller, WorkoutLog, entry_id)


@routes.route(
    "POST", f"{PATH}/foods", "Say what you think of a food", auth=Role.MEMBER, body=FoodEntry,
    answers=(Answer(status=201, text="The entry, new.", body=FoodEntry),
             Answer(status=200, text=KEPT, body=FoodEntry)),
)  # fmt: skip
def rate_food(caller: Caller, body: FoodEntry) -> Response:
    return _write(caller, FoodFeedback, dataclasses.asdict(body), body)


@routes.route(
    "GET", f"{PATH}/foods", "Words on foods", auth=Role.MEMBER, query=LogQuery,
    answers=(Answer(status=200, text="A page.", body=FoodPage, headers=("Link",)),),
)  # fmt: skip
def list_foods(caller: Caller, query: LogQuery) -> Response:
    return _page(
        caller, query, FoodFeedback, "foods",
        lambda _session, row: FoodEntry(food_code=row.food_code, verdict=row.verdict),
    )  # fmt: skip


def _dated(entry: WeightEntry | IntakeEntry) -> dict[str, Any]:
    """The columns of an entry that is known by its day."""
    told = dataclasses.asdict(entry)
    return {"date": told.pop("date"), "entry": told}


def _write(caller: Caller, table: type[Log], values: Mapping[str, Any], entry: Any) -> Response:
    with services().cluster.write(caller.member_id) as session:
        member_of(session, caller)
        faults = _faults(entry, today_of(session, caller.tenant_id, caller.member_id))
        if faults:
            raise InvalidRequest(faults)
        new = write_entry(
            session, table, tenant_id=caller.tenant_id, member_id=caller.member_id, values=values
        )
    return json_answer(entry, 201 if new else 200)


def _faults(entry: Any, today: datetime.date) -> list[FieldError]:
    """What is not yet past, contradicts itself, or is known to nobody."""
    if isinstance(entry, WorkoutEntry):
        told = log_faults(maxima=(), sets=(), runs=_runs(entry), log=(_session(entry),), latest=today)
        future = [f for f in _future(entry, today) if entry.results]
        past = [dataclasses.replace(f, pointer=f.pointer.removeprefix("/log/0")) for f in told]
        return [*past, *future, *_unknown(entry)]
    return _future(entry, today) if hasattr(entry, "date") else []


def _future(entry: Any, today: datetime.date) -> list[FieldError]:
    if entry.date <= today:
        return []
    text = f"is {entry.date.isoformat()}, which is not past: today is {today.isoformat()}"
    return [FieldError(pointer="/date", detail=text)]


def _unknown(entry: WorkoutEntry) -> list[FieldError]:
    """Exercises that are not in the catalogue: nothing could be learned from them."""
    known = carried(Kind.WORKOUT).exercises.row_of
    return [
        FieldError(pointer=f"/exercises/{at}/exercise_id", detail="is not an exercise of the catalogue")
        for at, each in enumerate(entry.exercises)
        if each.exercise_id not in known
    ]


def _runs(entry: WorkoutEntry) -> tuple[LoggedRun, ...]:
    return tuple(
        LoggedRun(date=entry.date, distance_m=run.distance_m, seconds=run.seconds, rpe=run.rpe)
        for run in entry.runs
    )


def _session(entry: WorkoutEntry) -> LoggedSession:
    return LoggedSession(**{f.name: getattr(entry, f.name) for f in dataclasses.fields(LoggedSession)})


def _page(
    caller: Caller, query: LogQuery, table: type[Any], name: str, view: Callable[[Session, Any], Any]
) -> Response:
    key, read_key, show_key = CURSORS[table]
    within = () if query.cursor is None else (key < read_key(id_of_cursor(query.cursor)),)
    with services().cluster.read(caller.member_id, may_lag=True) as session:
        member_of(session, caller)
        found = entries(session, table, caller.member_id, *within, limit=query.limit + 1)
        page, more = found[: query.limit], len(found) > query.limit
        shown = [dataclasses.asdict(view(session, row)) for row in page]
    cursor = cursor_of(show_key(page[-1])) if more else None
    response = json_answer({"entries": shown, "next_cursor": cursor})
    if cursor:
        response.headers["Link"] = next_link(f"{PATH}/{name}", limit=query.limit, cursor=cursor)
    return response


def _day_key(row: Any) -> UUID:
    return UUID(int=row.date.toordinal())


def _day_of(key: UUID) -> datetime.date:
    try:
        return datetime.date.fromordinal(key.int)
    except (ValueError, OverflowError) as error:
        text = "is not a cursor of this list; take `next_cursor` as it stands"
        raise InvalidRequest([FieldError(pointer="/cursor", detail=text)]) from error


CURSORS: Mapping[type[Any], tuple[Any, Callable[[UUID], Any], Callable[[Any], UUID]]] = {
    WeightLog: (WeightLog.date, _day_of, _day_key),
    IntakeLog: (IntakeLog.date, _day_of, _day_key),
    WorkoutLog: (WorkoutLog.id, lambda key: key, lambda row: row.id),
    FoodFeedback: (
        FoodFeedback.food_code, lambda key: min(key.int, 2**31 - 1), lambda row: UUID(int=row.food_code),
    ),
}  # fmt: skip
"""Of each log its key's column, the key that a cursor holds, and the cursor of a row."""


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise NotFound("there is no entry of that day: a day is written as 2026-12-01") from error


def _remove(caller: Caller, table: type[Log], key: Any) -> Response:
    with services().cluster.write(caller.member_id) as session:
        member_of(session, caller)
        if not remove_entry(session, table, caller.member_id, key):
            raise NotFound("there is no such entry of yours")
    return Response(status=204)
