from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.nights.run import Run, RunState
from scheduler.runs import AGAIN_S, is_resting, run_if_first
from scheduler.timetable import Schedule

DUE = datetime(2026, 12, 1, 3, 20, tzinfo=UTC)


def schedule_of(run_once):
    return Schedule(name="count", due=lambda now: DUE, catch_up_s=60, run_once=run_once)


def stored(cluster):
    with cluster.control() as session:
        return session.scalars(select(Run)).one()


def test_run_is_a_row_with_its_counts(cluster, settings):
    assert run_if_first(cluster, settings, schedule_of(lambda *_: {"jobs": 3}), DUE, DUE)
    run = stored(cluster)
    assert (run.schedule, run.due_at, run.state) == ("count", DUE, RunState.SUCCEEDED)
    assert run.counts == {"jobs": 3}
    assert run.finished_at >= run.started_at


def test_many_schedulers_at_once_run_it_once(cluster, settings):
    ran = []
    schedule = schedule_of(lambda *_: ran.append(1) or {"jobs": 1})
    with ThreadPoolExecutor(8) as pool:
        first = list(pool.map(lambda _: run_if_first(cluster, settings, schedule, DUE, DUE), range(8)))
    assert sorted(first) == [False] * 7 + [True]
    assert ran == [1]


def test_next_due_time_is_another_run(cluster, settings):
    schedule = schedule_of(lambda *_: {})
    assert run_if_first(cluster, settings, schedule, DUE, DUE)
    assert run_if_first(cluster, settings, schedule, DUE.replace(day=2), DUE)


def test_run_that_fails_keeps_its_reason_and_is_told(cluster, settings):
    def fail(*_):
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        run_if_first(cluster, settings, schedule_of(fail), DUE, DUE)
    run = stored(cluster)
    assert (run.state, run.error) == (RunState.FAILED, "ValueError('no room')")
    assert not run_if_first(cluster, settings, schedule_of(fail), DUE, DUE)


def test_run_that_failed_is_tried_again_when_it_has_rested(cluster, settings):
    def fail(*_):
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        run_if_first(cluster, settings, schedule_of(fail), DUE, DUE)
    works = schedule_of(lambda *_: {"jobs": 1})
    assert is_resting(cluster, works, DUE)
    with cluster.control() as session:
        session.execute(update(Run).values(finished_at=Run.finished_at - timedelta(seconds=AGAIN_S)))
    assert not is_resting(cluster, works, DUE)
    assert run_if_first(cluster, settings, works, DUE, DUE)
    run = stored(cluster)
    assert (run.state, run.error, run.counts) == (RunState.SUCCEEDED, None, {"jobs": 1})
