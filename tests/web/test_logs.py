"""What members log: kept once, refused with pointers when it cannot be, and never anybody else's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.members.member import Member
from models.members.tenant import Tenant
from tests.web.people import pointers

TODAY = datetime.now(UTC).date()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ENTRY = "018f3c1e-7d2a-7c3e-9a52-3f1f0c9b2a11"
SESSION = {
    "id": ENTRY, "date": YESTERDAY.isoformat(), "minutes": 55, "rpe": 7,
    "exercises": [{"exercise_id": "bench_press", "sets": 3, "reps": 5, "load_kg": 80, "rpe": 8}],
    "runs": [{"distance_m": 3200, "seconds": 960, "rpe": 9}],
    "results": [{"test": "aft", "event": "2MR", "result": 960}],
}  # fmt: skip


def logged(cluster, person):
    with cluster.control() as session:
        return session.scalar(select(Member.logged).where(Member.id == person.member_id))


def test_weight_of_a_day_is_kept_once_and_the_latest_word_counts(anna, cluster):
    day = YESTERDAY.isoformat()
    assert anna.post("/v1/logs/weights", {"date": day, "weight_kg": 66.4}).status_code == 201
    assert anna.post("/v1/logs/weights", {"date": day, "weight_kg": 66.2}).status_code == 200
    assert anna.get("/v1/logs/weights").json["entries"] == [{"date": day, "weight_kg": 66.2}]
    assert logged(cluster, anna) == 2


def test_session_comes_back_as_it_was_logged_and_is_kept_once(anna):
    assert anna.post("/v1/logs/workouts", SESSION).status_code == 201
    assert anna.post("/v1/logs/workouts", {**SESSION, "rpe": 8}).status_code == 200
    (entry,) = anna.get("/v1/logs/workouts").json["entries"]
    assert {name: entry[name] for name in ("id", "date", "minutes", "rpe", "status")} == {
        "id": ENTRY, "date": SESSION["date"], "minutes": 55, "rpe": 8, "status": "done",
    }  # fmt: skip
    assert entry["exercises"][0]["load_kg"] == 80
    assert entry["runs"] == SESSION["runs"]
    assert entry["results"] == SESSION["results"]


def test_session_without_an_id_is_a_new_one_each_time(anna):
    bare = {"date": YESTERDAY.isoformat(), "status": "missed"}
    ids = {anna.post("/v1/logs/workouts", bare).json["id"] for _ in range(2)}
    assert len(ids) == 2


def test_intake_and_words_on_foods_are_kept(anna):
    day = YESTERDAY.isoformat()
    assert anna.post("/v1/logs/intake", {"date": day, "kcal": 2300}).status_code == 201
    assert anna.get("/v1/logs/intake").json["entries"] == [{"date": day, "kcal": 2300, "protein_g": None}]
    food = {"food_code": 57100100, "verdict": "liked"}
    assert anna.post("/v1/logs/foods", food).status_code == 201
    assert anna.post("/v1/logs/foods", {**food, "verdict": "disliked"}).status_code == 200
    assert anna.get("/v1/logs/foods").json["entries"] == [{**food, "verdict": "disliked"}]


def test_entries_can_be_taken_back(anna, cluster):
    day = YESTERDAY.isoformat()
    anna.post("/v1/logs/weights", {"date": day, "weight_kg": 66.4})
    anna.post("/v1/logs/workouts", SESSION)
    assert anna.delete(f"/v1/logs/weights/{day}").status_code == 204
    assert anna.delete(f"/v1/logs/workouts/{ENTRY}").status_code == 204
    assert anna.delete(f"/v1/logs/workouts/{ENTRY}").status_code == 404
    assert anna.delete("/v1/logs/weights/yesterday").status_code == 404
    assert anna.get("/v1/logs/weights").json["entries"] == []
    assert logged(cluster, anna) == 4


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("weights", {"date": YESTERDAY.isoformat()}, "/weight_kg"),
        ("weights", {"date": YESTERDAY.isoformat(), "weight_kg": 24.9}, "/weight_kg"),
        ("weights", {"date": TOMORROW.isoformat(), "weight_kg": 66}, "/date"),
        ("weights", {"date": "today", "weight_kg": 66}, "/date"),
        ("weights", {"date": YESTERDAY.isoformat(), "weight_kg": 66, "fat": 1}, "/fat"),
        ("intake", {"date": TOMORROW.isoformat(), "kcal": 2000}, "/date"),
        ("intake", {"date": YESTERDAY.isoformat(), "kcal": -1}, "/kcal"),
        ("workouts", {"date": TOMORROW.isoformat()}, "/date"),
        ("workouts", {**SESSION, "id": "mine"}, "/id"),
        ("workouts", {**SESSION, "status": "missed"}, "/status"),
        ("workouts", {"date": YESTERDAY.isoformat(), "status": "moved"}, "/moved_to"),
        ("workouts", {**SESSION, "runs": [{"distance_m": 5000, "seconds": 300}]}, "/runs/0/seconds"),
        (
            "workouts",
            {**SESSION, "exercises": [*SESSION["exercises"], {"exercise_id": "moon_walk", "sets": 1}]},
            "/exercises/1/exercise_id",
        ),
        ("workouts", {**SESSION, "results": [{"test": "gym", "event": "x", "result": 1}]}, "/results/0/test"),
        ("foods", {"food_code": 1, "verdict": "liked"}, "/food_code"),
        ("foods", {"food_code": 57100100, "verdict": "tasty"}, "/verdict"),
    ],
)
def test_bad_entries_are_refused_with_pointers(anna, cluster, path, body, pointer):
    assert pointers(anna.post(f"/v1/logs/{path}", body)) == [pointer]
    assert logged(cluster, anna) == 0


def test_todays_entry_counts_by_the_clock_of_the_tenant(anna, cluster):
    with cluster.control() as session:
        session.execute(update(Tenant).values(zone="Pacific/Kiritimati"))  # 14 hours ahead
    ahead = datetime.now(UTC) + timedelta(hours=14)
    assert (
        anna.post("/v1/logs/weights", {"date": ahead.date().isoformat(), "weight_kg": 66}).status_code == 201
    )


def test_pages_hold_every_entry_once(anna):
    days = [(TODAY - timedelta(days=n)).isoformat() for n in range(1, 6)]
    for day in days:
        anna.post("/v1/logs/weights", {"date": day, "weight_kg": 66})
    first = anna.get("/v1/logs/weights?limit=2")
    second = anna.get(first.headers["Link"].split(">")[0].lstrip("<"))
    third = anna.get(f"/v1/logs/weights?limit=2&cursor={second.json['next_cursor']}")
    seen = [entry["date"] for page in (first, second, third) for entry in page.json["entries"]]
    assert seen == days
    assert third.json["next_cursor"] is None
    assert pointers(anna.get("/v1/logs/weights?cursor=AAAA")) == ["/cursor"]
    assert pointers(anna.get("/v1/logs/weights?cursor=_____________________w")) == ["/cursor"]


def test_nobody_sees_or_takes_back_anothers_entries(anna, ben):
    anna.post("/v1/logs/workouts", SESSION)
    assert ben.get("/v1/logs/workouts").json["entries"] == []
    assert ben.delete(f"/v1/logs/workouts/{ENTRY}").status_code == 404
    assert ben.post("/v1/logs/workouts", SESSION).status_code == 201  # his own, though the id is the same
    assert len(anna.get("/v1/logs/workouts").json["entries"]) == 1


def test_progress_sums_up_what_was_logged(anna):
    for n in range(1, 8):
        day = (TODAY - timedelta(days=n)).isoformat()
        anna.post("/v1/logs/weights", {"date": day, "weight_kg": 66 + 0.1 * n})
        anna.post("/v1/logs/intake", {"date": day, "kcal": 2000 + 100 * (n % 2)})
    anna.post("/v1/logs/workouts", SESSION)
    anna.post("/v1/logs/workouts", {"date": YESTERDAY.isoformat(), "status": "missed"})
    progress = anna.get("/v1/progress").json
    assert progress["weight"] == {"latest_kg": 66.1, "days": 7, "kg_per_week": -0.7}
    assert progress["intake"] == {"days": 7, "mean_kcal": 2057.1, "expenditure_kcal": None}
    monday = YESTERDAY - timedelta(days=YESTERDAY.weekday())
    (week,) = progress["training"]
    assert week == {"week_of": monday.isoformat(), "done": 1, "missed": 1, "minutes": 55, "load": 385}
    assert [(t["event"], t["latest"]) for t in progress["tests"]] == [("2MR", 960)]
    assert progress["plans"] == {}


def test_progress_of_somebody_new_is_empty(ben):
    progress = ben.get("/v1/progress").json
    assert progress["weight"] == {"latest_kg": None, "days": 0, "kg_per_week": None}
    assert date.fromisoformat(progress["today"])
