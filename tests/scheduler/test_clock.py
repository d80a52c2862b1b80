import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from sqlalchemy import func, select, update

from models.ids import new_id
from models.members.tenant import Tenant
from models.nights.batch import Batch
from models.nights.run import Run, RunState
from models.nights.start import start_nights
from scheduler.clock import STANDBY_S, Clock
from scheduler.timetable import TIMETABLE, schedules

NIGHT = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)


@pytest.fixture
def clock(cluster, settings):
    made = Clock(cluster, settings)
    yield made
    made.close()


def look(clock, now):
    """The nights that a look starts; what else of the timetable is due goes along."""
    started = clock.look(now)
    clock.wait()
    return {name: due for name, due in started if name.startswith("nightly")}


def runs(cluster, schedule="nightly UTC"):
    with cluster.control() as session:
        found = select(Run.due_at, Run.state).where(Run.schedule == schedule).order_by(Run.due_at)
        return [tuple(row) for row in session.execute(found)]


def batches(cluster):
    with cluster.control() as session:
        return [(b.date, b.kind) for b in session.scalars(select(Batch).order_by(Batch.date, Batch.kind))]


def test_timetable_names_every_schedule_once(settings):
    names = [schedule.name for schedule in schedules(settings, {"UTC", "Asia/Tokyo"})]
    assert names == [*(schedule.name for schedule in TIMETABLE), "nightly Asia/Tokyo", "nightly UTC"]
    assert len(set(names)) == len(names)


def test_night_is_started_when_it_is_due_and_not_again(clock, cluster):
    look(clock, NIGHT - timedelta(days=1))
    assert look(clock, NIGHT - timedelta(minutes=1)) == {}
    assert look(clock, NIGHT)["nightly UTC"] == NIGHT
    assert look(clock, NIGHT + timedelta(seconds=5)) == {}
    assert [str(kind) for day, kind in batches(cluster) if day == NIGHT.date()] == ["nutrition", "workout"]


def test_missed_night_is_caught_up_once_in_the_morning(clock, cluster):
    look(clock, NIGHT - timedelta(days=3))
    assert look(clock, NIGHT + timedelta(hours=11))["nightly UTC"] == NIGHT
    assert [due for due, _ in runs(cluster)] == [
        NIGHT - timedelta(days=3),
        NIGHT,
    ]  # one for all that were missed


def test_night_that_nobody_ran_until_noon_is_a_row_that_says_missed(clock, cluster):
    look(clock, NIGHT - timedelta(days=1))
    assert "nightly UTC" not in look(clock, NIGHT + timedelta(hours=13))
    assert runs(cluster)[-1] == (NIGHT, RunState.MISSED)


def test_new_platform_has_missed_nothing(clock, cluster):
    look(clock, NIGHT + timedelta(hours=13))
    assert runs(cluster) == []


def test_each_zone_has_its_own_night(clock, cluster):
    with cluster.control() as session:
        session.execute(update(Tenant).values(zone="Asia/Tokyo"))
    assert look(clock, datetime(2026, 11, 30, 15, 30, tzinfo=UTC))["nightly Asia/Tokyo"]
    assert {day.isoformat() for day, _ in batches(cluster)} == {"2026-12-01"}


def test_a_zone_that_is_none_takes_nobody_elses_night(clock, cluster, caplog):
    with cluster.control() as session:
        session.add(Tenant(id=new_id(0), slug="typo", name="Typo", zone="America/NewYork"))
    assert look(clock, NIGHT)["nightly UTC"] == NIGHT
    assert "there is no time zone 'America/NewYork'" in caplog.text
    assert len(batches(cluster)) == 2


def test_a_night_that_failed_is_tried_again(clock, cluster):
    with cluster.control() as session:
        session.add(Run(schedule="nightly UTC", due_at=NIGHT, state="failed", finished_at=func.now()))
    assert look(clock, NIGHT + timedelta(minutes=1)) == {}
    with cluster.control() as session:
        session.execute(update(Run).values(finished_at=func.now() - timedelta(minutes=6)))
    assert look(clock, NIGHT + timedelta(minutes=6))["nightly UTC"] == NIGHT
    assert runs(cluster) == [(NIGHT, RunState.SUCCEEDED)]


def test_a_tenant_whose_night_cannot_be_started_takes_nobody_elses(cluster, settings):
    with cluster.control() as session:
        session.add(Tenant(id=new_id(0), slug="aaa", name="First", zone="America/NewYork"))
    with pytest.raises(ZoneInfoNotFoundError):
        start_nights(cluster, settings, NIGHT, by="test")
    assert len(batches(cluster)) == 2


def test_two_clocks_have_one_lead_and_one_run(clock, cluster, settings):
    other = Clock(cluster, settings)
    assert look(clock, NIGHT)["nightly UTC"] == NIGHT
    assert look(other, NIGHT) == {}
    assert len(batches(cluster)) == 2
    clock.close()  # the lead is free, and what is done stays done
    assert "nightly UTC" not in look(other, NIGHT + timedelta(minutes=1))
    assert look(other, NIGHT + timedelta(days=1))["nightly UTC"] == NIGHT + timedelta(days=1)
    other.close()


def test_standby_runs_what_the_leader_leaves_undone_for_long(clock, cluster, settings):
    clock.look(NIGHT - timedelta(days=1))  # takes the lead, and then does nothing any more
    clock.wait()
    other = Clock(cluster, settings)
    assert look(other, NIGHT + timedelta(seconds=STANDBY_S - 1)) == {}
    assert look(other, NIGHT + timedelta(seconds=STANDBY_S))["nightly UTC"] == NIGHT
    other.close()


def test_run_that_died_with_its_scheduler_is_run_again(clock, cluster):
    with cluster.control() as session:
        session.add(Run(schedule="nightly UTC", due_at=NIGHT))
    assert look(clock, NIGHT + timedelta(minutes=5))["nightly UTC"] == NIGHT
    assert runs(cluster) == [(NIGHT, RunState.SUCCEEDED)]
    assert len(batches(cluster)) == 2


def test_process_ends_at_once_and_well_when_it_is_told_to(settings):
    environ = {**os.environ, **settings.environment(), "REVEILLE_LOG_LEVEL": "debug"}
    process = subprocess.Popen(
        [sys.executable, "-m", "scheduler"], env=environ, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "the clock runs" in line:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_process_without_a_database_says_what_to_set():
    environ = {name: value for name, value in os.environ.items() if not name.startswith("REVEILLE_")}
    done = subprocess.run(
        [sys.executable, "-m", "scheduler"], env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "set REVEILLE_DATABASE_URL" in done.stderr
