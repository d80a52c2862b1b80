"""Nights on days on which clocks change, and by clocks that are wrong: one a date, and never two at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from models.members.tenant import Tenant
from models.nights.batch import OPEN, Batch, BatchState
from models.nights.control import cancel_batch
from models.nights.run import Run, RunState
from planners.spec import Kind
from scheduler.clock import Clock
from tests.models.nights import counts, current_plans, give_plan
from tests.scheduler.test_clock import NIGHT, look
from tests.workers.test_run_chunk import bench_of, plan_of, work_off

NEW_YORK = ZoneInfo("America/New_York")
A_DAY = timedelta(days=1)


def menus(cluster):
    """The nights of menus, by date."""
    with cluster.control() as session:
        wanted = select(Batch).where(Batch.kind == Kind.NUTRITION).order_by(Batch.date)
        return list(session.scalars(wanted))


@pytest.mark.parametrize(
    ("day", "nightly_at", "starts"),
    [
        (date(2026, 3, 8), "02:30", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # left out in spring
        (date(2026, 11, 1), "01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # comes twice in autumn
    ],
)
def test_each_date_has_one_night_across_a_change_of_clocks(cluster, settings, day, nightly_at, starts):
    settings = replace(settings, nightly_at=nightly_at)
    with cluster.control() as session:
        session.execute(update(Tenant).values(zone=str(NEW_YORK)))
    member_id = give_plan(cluster, days=2, start_date=(day - A_DAY).isoformat())
    clocks = [Clock(cluster, settings) for _ in range(2)]
    now, started = datetime.combine(day - A_DAY, time(6), UTC), []
    while now < datetime.combine(day + A_DAY, time(12), UTC):
        for clock in clocks:
            started += [(now, due) for due in look(clock, now).values()]
        work_off(cluster, bench_of(cluster, settings, clock=lambda now=now: now))
        now += timedelta(minutes=30)
    for clock in clocks:
        clock.close()

    assert started[1] == (starts, starts)
    assert len(started) == 3
    nights = menus(cluster)
    assert [night.date for night in nights] == [day - A_DAY, day, day + A_DAY]
    assert {night.state for night in nights} == {BatchState.FINISHED}
    assert [night.ready_by.astimezone(NEW_YORK) for night in nights] == [
        datetime.combine(night.date, time(5), NEW_YORK) for night in nights
    ]
    outcomes = [counts(cluster, night.id) for night in nights]
    assert outcomes == [{"unchanged": 1}, {"planned": 1}, {"planned": 1}]
    assert plan_of(cluster, member_id).start_date == day + A_DAY
    assert current_plans(cluster) == {member_id: 1}


def test_clock_that_leaps_a_day_ahead_and_back_never_runs_two_nights_at_once(cluster, settings):
    give_plan(cluster, days=2)
    clock = Clock(cluster, settings)
    assert look(clock, NIGHT + A_DAY)
    assert look(clock, NIGHT) == {"nightly UTC": NIGHT}  # tried, and refused beside the later one
    assert [night.date for night in menus(cluster)] == [NIGHT.date() + A_DAY]
    assert "cannot run beside it" in run_of(cluster, NIGHT).error
    with cluster.control() as session:
        for batch_id in session.scalars(select(Batch.id).where(Batch.state.in_(OPEN))).all():
            cancel_batch(session, batch_id, by="test")
        session.execute(update(Run).values(finished_at=func.now() - timedelta(minutes=6)))
    assert look(clock, NIGHT + timedelta(minutes=6)) == {"nightly UTC": NIGHT}
    clock.close()
    assert run_of(cluster, NIGHT).state == RunState.SUCCEEDED
    assert [night.date for night in menus(cluster) if night.state in OPEN] == [NIGHT.date()]


def run_of(cluster, due_at):
    with cluster.control() as session:
        return session.get_one(Run, ("nightly UTC", due_at))
