"""Where a member is: his days go by the clocks there, across the date line and changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from models.cluster import Cluster
from models.members.zone import date_in, first_day_in
from models.nights.night import chunk_of, standings
from models.settings import Settings
from tests.models.nights import EVENING, give_plans, queued_chunks, start
from tests.web.people import NUTRITION, Person, pointers
from tests.web.work import start as take

PATH = "/v1/profile/time-zone"
NEW_YORK = "America/New_York"
EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # 14 hours ahead of UTC, 11 behind: never one date


def today(zone: str) -> str:
    return date_in(zone, datetime.now(UTC)).isoformat()


def live_in(person: Person, zone: str | None) -> None:
    assert person.put(PATH, {"time_zone": zone}).status_code == 200


def test_days_go_by_the_tenants_clock_until_the_member_says_where_he_is(anna: Person) -> None:
    assert anna.get(PATH).json == {"time_zone": "UTC", "own": False, "today": today("UTC")}
    live_in(anna, EAST)
    assert anna.get(PATH).json == {"time_zone": EAST, "own": True, "today": today(EAST)}
    live_in(anna, None)
    assert anna.get(PATH).json == {"time_zone": "UTC", "own": False, "today": today("UTC")}


@pytest.mark.parametrize(
    "wrong", ["", "Mars/Base", "+09:00", "EST5EDT4", "asia/tokyo", "../etc/passwd", "x" * 65, 9]
)
def test_what_is_no_zone_is_refused(anna: Person, wrong: object) -> None:
    assert pointers(anna.put(PATH, {"time_zone": wrong})) == ["/time_zone"]
    assert anna.get(PATH).json["own"] is False


def test_each_member_has_their_own(anna: Person, ben: Person) -> None:
    live_in(anna, EAST)
    assert ben.get(PATH).json["own"] is False


@pytest.mark.parametrize("zone", [EAST, WEST])
def test_the_last_day_that_can_be_logged_is_today_where_the_member_is(anna: Person, zone: str) -> None:
    live_in(anna, zone)
    here = date.fromisoformat(today(zone))
    for day, status in ((here, 201), (here + timedelta(days=1), 422)):
        answer = anna.post("/v1/logs/weights", {"date": day.isoformat(), "weight_kg": 66})
        assert answer.status_code == status, (zone, day)
    assert anna.get("/v1/progress").json["today"] == here.isoformat()


@pytest.mark.parametrize("zone", [EAST, WEST])
def test_a_plan_without_a_first_day_begins_tomorrow_where_the_member_is(anna: Person, zone: str) -> None:
    live_in(anna, zone)
    asked = {name: value for name, value in NUTRITION.items() if name != "start_date"}
    job_id = anna.post("/v1/plans", asked).json["id"]
    assert started_on(anna, job_id) == date.fromisoformat(today(zone)) + timedelta(days=1)


def test_a_repeat_from_another_zone_is_the_same_request(anna: Person) -> None:
    live_in(anna, EAST)
    asked = {name: value for name, value in NUTRITION.items() if name != "start_date"}
    first = anna.post("/v1/plans", asked, Idempotency_Key="over-the-date-line")
    live_in(anna, WEST)
    again = anna.post("/v1/plans", asked, Idempotency_Key="over-the-date-line")
    assert (again.status_code, again.json["id"]) == (202, first.json["id"])


def started_on(person: Person, job_id: str) -> date:
    found = person.app.extensions["reveille"].cluster
    with person.app.app_context(), found.control() as session:
        session.execute(text("SELECT set_config('app.tenant', '*', true)"))
        told = session.scalar(text("SELECT request ->> 'start_date' FROM job WHERE id = :id"), {"id": job_id})
    return date.fromisoformat(told)


@pytest.mark.parametrize(
    ("night", "now", "zone", "first"),
    [
        ("2026-03-08", "2026-03-08T06:59Z", NEW_YORK, "2026-03-08"),  # 01:59; then it is 03:00
        ("2026-03-08", "2026-03-08T08:59Z", NEW_YORK, "2026-03-08"),  # 04:59 of a day without its third hour
        ("2026-03-08", "2026-03-08T09:00Z", NEW_YORK, "2026-03-09"),  # 05:00: it has begun
        ("2026-11-01", "2026-11-01T09:59Z", NEW_YORK, "2026-11-01"),  # 04:59, after an hour that came twice
        ("2026-11-01", "2026-11-01T10:00Z", NEW_YORK, "2026-11-02"),
        ("2026-11-01", "2026-11-01T10:00Z", WEST, "2026-11-01"),  # there it is still the day before
        ("2026-11-01", "2026-10-31T15:00Z", EAST, "2026-11-02"),  # and there 05:00 of the night's own day
    ],
)
def test_the_first_day_of_a_night_is_one_that_has_not_begun_there(
    night: str, now: str, zone: str, first: str
) -> None:
    at = datetime.fromisoformat(now)
    assert first_day_in(zone, date.fromisoformat(night), time(5), at) == date.fromisoformat(first)


def test_a_night_leaves_the_day_that_a_member_far_away_is_living(
    cluster: Cluster, settings: Settings
) -> None:
    home, east, west = give_plans(cluster, 3)
    with cluster.control() as session:
        for member_id, zone in ((east, EAST), (west, WEST)):
            session.execute(
                text("UPDATE member SET zone = :zone WHERE id = :id"), {"zone": zone, "id": member_id}
            )
    start(cluster, settings)
    held = take(cluster, queued_chunks(cluster)[0])
    assert held is not None
    with cluster.control() as session:
        chunk = chunk_of(session, held, EVENING)  # 20:00 UTC: 10:00 of the night's own day in the east
        first_days = {each.member_id: each.first_day for each in standings(session, chunk)}
    assert first_days == {
        home: chunk.first_day, east: chunk.first_day + timedelta(days=1), west: chunk.first_day
    }  # fmt: skip
