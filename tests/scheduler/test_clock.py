import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.__main__ import LATE_S, latest_due, make_clock
from scheduler.timetable import TIMETABLE, Schedule

DAILY = Schedule(name="daily", cron="20 3 * * *", zone="UTC", run_once=lambda *_: {})
BERLIN = Schedule(name="berlin", cron="30 2 * * *", zone="Europe/Berlin", run_once=lambda *_: {})
DUE = datetime(2026, 12, 1, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("late_s", "due"), [(-1, None), (0, DUE), (1, DUE), (LATE_S, DUE), (LATE_S + 1, None)]
)
def test_tick_belongs_to_the_time_it_was_due_however_late_it_comes(late_s, due):
    assert latest_due(DAILY, DUE + timedelta(seconds=late_s)) == due


def test_hour_that_comes_twice_in_autumn_is_due_once():
    midnight = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # 00:00 summer time of the 25-hour day
    seen = {latest_due(BERLIN, midnight + timedelta(minutes=10 * n)) for n in range(25 * 6)} - {None}
    assert seen == {datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}


def test_hour_that_spring_leaves_out_does_not_stop_the_next_day():
    day_after = datetime(2027, 3, 29, 0, 30, tzinfo=UTC)  # 02:30 summer time, the day after the change
    assert latest_due(BERLIN, day_after) == day_after


def test_clock_has_every_schedule_of_the_timetable(cluster, settings):
    jobs = make_clock(cluster, settings).get_jobs()
    assert [job.id for job in jobs] == [schedule.name for schedule in TIMETABLE]
    assert all(job.coalesce and job.max_instances == 1 for job in jobs)


def test_process_ends_at_once_and_well_when_it_is_told_to(settings):
    environ = {**os.environ, **settings.environment(), "REVEILLE_LOG_LEVEL": "debug"}
    process = subprocess.Popen(
        [sys.executable, "-m", "scheduler"], env=environ, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:  # until the clock says that it runs
        if "Scheduler started" in line:
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
