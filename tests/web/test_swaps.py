"""Swaps in menus and alternatives over HTTP; a thread of the test stands for the worker."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.cluster import Cluster
from models.jobs.job import Job
from tests.web.people import NUTRITION, WORKOUT, Person, join, pointers
from tests.web.work import finish, working
from web.pressure import Pressure
from workers.run_job import Bench, run_job

DAY = {"swap": "day", "day": 1, "seed": 1}


@pytest.fixture
def menu(anna: Person, cluster: Cluster, bench: Bench) -> dict[str, Any]:
    """A real menu of Anna's."""
    job = anna.post("/v1/plans", {**NUTRITION, "days": 2}).json
    run_job(UUID(job["id"]), bench)
    plan_id = anna.get(f"/v1/jobs/{job['id']}").json["plan_id"]
    return dict(anna.get(f"/v1/plans/{plan_id}").json)


def item_of(menu: dict[str, Any]) -> dict[str, Any]:
    dinner = menu["days"][0]["meals"][-1]
    return {"day": 1, "slot": dinner["slot"], "food_code": dinner["items"][0]["food_code"]}


def test_a_swap_comes_back_as_the_new_plan(
    anna: Person, menu: dict[str, Any], cluster: Cluster, bench: Bench
) -> None:
    item = item_of(menu)
    with working(cluster, bench):
        answer = anna.post(f"/v1/plans/{menu['id']}/swap", {"swap": "item", **item}, Prefer="wait=20")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/plans/{answer.json['id']}"
    assert answer.json["state"] == "current"
    codes = [i["food_code"] for i in answer.json["days"][0]["meals"][-1]["items"]]
    assert item["food_code"] not in codes
    assert anna.get(f"/v1/plans/{menu['id']}").json["state"] == "superseded"


def test_without_a_wait_a_swap_is_a_job(anna: Person, menu: dict[str, Any]) -> None:
    answer = anna.post(f"/v1/plans/{menu['id']}/swap", DAY)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json['id']}"
    assert answer.json["state"] == "queued"


def test_a_full_redis_refuses_swaps_and_questions_too(anna: Person, menu: dict[str, Any]) -> None:
    pressure: Pressure = anna.app.extensions["reveille"].pressure
    pressure._full, pressure._looked_at = True, float("inf")
    query = "&".join(f"{name}={value}" for name, value in item_of(menu).items())
    for answer in (
        anna.post(f"/v1/plans/{menu['id']}/swap", DAY),
        anna.get(f"/v1/plans/{menu['id']}/alternatives?{query}"),
    ):
        assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
        assert int(answer.headers["Retry-After"]) > 0


def test_a_repeat_with_its_key_is_the_same_swap_even_when_it_is_done(
    anna: Person, menu: dict[str, Any], cluster: Cluster, bench: Bench
) -> None:
    def swap(key: str, seed: int = 1) -> Any:
        return anna.post(f"/v1/plans/{menu['id']}/swap", DAY | {"seed": seed}, Idempotency_Key=key)

    first = swap("one").json["id"]
    run_job(UUID(first), bench)
    again = swap("one")
    assert (again.status_code, again.json["id"], again.json["state"]) == (202, first, "succeeded")
    assert swap("one", seed=2).json["type"] == "/problems/idempotency-key-reused"
    assert (swap("two").status_code, swap("two").json["type"]) == (409, "/problems/conflict")


def test_alternatives_are_answered_within_the_wait(
    anna: Person, menu: dict[str, Any], cluster: Cluster, bench: Bench
) -> None:
    item = item_of(menu)
    query = "&".join(f"{name}={value}" for name, value in item.items())
    with working(cluster, bench):
        answer = anna.get(f"/v1/plans/{menu['id']}/alternatives?{query}")
    assert answer.status_code == 200, answer.text
    offered = answer.json["alternatives"]
    assert 0 < len(offered) <= 5
    assert item["food_code"] not in [offer["item"]["food_code"] for offer in offered]
    assert set(offered[0]) == {"item", "kcal", "protein_g", "cost_usd", "hei_2020", "also"}


def test_alternatives_that_are_not_ready_are_asked_for_again(anna: Person, menu: dict[str, Any]) -> None:
    query = "&".join(f"{name}={value}" for name, value in item_of(menu).items())
    answer = anna.get(f"/v1/plans/{menu['id']}/alternatives?{query}", Prefer="wait=0")
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "1")


def test_a_question_that_the_planner_refuses_is_a_problem(
    anna: Person, cluster: Cluster, bench: Bench
) -> None:
    locked = {"day": 1, "slot": "dinner", "food_code": 26137123, "grams": 170}
    job = anna.post("/v1/plans", {**NUTRITION, "days": 1, "locked": [locked]}).json
    run_job(UUID(job["id"]), bench)
    plan_id = anna.get(f"/v1/jobs/{job['id']}").json["plan_id"]
    with working(cluster, bench):
        answer = anna.get(f"/v1/plans/{plan_id}/alternatives?day=1&slot=dinner&food_code=26137123")
    assert pointers(answer) == ["/food_code"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"swap": "item", "day": 1, "slot": "dinner", "food_code": 99999998}, "/food_code"),
        ({"swap": "meal", "day": 1, "slot": "evening_snack"}, "/slot"),
        ({"swap": "day", "day": 3}, "/day"),
        ({"swap": "days", "day": 1, "other": 9}, "/other"),
        ({"swap": "fast"}, "/swap"),
        ({"swap": "day", "day": 1, "grams": 3}, "/grams"),
    ],
)
def test_what_the_menu_has_not_is_refused_at_once(
    anna: Person, menu: dict[str, Any], cluster: Cluster, change: dict[str, Any], pointer: str
) -> None:
    assert pointers(anna.post(f"/v1/plans/{menu['id']}/swap", change)) == [pointer]
    with cluster.control() as session:
        assert session.scalar(select(func.count(Job.id))) == 1


def test_nobody_swaps_in_or_asks_about_the_plan_of_another(
    app: Flask, menu: dict[str, Any], ben: Person
) -> None:
    query = "day=1&slot=dinner&food_code=26137123"
    for person in (ben, join(app, "cleo@example.mil")):
        assert person.post(f"/v1/plans/{menu['id']}/swap", DAY).status_code == 404
        assert person.get(f"/v1/plans/{menu['id']}/alternatives?{query}").status_code == 404


def test_swaps_count_against_the_quota(
    make_app: Callable[..., Flask], cluster: Cluster, bench: Bench
) -> None:
    person = join(make_app(most_waiting=1), "dora@example.mil")
    job = person.post("/v1/plans", {**NUTRITION, "days": 1}).json
    run_job(UUID(job["id"]), bench)
    plan_id = person.get(f"/v1/jobs/{job['id']}").json["plan_id"]
    answers = [person.post(f"/v1/plans/{plan_id}/swap", DAY | {"seed": seed}) for seed in (1, 2)]
    assert [answer.status_code for answer in answers] == [202, 429]


def test_a_training_plan_takes_no_swap_of_foods(anna: Person, cluster: Cluster) -> None:
    plan_id = finish(cluster, anna.post("/v1/plans", WORKOUT).json["id"])
    assert pointers(anna.post(f"/v1/plans/{plan_id}/swap", DAY)) == ["/swap"]
    asked = anna.get(f"/v1/plans/{plan_id}/alternatives?day=1&slot=dinner&food_code=26137123")
    assert pointers(asked) == ["/day", "/slot", "/food_code", "/date"]
