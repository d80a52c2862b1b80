"""The Idempotency-Key: the same request with the same key makes one job."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.cluster import Cluster
from models.jobs.fingerprint import fingerprint_of
from models.jobs.idempotency import IdempotencyKey
from models.jobs.job import Job
from tests.web.people import BODY, NUTRITION, WORKOUT, Person
from tests.web.work import finish


def count_jobs(cluster: Cluster) -> int:
    with cluster.control() as session:
        return session.scalar(select(func.count()).select_from(Job))


def test_a_repeat_gives_the_same_job(anna: Person, cluster: Cluster) -> None:
    first = anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    again = anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    assert (again.status_code, again.json) == (202, first.json)
    assert count_jobs(cluster) == 1


def test_a_repeat_after_the_end_shows_the_end(anna: Person, cluster: Cluster) -> None:
    first = anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    plan_id = finish(cluster, first.json["id"])
    again = anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    assert again.json["plan_id"] == str(plan_id)
    assert "Retry-After" not in again.headers


def test_a_request_that_joined_a_waiting_job_repeats_as_well(anna: Person, cluster: Cluster) -> None:
    anna.put("/v1/profile", BODY)
    first = anna.post("/v1/plans", {"kind": "nutrition"})
    joined = anna.post("/v1/plans", {"kind": "nutrition"}, Idempotency_Key="one")
    anna.put("/v1/profile", {**BODY, "weight_kg": 60})
    again = anna.post("/v1/plans", {"kind": "nutrition"}, Idempotency_Key="one")
    assert first.json["id"] == joined.json["id"] == again.json["id"]
    assert count_jobs(cluster) == 1


def test_the_key_is_the_same_bare_and_quoted(anna: Person, cluster: Cluster) -> None:
    anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    anna.post("/v1/plans", NUTRITION, Idempotency_Key='"one"')
    assert count_jobs(cluster) == 1


def test_other_keys_and_other_members_make_other_jobs(anna: Person, ben: Person, cluster: Cluster) -> None:
    anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    anna.post("/v1/plans", {**NUTRITION, "seed": 2}, Idempotency_Key="two")
    ben.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    assert count_jobs(cluster) == 3


def test_the_key_of_another_request_is_refused(anna: Person, cluster: Cluster) -> None:
    anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
    for other in (WORKOUT, {**NUTRITION, "days": 6}):
        answer = anna.post("/v1/plans", other, Idempotency_Key="one")
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert count_jobs(cluster) == 1


def test_a_repeat_is_the_same_request_though_the_profile_changed(anna: Person, cluster: Cluster) -> None:
    anna.put("/v1/profile", BODY)
    first = anna.post("/v1/plans", {"kind": "nutrition"}, Idempotency_Key="one")
    anna.put("/v1/profile", {**BODY, "weight_kg": 60})
    again = anna.post("/v1/plans", {"kind": "nutrition"}, Idempotency_Key="one")
    assert again.json["id"] == first.json["id"]


def test_a_repeat_is_the_same_request_on_another_day(anna: Person, cluster: Cluster) -> None:
    wanted = {"kind": "nutrition", "member": BODY}
    job_id = anna.post("/v1/plans", wanted, Idempotency_Key="one").json["id"]
    with cluster.control() as session:
        job = session.scalars(select(Job)).one()
        key = session.scalars(select(IdempotencyKey)).one()
        key.created_at -= timedelta(days=7)
        then = str(key.created_at.date() + timedelta(days=1))
        job.request = {**job.request, "start_date": then}
        key.fingerprint = fingerprint_of(anna.member_id, job.queue, job.request)
    again = anna.post("/v1/plans", wanted, Idempotency_Key="one")
    assert (again.status_code, again.json["id"]) == (202, job_id)


def test_many_at_once_make_one_job(anna: Person, cluster: Cluster) -> None:
    def send(_: int) -> tuple[int, str]:
        answer = anna.post("/v1/plans", NUTRITION, Idempotency_Key="one")
        return answer.status_code, answer.json["id"]

    with ThreadPoolExecutor(6) as threads:
        answers = set(threads.map(send, range(6)))
    assert {status for status, _ in answers} == {202}
    assert len(answers) == count_jobs(cluster) == 1


@pytest.mark.parametrize(("key", "status"), [("k" * 255, 202), ("k" * 256, 400), ("", 400), ("a b", 400)])
def test_a_key_is_1_to_255_visible_characters(anna: Person, key: str, status: int) -> None:
    answer = anna.post("/v1/plans", NUTRITION, Idempotency_Key=key)
    assert answer.status_code == status
    if status == 400:
        assert answer.json["type"] == "/problems/invalid-header"
