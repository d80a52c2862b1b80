"""Asking for plans, listing them and reading them."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update

from models.cluster import Cluster
from models.jobs.job import Job
from models.jobs.queues import QueueName
from models.members.tenant import Tenant, TenantState
from tests.web.people import BODY, NUTRITION, WORKOUT, Person
from tests.web.work import finish


def requested(cluster: Cluster, job_id: str) -> dict[str, object]:
    with cluster.control() as session:
        return session.scalar(select(Job.request).where(Job.id == job_id))


def ask(person: Person, cluster: Cluster, wanted: dict[str, object]) -> str:
    """The id of a new plan."""
    return str(finish(cluster, person.post("/v1/plans", wanted).json["id"]))


def test_a_request_is_accepted_with_its_job(anna: Person) -> None:
    answer = anna.post("/v1/plans", NUTRITION)
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json['id']}"
    assert answer.headers["Retry-After"] == "1"
    assert answer.json["state"] == "queued"
    assert anna.get(answer.headers["Location"]).json == answer.json


def test_a_request_over_http_goes_before_the_batch(anna: Person, cluster: Cluster) -> None:
    job_id = anna.post("/v1/plans", WORKOUT).json["id"]
    with cluster.control() as session:
        assert session.scalar(select(Job.queue).where(Job.id == job_id)) == QueueName.INTERACTIVE


def test_the_profile_fills_what_the_request_leaves_out(anna: Person, cluster: Cluster) -> None:
    anna.put("/v1/profile", {**BODY, "branch": "army", "activity": "active"})
    job_id = anna.post("/v1/plans", {"kind": "nutrition", "member": {"weight_kg": 70}}).json["id"]
    told = {**BODY, "weight_kg": 70, "branch": "army", "activity": "active"}
    assert told.items() <= requested(cluster, job_id)["member"].items()


def test_a_null_in_the_request_is_an_answer(anna: Person, cluster: Cluster) -> None:
    anna.put("/v1/profile", {**BODY, "body_fat_percent": 20})
    job_id = anna.post("/v1/plans", {"kind": "nutrition", "member": {"body_fat_percent": None}}).json["id"]
    assert requested(cluster, job_id)["member"]["body_fat_percent"] is None


def test_a_plan_starts_tomorrow_when_nothing_is_said(anna: Person, cluster: Cluster) -> None:
    before = datetime.now(UTC).date()
    job_id = anna.post("/v1/plans", {"kind": "workout", "member": BODY}).json["id"]
    after = datetime.now(UTC).date()
    tomorrows = {str(day + timedelta(days=1)) for day in (before, after)}
    assert requested(cluster, job_id)["start_date"] in tomorrows


def test_a_suspended_tenant_asks_in_vain(anna: Person, cluster: Cluster) -> None:
    with cluster.control() as session:
        session.execute(update(Tenant).values(state=TenantState.SUSPENDED))
    answer = anna.post("/v1/plans", NUTRITION)
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")


def test_a_plan_is_its_row_and_its_body(anna: Person, cluster: Cluster) -> None:
    plan_id = ask(anna, cluster, NUTRITION)
    answer = anna.get(f"/v1/plans/{plan_id}")
    assert answer.status_code == 200
    assert answer.json.pop("created_at").endswith("Z")
    assert answer.json == {
        "id": plan_id, "kind": "nutrition", "state": "current", "start_date": "2026-12-01", "days": [],
        "warnings": [], "created_at": answer.json["created_at"],
    }  # fmt: skip


def test_an_unchanged_plan_is_304_and_for_its_member_alone(anna: Person, cluster: Cluster) -> None:
    path = f"/v1/plans/{ask(anna, cluster, NUTRITION)}"
    first = anna.get(path)
    again = anna.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_superseded_plan_says_so(anna: Person, cluster: Cluster) -> None:
    path = f"/v1/plans/{ask(anna, cluster, NUTRITION)}"
    tag = anna.get(path).headers["ETag"]
    ask(anna, cluster, NUTRITION)
    answer = anna.get(path, If_None_Match=tag)
    assert (answer.status_code, answer.json["state"]) == (200, "superseded")


def test_plans_are_listed_newest_first_in_pages_without_gap_or_repeat(anna: Person, cluster: Cluster) -> None:
    made = [ask(anna, cluster, NUTRITION if i % 2 else WORKOUT) for i in range(5)]
    listed, path, sizes = [], "/v1/plans?limit=2", []
    while path:
        page = anna.get(path)
        listed += [plan["id"] for plan in page.json["plans"]]
        sizes.append(len(page.json["plans"]))
        path = page.headers["Link"].partition(">")[0][1:] if page.json["next_cursor"] else ""
    assert listed == sorted(made, reverse=True)
    assert sizes == [2, 2, 1]


def test_a_page_that_is_just_full_is_the_last(anna: Person, cluster: Cluster) -> None:
    for _ in range(2):
        ask(anna, cluster, NUTRITION)
    assert anna.get("/v1/plans?limit=2").json["next_cursor"] is None
    assert anna.get("/v1/plans?limit=1").json["next_cursor"] is not None


def test_a_plan_that_arrives_between_pages_moves_nothing(anna: Person, cluster: Cluster) -> None:
    old = [ask(anna, cluster, NUTRITION) for _ in range(3)]
    first = anna.get("/v1/plans?limit=2").json
    ask(anna, cluster, NUTRITION)
    second = anna.get(f"/v1/plans?limit=2&cursor={first['next_cursor']}").json
    assert [plan["id"] for plan in first["plans"] + second["plans"]] == sorted(old, reverse=True)


def test_plans_of_one_kind_alone_are_listed(anna: Person, cluster: Cluster) -> None:
    ask(anna, cluster, NUTRITION)
    workouts = [ask(anna, cluster, WORKOUT) for _ in range(2)]
    page = anna.get("/v1/plans?kind=workout&limit=1")
    assert "kind=workout" in page.headers["Link"]
    rest = anna.get(page.headers["Link"].partition(">")[0][1:])
    found = [plan["id"] for plan in page.json["plans"] + rest.json["plans"]]
    assert found == sorted(workouts, reverse=True)


def test_nobody_without_plans_sees_any(app: Flask, anna: Person, ben: Person, cluster: Cluster) -> None:
    ask(anna, cluster, NUTRITION)
    assert ben.get("/v1/plans").json == {"plans": [], "next_cursor": None}
