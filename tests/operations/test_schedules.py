"""`reveille schedules`: the clock's own functions by hand, and how its runs went."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.nights.batch import Batch
from models.nights.run import Run, RunState
from operations.schedules import schedules
from scheduler.timetable import TIMETABLE
from tests.models.rows import add_member
from tests.operations.by_hand import caller_of


@pytest.fixture
def reveille(settings, cluster, monkeypatch):
    return caller_of(schedules, settings, monkeypatch)


def test_every_schedule_is_listed_with_its_last_run(reveille, cluster):
    missed = datetime.now(UTC) - timedelta(days=1)
    with cluster.control() as session:
        session.add(Run(schedule="prune", due_at=missed - timedelta(days=1), state=RunState.SUCCEEDED))
        session.add(Run(schedule="prune", due_at=missed, state=RunState.MISSED))
    rows = {row["name"]: row for row in json.loads(reveille("list", "--json"))["schedules"]}
    assert list(rows) == [*(schedule.name for schedule in TIMETABLE), "nightly UTC"]
    assert rows["prune"]["state"] == "missed"
    assert rows["nightly UTC"]["state"] is None
    assert "nightly UTC" in reveille("list")


@pytest.mark.parametrize("name", ["watch", "outbox", "prune", "months", "archive"])
def test_each_runs_by_hand_and_tells_its_counts(reveille, name):
    counts = json.loads(reveille("run", name))
    assert set(map(type, counts.values())) == {int}


def test_night_of_a_zone_runs_by_hand_once(reveille, cluster):
    with cluster.control() as session:
        add_member(session)
    assert json.loads(reveille("run", "nightly UTC"))["batches"] == 2
    assert json.loads(reveille("run", "nightly UTC"))["batches"] == 0
    with cluster.control() as session:
        assert len(session.scalars(select(Batch)).all()) == 2


def test_a_schedule_that_there_is_not_is_one_sentence(reveille):
    told = reveille("run", "forecasts", status=1)
    assert "there is no schedule 'forecasts': one of watch, outbox, arrivals, prune" in told
