"""Polling and cancelling jobs."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from models.cluster import Cluster
from models.jobs.outbox import Outbox
from tests.web.people import NUTRITION, Person
from tests.web.work import finish, give_up, save, start

FIELDS = """
    id kind state progress attempts queued_at started_at finished_at plan_id error
"""


@pytest.fixture
def job_id(anna: Person) -> str:
    return anna.post("/v1/plans", NUTRITION).json["id"]


def test_a_job_tells_how_far_it_is(anna: Person, cluster: Cluster, job_id: str) -> None:
    path = f"/v1/jobs/{job_id}"
    queued = anna.get(path)
    start(cluster, job_id)
    running = anna.get(path)
    assert list(queued.json) == FIELDS.split()
    assert (queued.json["state"], queued.json["attempts"], queued.json["started_at"]) == ("queued", 0, None)
    assert (running.json["state"], running.json["attempts"]) == ("running", 1)
    assert running.json["started_at"] >= running.json["queued_at"]
    assert queued.headers["Retry-After"] == running.headers["Retry-After"] == "1"


def test_a_finished_job_leads_to_its_plan(anna: Person, cluster: Cluster, job_id: str) -> None:
    plan_id = finish(cluster, job_id)
    answer = anna.get(f"/v1/jobs/{job_id}")
    assert (answer.json["state"], answer.json["progress"]) == ("succeeded", 1)
    assert answer.json["plan_id"] == str(plan_id)
    assert answer.headers["Link"] == f'</v1/plans/{plan_id}>; rel="related"'
    assert "Retry-After" not in answer.headers


def test_a_failed_job_says_why(anna: Person, cluster: Cluster, job_id: str) -> None:
    give_up(cluster, job_id)
    answer = anna.get(f"/v1/jobs/{job_id}")
    assert answer.json["state"] == "failed"
    assert answer.json["error"]["conflicts"] == ["the budget is too small"]


def test_an_unchanged_job_is_304(anna: Person, cluster: Cluster, job_id: str) -> None:
    path = f"/v1/jobs/{job_id}"
    tag = anna.get(path).headers["ETag"]
    unchanged = anna.get(path, If_None_Match=tag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert unchanged.headers["Retry-After"] == "1"
    start(cluster, job_id)
    assert anna.get(path, If_None_Match=tag).status_code == 200


def test_a_queued_job_is_cancelled_at_once(anna: Person, cluster: Cluster, job_id: str) -> None:
    answer = anna.delete(f"/v1/jobs/{job_id}")
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    assert answer.json["finished_at"] is not None
    assert start(cluster, job_id) is None
    with cluster.control() as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0


def test_a_running_job_is_cancelled_and_its_worker_saves_nothing(
    anna: Person, cluster: Cluster, job_id: str
) -> None:
    held = start(cluster, job_id)
    assert anna.delete(f"/v1/jobs/{job_id}").json["state"] == "cancelled"
    assert save(cluster, held) is None
    assert anna.get("/v1/plans").json["plans"] == []


def test_cancelling_twice_is_cancelling(anna: Person, job_id: str) -> None:
    first = anna.delete(f"/v1/jobs/{job_id}")
    assert anna.delete(f"/v1/jobs/{job_id}").json == first.json


def test_a_finished_job_cannot_be_cancelled(anna: Person, cluster: Cluster, job_id: str) -> None:
    finish(cluster, job_id)
    answer = anna.delete(f"/v1/jobs/{job_id}")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
    assert "succeeded" in answer.json["detail"]
    assert anna.get(f"/v1/jobs/{job_id}").json["state"] == "succeeded"


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("other", [str(uuid4()), "7", "no-id", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_id_is_404(anna: Person, method: str, other: str) -> None:
    answer = anna.send(method, f"/v1/jobs/{other}")
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/not-found")
