"""What a member logs over HTTP is in the plan of the next night; a thread stands for the worker."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from models.cluster import Cluster
from tests.web.operators import join_as_operator
from tests.web.people import WORKOUT, Person, days_from_now
from tests.web.work import working
from workers.run_job import Bench, run_job

GYM = {
    **WORKOUT,
    "goal": "strength",
    "weeks": 6,
    "level": "intermediate",
    "equipment": ["barbell", "bench", "squat_rack", "dumbbell", "pull_up_bar"],
}


@pytest.fixture
def plan(anna: Person, bench: Bench) -> dict[str, Any]:
    """Anna's plan, two weeks old."""
    job = anna.post("/v1/plans", {**GYM, "start_date": days_from_now(-15)}).json
    run_job(UUID(job["id"]), bench)
    return dict(anna.get(f"/v1/plans/{anna.get('/v1/jobs/' + job['id']).json['plan_id']}").json)


@pytest.fixture
def night(app: Flask, anna: Person, cluster: Cluster, bench: Bench) -> Callable[[], dict[str, Any]]:
    """Run the night that leads to tomorrow; give back Anna's plan after it."""
    operator = join_as_operator(app, cluster)

    def run() -> dict[str, Any]:
        body = {"date": days_from_now(1), "kind": "workout"}
        batch = operator.post("/v1/batches", body).json["batches"][0]
        with working(cluster, bench):
            told = wait_for_end(operator, batch["id"])
        assert (told["state"], told["failed"]) == ("finished", 0), told
        current = anna.get("/v1/plans?kind=workout&limit=1").json["plans"][0]
        return dict(anna.get(f"/v1/plans/{current['id']}").json)

    return run


def wait_for_end(operator: Person, batch_id: str) -> dict[str, Any]:
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while datetime.now(UTC) < deadline:
        told = dict(operator.get(f"/v1/batches/{batch_id}").json)
        if told["state"] != "running":
            return told
    raise TimeoutError(f"the night {batch_id} goes on and on")


def days_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [day for week in plan["weeks"] for day in week["days"]]


def lifts(day: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        line["exercise_id"]: line for line in day["exercises"] if line.get("load_kg") and line.get("reps")
    }


def lift_of(plan: dict[str, Any]) -> dict[str, Any]:
    """Of the lifts that were done on two lived days at least, the one that comes most often again."""
    today = days_from_now(0)
    lived = [lifts(day) for day in days_of(plan) if day["date"] <= today]
    coming = [lifts(day) for day in days_of(plan) if day["date"] > today]
    often = {
        name: line
        for done in lived
        for name, line in done.items()
        if sum(name in other for other in lived) >= 2
    }
    return max(often.values(), key=lambda line: sum(line["exercise_id"] in other for other in coming))


def log_lived_days(
    person: Person, plan: dict[str, Any], lift: str, *, kg: float = 0, reps: int = 0, rpe: float | None = None
) -> None:
    """Every lived day as it was planned, one lift with so much more load and repetitions, at that effort."""
    for day in days_of(plan):
        if day["date"] > days_from_now(0):
            continue
        done = [_as_planned(line) for line in lifts(day).values()]
        for each in done:
            if each["exercise_id"] == lift:
                each["load_kg"] += kg
                each["reps"] = max(1, each["reps"] + reps)
                each["rpe"] = rpe or each["rpe"]
        entry = {"date": day["date"], "minutes": day["minutes"], "rpe": day["rpe"], "exercises": done}
        answer = person.post("/v1/logs/workouts", entry)
        assert answer.status_code == 201, answer.text


def _as_planned(line: dict[str, Any]) -> dict[str, Any]:
    asked = {name: line[name] for name in ("exercise_id", "sets", "reps", "load_kg", "rpe")}
    return {**asked, "planned_reps": line["reps"]}


def coming_loads(plan: dict[str, Any], lift: str) -> dict[str, float]:
    """The lift's loads by the days to come."""
    coming = [day for day in days_of(plan) if day["date"] > days_from_now(0) and lift in lifts(day)]
    return {day["date"]: lifts(day)[lift]["load_kg"] for day in coming}


def gains(before: dict[str, Any], after: dict[str, Any], lift: str) -> list[float]:
    """After ÷ before of each day to come that has the lift in both plans."""
    was, now = coming_loads(before, lift), coming_loads(after, lift)
    found = [now[day] / was[day] for day in was if day in now]
    assert len(found) >= 3
    return found


def test_a_heavier_set_with_ease_raises_the_load_of_the_days_to_come_and_says_why(
    anna: Person, plan: dict[str, Any], night: Callable[[], dict[str, Any]]
) -> None:
    line = lift_of(plan)
    lift = line["exercise_id"]
    log_lived_days(anna, plan, lift, kg=10, rpe=6)
    after = night()
    assert after["id"] != plan["id"]
    assert min(gains(plan, after, lift)) > 1
    told = [text for text in after["changes"] if text.startswith(f"{line['name']}:")]
    assert len(told) == 1, after["changes"]
    assert "done at RPE 7 twice" in told[0]
    assert told[0] in after["because"]


def test_missed_repetitions_lower_the_load_and_say_why(
    anna: Person, plan: dict[str, Any], night: Callable[[], dict[str, Any]]
) -> None:
    line = lift_of(plan)
    lift = line["exercise_id"]
    log_lived_days(anna, plan, lift, reps=-3, rpe=10)
    after = night()
    assert max(gains(plan, after, lift)) < 1
    assert any(
        text.startswith(f"{line['name']}:") and "missed reps twice" in text for text in after["changes"]
    )


def test_a_log_as_planned_keeps_the_loads(
    anna: Person, plan: dict[str, Any], night: Callable[[], dict[str, Any]]
) -> None:
    lift = lift_of(plan)["exercise_id"]
    log_lived_days(anna, plan, lift)
    after = night()
    assert all(0.85 <= gain <= 1.15 for gain in gains(plan, after, lift))
