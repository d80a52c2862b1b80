"""Swaps in training plans and alternatives over HTTP; a thread of the test stands for the worker."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.cluster import Cluster
from models.jobs.job import Job
from tests.web.people import WORKOUT, Person, days_from_now, join, pointers
from tests.web.work import working
from workers.run_job import Bench, run_job

REQUEST = {
    **WORKOUT,
    "weeks": 4,
    "equipment": ["dumbbell", "pull_up_bar"],
    "restrictions": ["no_jumping"],
    "excluded_exercises": ["tempo_push_up"],
}
AROUND = ("warm-up", "cool-down")


@pytest.fixture
def plan_for(cluster: Cluster, bench: Bench) -> Callable[..., dict[str, Any]]:
    """A real training plan of a person's, from tomorrow on or as the changes say."""

    def make(person: Person, **changes: object) -> dict[str, Any]:
        job = person.post("/v1/plans", {**REQUEST, "start_date": days_from_now(1), **changes}).json
        run_job(UUID(job["id"]), bench)
        plan_id = person.get(f"/v1/jobs/{job['id']}").json["plan_id"]
        return dict(person.get(f"/v1/plans/{plan_id}").json)

    return make


@pytest.fixture
def training(anna: Person, plan_for: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return plan_for(anna)


def work(day: dict[str, Any]) -> list[str]:
    return [line["exercise_id"] for line in day["exercises"] if line["note"] not in AROUND]


def lifting_day(plan: dict[str, Any], after: str = "") -> dict[str, Any]:
    """The first day of a plan, after another, that has an exercise with a load."""
    days = [day for week in plan["weeks"] for day in week["days"] if day["date"] > after]
    return next(day for day in days if any(line.get("load_kg") for line in day["exercises"]))


def lift_of(plan: dict[str, Any], after: str = "") -> dict[str, str]:
    """An exercise of that day, as a change and a question name it."""
    day = lifting_day(plan, after)
    lift = next(line["exercise_id"] for line in day["exercises"] if line.get("load_kg"))
    return {"date": day["date"], "exercise_id": lift}


def day_of(plan: dict[str, Any], on: str) -> dict[str, Any]:
    return next(day for week in plan["weeks"] for day in week["days"] if day["date"] == on)


def test_another_exercise_comes_back_in_the_new_plan(
    anna: Person, training: dict[str, Any], cluster: Cluster, bench: Bench
) -> None:
    lift = lift_of(training)
    with working(cluster, bench):
        answer = anna.post(f"/v1/plans/{training['id']}/swap", {"swap": "exercise", **lift}, Prefer="wait=20")
    assert (answer.status_code, answer.json.get("state")) == (201, "current"), answer.text
    changed = day_of(answer.json, lift["date"])
    assert lift["exercise_id"] not in work(changed)
    assert len(work(changed)) == len(work(day_of(training, lift["date"])))
    others = [
        [day for week in plan["weeks"] for day in week["days"] if day["date"] != lift["date"]]
        for plan in (training, answer.json)
    ]
    assert others[0] == others[1]
    assert len(answer.json["changes"]) == 1
    assert lift["date"] in answer.json["changes"][0]
    assert anna.get(f"/v1/plans/{answer.json['id']}").json == answer.json
    assert anna.get(f"/v1/plans/{training['id']}").json["state"] == "superseded"


def test_five_exercises_are_offered_and_each_can_be_taken(
    anna: Person, training: dict[str, Any], cluster: Cluster, bench: Bench
) -> None:
    lift = lift_of(training)
    query = "&".join(f"{name}={value}" for name, value in lift.items())
    with working(cluster, bench):
        answer = anna.get(f"/v1/plans/{training['id']}/alternatives?{query}")
        offered = answer.json["alternatives"]
        wanted = offered[-1]["exercise"]["exercise_id"]
        swap = {"swap": "exercise", **lift, "to": wanted}
        changed = anna.post(f"/v1/plans/{training['id']}/swap", swap, Prefer="wait=20").json
    assert (answer.status_code, answer.json["kind"]) == (200, "workout")
    assert 0 < len(offered) <= 5
    names = [offer["exercise"]["exercise_id"] for offer in offered]
    assert len(set(names)) == len(names)
    assert not {lift["exercise_id"], *REQUEST["excluded_exercises"]} & set(names)
    assert day_of(changed, lift["date"]) == offered[-1]["day"]


def test_sessions_are_offered_by_the_seed_that_brings_them(
    anna: Person, training: dict[str, Any], cluster: Cluster, bench: Bench
) -> None:
    on = lifting_day(training)["date"]
    with working(cluster, bench):
        answer = anna.get(f"/v1/plans/{training['id']}/alternatives?date={on}")
        offered = answer.json["alternatives"]
        swap = {"swap": "session", "date": on, "seed": offered[1]["seed"]}
        changed = anna.post(f"/v1/plans/{training['id']}/swap", swap, Prefer="wait=20").json
    assert 1 < len(offered) <= 5
    assert "exercise" not in offered[0]
    assert day_of(changed, on) == offered[1]["day"]
    assert work(offered[0]["day"]) != work(offered[1]["day"])


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"swap": "exercise", "exercise_id": "flying"}, "/exercise_id"),
        ({"swap": "exercise", "exercise_id": "WARM-UP"}, "/exercise_id"),
        ({"swap": "exercise", "date": "2199-01-01", "exercise_id": "push_up"}, "/date"),
        ({"swap": "exercise"}, "/exercise_id"),
        ({"swap": "session", "seed": -1}, "/seed"),
        ({"swap": "session", "exercise_id": "push_up"}, "/exercise_id"),
        ({"swap": "meal", "slot": "lunch"}, "/swap"),
    ],
)
def test_what_the_plan_has_not_is_refused_at_once(
    anna: Person, training: dict[str, Any], cluster: Cluster, change: dict[str, Any], pointer: str
) -> None:
    day = lifting_day(training)
    if change.get("exercise_id") == "WARM-UP":
        change = {**change, "exercise_id": day["exercises"][0]["exercise_id"]}
    assert pointers(anna.post(f"/v1/plans/{training['id']}/swap", {"date": day["date"], **change})) == [
        pointer
    ]
    with cluster.control() as session:
        assert session.scalar(select(func.count(Job.id))) == 1


def test_what_is_not_there_is_not_asked_about(anna: Person, training: dict[str, Any]) -> None:
    path = f"/v1/plans/{training['id']}/alternatives"
    on = lifting_day(training)["date"]
    assert pointers(anna.get(path)) == ["/date"]
    assert pointers(anna.get(f"{path}?date=2199-01-01")) == ["/date"]
    assert pointers(anna.get(f"{path}?date={on}&exercise_id=flying")) == ["/exercise_id"]
    assert pointers(anna.get(f"{path}?date={on}&food_code=26137123")) == ["/food_code"]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("bench_press", "needs barbell"),
        ("tempo_push_up", "excluded_exercises"),
        ("jumping_jack", "no_jumping"),
        ("flying", "catalogue"),
    ],
)
def test_what_the_member_must_not_do_is_refused_with_its_reason(
    anna: Person, training: dict[str, Any], cluster: Cluster, bench: Bench, wanted: str, reason: str
) -> None:
    swap = {"swap": "exercise", **lift_of(training), "to": wanted}
    with working(cluster, bench):
        job = anna.post(f"/v1/plans/{training['id']}/swap", swap, Prefer="wait=20").json
    assert (job["state"], job["error"]["type"]) == ("failed", "/problems/invalid-request")
    assert [fault["pointer"] for fault in job["error"]["errors"]] == ["/to"]
    assert reason in job["error"]["errors"][0]["detail"]
    assert anna.get(f"/v1/plans/{training['id']}").json["state"] == "current"


def test_a_lived_day_stays_and_the_days_to_come_can_change(
    anna: Person, plan_for: Callable[..., dict[str, Any]], cluster: Cluster, bench: Bench
) -> None:
    plan = plan_for(anna, start_date=days_from_now(-9))
    path = f"/v1/plans/{plan['id']}"
    lived, coming = lift_of(plan), lift_of(plan, after=days_from_now(0))
    assert date.fromisoformat(lived["date"]) < datetime.now(UTC).date() < date.fromisoformat(coming["date"])
    refused = anna.post(f"{path}/swap", {"swap": "exercise", **lived})
    assert pointers(refused) == ["/date"]
    assert "lived" in refused.json["errors"][0]["detail"]
    assert pointers(anna.get(f"{path}/alternatives?date={lived['date']}")) == ["/date"]
    with working(cluster, bench):
        answer = anna.post(f"{path}/swap", {"swap": "exercise", **coming}, Prefer="wait=20")
    assert answer.status_code == 201, answer.text
    assert day_of(answer.json, lived["date"]) == day_of(plan, lived["date"])
    assert coming["exercise_id"] not in work(day_of(answer.json, coming["date"]))


def test_a_plan_that_is_not_current_is_not_changed(
    anna: Person, training: dict[str, Any], plan_for: Callable[..., dict[str, Any]]
) -> None:
    plan_for(anna, seed=8)
    answer = anna.post(f"/v1/plans/{training['id']}/swap", {"swap": "exercise", **lift_of(training)})
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")


def test_nobody_swaps_in_or_asks_about_the_training_of_another(
    app: Flask, training: dict[str, Any], ben: Person
) -> None:
    lift = lift_of(training)
    for person in (ben, join(app, "cleo@example.mil")):
        assert (
            person.post(f"/v1/plans/{training['id']}/swap", {"swap": "exercise", **lift}).status_code == 404
        )
        asked = person.get(f"/v1/plans/{training['id']}/alternatives?date={lift['date']}")
        assert asked.status_code == 404


def test_a_logged_lift_is_in_the_load_of_what_takes_its_place(
    anna: Person, training: dict[str, Any], cluster: Cluster, bench: Bench
) -> None:
    lift = lift_of(training)
    query = "&".join(f"{name}={value}" for name, value in lift.items())
    path = f"/v1/plans/{training['id']}/alternatives?{query}"
    with working(cluster, bench):
        before = anna.get(path).json["alternatives"]
        known = next(offer["exercise"] for offer in before if offer["exercise"].get("load_kg"))
        name, load_kg = known["exercise_id"], 2 * known["load_kg"]
        heavier = {"exercise_id": name, "sets": 3, "reps": 5, "load_kg": load_kg, "rpe": 7}
        logged = {"date": days_from_now(-1), "exercises": [heavier]}
        assert anna.post("/v1/logs/workouts", logged).status_code == 201
        after = anna.get(path).json["alternatives"]
    loads = {offer["exercise"]["exercise_id"]: offer["exercise"].get("load_kg") for offer in after}
    assert loads.get(known["exercise_id"], 0) > known["load_kg"]
