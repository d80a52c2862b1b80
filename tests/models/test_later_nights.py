"""Nights of one tenant and kind never run side by side, whichever is started by hand."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.errors import Conflict
from models.nights.batch import OPEN, Batch, BatchState
from models.nights.control import cancel_batch, pause_batch, resume_batch
from models.nights.start import start_nights
from planners.spec import Kind
from tests.models.nights import EVENING, NIGHT, batch_row, lose, queued_chunks, start
from tests.models.rows import add_member

LATER = NIGHT + timedelta(days=1)


@pytest.fixture(autouse=True)
def member(cluster):
    with cluster.control() as session:
        return add_member(session).id


def start_for(cluster, settings, day, *kinds):
    begun = start_nights(cluster, settings, EVENING, by="test", kinds=kinds or [Kind.NUTRITION], day=day)
    return [one.batch.id for one in begun]


def open_nights(cluster):
    with cluster.control() as session:
        wanted = select(Batch.date).where(Batch.kind == Kind.NUTRITION, Batch.state.in_(OPEN))
        return list(session.scalars(wanted))


def move(cluster, act, batch_id):
    with cluster.control() as session:
        act(session, batch_id, by="test")


@pytest.mark.parametrize("paused", [False, True])
def test_earlier_night_is_refused_while_a_later_one_is_under_way(cluster, settings, paused):
    (later,) = start_for(cluster, settings, LATER)
    if paused:
        move(cluster, pause_batch, later)
    chunks = queued_chunks(cluster)
    with pytest.raises(Conflict, match=f"wait for its end, or cancel batch {later} first"):
        start_for(cluster, settings, NIGHT)
    assert queued_chunks(cluster) == chunks
    assert open_nights(cluster) == [LATER]


def test_refused_night_takes_neither_the_other_kind_nor_its_own_row_with_it(cluster, settings):
    start_for(cluster, settings, LATER)
    with pytest.raises(Conflict, match="nutrition night of default for 2026-12-03 is running"):
        start_for(cluster, settings, NIGHT, *Kind)
    with cluster.control() as session:
        rows = session.execute(select(Batch.kind, Batch.date).order_by(Batch.kind)).all()
    assert [tuple(row) for row in rows] == [("nutrition", LATER), ("workout", NIGHT)]


def test_earlier_night_runs_once_the_later_one_has_ended(cluster, settings):
    (later,) = start_for(cluster, settings, LATER)
    move(cluster, cancel_batch, later)
    (earlier,) = start_for(cluster, settings, NIGHT)
    assert batch_row(cluster, earlier).state == BatchState.RUNNING
    assert open_nights(cluster) == [NIGHT]


def test_given_up_chunks_of_an_earlier_night_are_not_resumed_beside_a_later_one(cluster, settings):
    earlier = start(cluster, settings)
    (chunk,) = queued_chunks(cluster)
    for _ in range(3):
        lose(cluster, chunk)
    assert batch_row(cluster, earlier).state == BatchState.FINISHED
    (later,) = start_for(cluster, settings, LATER)
    with pytest.raises(Conflict, match="cannot run beside it"):
        move(cluster, resume_batch, earlier)
    assert chunk not in queued_chunks(cluster)
    move(cluster, cancel_batch, later)
    move(cluster, resume_batch, earlier)
    assert queued_chunks(cluster) == [chunk]


def test_two_nights_that_are_started_at_the_same_moment_never_both_run(cluster, settings):
    days = [NIGHT + timedelta(days=n) for n in range(6)]
    together = threading.Barrier(len(days))

    def begin(day):
        together.wait()
        try:
            start_for(cluster, settings, day)
        except Conflict:
            return day
        return None

    with ThreadPoolExecutor(len(days)) as crowd:
        refused = {day for day in crowd.map(begin, days) if day}
    assert open_nights(cluster) == [days[-1]]
    with cluster.control() as session:
        rows = session.execute(select(Batch.date, Batch.state)).all()
    closed = {row.date for row in rows if row.state == BatchState.CANCELLED}
    assert closed == {*days} - refused - {days[-1]}
