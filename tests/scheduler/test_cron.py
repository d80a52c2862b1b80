from datetime import UTC, datetime, timedelta

import pytest

from scheduler.cron import latest_due

DAILY = "20 3 * * *"
DUE = datetime(2026, 12, 1, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("late", "due"),
    [
        (timedelta(seconds=-1), DUE - timedelta(days=1)),
        (timedelta(0), DUE),
        (timedelta(seconds=1), DUE),
        (timedelta(hours=23, minutes=59), DUE),
    ],
)
def test_look_belongs_to_the_time_that_was_due_however_late_it_comes(late, due):
    assert latest_due(DAILY, DUE + late) == due


def test_hour_that_comes_twice_in_autumn_is_due_once():
    midnight = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # 00:00 summer time of the 25-hour day
    looks = [midnight + timedelta(minutes=10 * n) for n in range(25 * 6)]
    seen = {latest_due("30 2 * * *", look, "Europe/Berlin") for look in looks}
    assert seen == {datetime(2026, 10, 24, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}


def test_hour_that_spring_leaves_out_does_not_stop_the_next_day():
    day_after = datetime(2027, 3, 29, 0, 30, tzinfo=UTC)  # 02:30 summer time, the day after the change
    assert latest_due("30 2 * * *", day_after, "Europe/Berlin") == day_after


def test_line_of_every_minute_is_due_at_the_full_minute():
    assert latest_due("* * * * *", DUE + timedelta(seconds=59)) == DUE
