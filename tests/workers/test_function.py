"""A worker that is called for one message: of a queue of Redis, and as a function behind a queue of SQS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from moto.server import ThreadedMotoServer

from models.cluster import Cluster
from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName
from models.settings import Settings
from tests.models.rows import add_job
from workers import function
from workers.actors import message
from workers.broker import make_broker

ROOT = Path(__file__).parents[2]


def new_job(cluster: Cluster) -> UUID:
    with cluster.control() as session:
        return add_job(session).id


def state(cluster: Cluster, job_id: UUID) -> JobState:
    with cluster.read(job_id) as session:
        return session.get_one(Job, job_id).state


def send(settings: Settings, job_id: UUID) -> None:
    broker = make_broker(settings)
    broker.enqueue(message(QueueName.INTERACTIVE, [job_id]))
    broker.close()


def environ(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "REVEILLE_DATABASE_URL": settings.database_url,
        "REVEILLE_ROOT_KEYS": settings.root_keys,
        "REVEILLE_REDIS_URL": settings.redis_url,
    }


def invoke(settings: Settings) -> int:
    command = [sys.executable, "-m", "workers.function", "interactive"]
    return subprocess.run(
        command, env=environ(settings), cwd=ROOT, check=False, capture_output=True
    ).returncode


def waiting(settings: Settings) -> int:
    """Messages of the queue, also those that somebody has fetched and not done with."""
    broker = make_broker(settings)
    count = broker.client.llen(f"{broker.namespace}:interactive")
    fetched = [broker.client.scard(key) for key in broker.client.keys(f"{broker.namespace}:__acks__.*")]
    broker.close()
    return count + sum(fetched)


def test_an_invocation_does_one_job_and_ends(cluster: Cluster, settings: Settings) -> None:
    jobs = [new_job(cluster) for _ in range(2)]
    for job_id in jobs:
        send(settings, job_id)
    assert invoke(settings) == 0
    assert sorted(state(cluster, job_id) for job_id in jobs) == ["queued", "succeeded"]
    assert waiting(settings) == 1


def test_an_invocation_with_nothing_to_do_ends(settings: Settings) -> None:
    assert invoke(settings) == 0


def test_a_message_whose_jobs_could_not_be_taken_goes_back(cluster: Cluster, settings: Settings) -> None:
    send(settings, new_job(cluster))
    away = {**environ(settings), "REVEILLE_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    command = [sys.executable, "-m", "workers.function", "interactive"]
    assert subprocess.run(command, env=away, cwd=ROOT, check=False, capture_output=True).returncode == 1
    assert waiting(settings) == 1
    assert invoke(settings) == 0


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A client of a real queue service on this machine."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client("sqs", endpoint_url=f"http://{host}:{port}", region_name="us-east-1")
    yield client
    client.close()
    server.stop()


@pytest.fixture
def kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The function's own environment, and an end to what it keeps between calls."""
    for name in ("REVEILLE_DATABASE_URL", "REVEILLE_REDIS_URL", "REVEILLE_ROOT_KEYS"):
        monkeypatch.setenv(name, environ(settings)[name])
    yield
    function.end_kept()


def received(sqs: object, queue: str) -> dict[str, object]:
    """What waits in the queue, as the event that a function is called with."""
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]  # type: ignore[attr-defined]
    return {"Records": [{"messageId": each["MessageId"], "body": each["Body"]} for each in found]}


@pytest.mark.usefixtures("kept")
def test_records_of_a_queue_are_done_and_a_strange_one_is_told(cluster: Cluster, sqs: object) -> None:
    queue = sqs.create_queue(QueueName="plans")["QueueUrl"]  # type: ignore[attr-defined]
    job_id = new_job(cluster)
    for body in (
        {"job_id": str(job_id), "version": 1},
        {"hello": "world"},
        {"job_id": str(job_id), "version": 99},
    ):
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(body))  # type: ignore[attr-defined]
    event = received(sqs, queue)
    told = function.handle(event)
    bodies = {each["messageId"]: json.loads(each["body"]) for each in event["Records"]}  # type: ignore[index,union-attr]
    left = [bodies[each["itemIdentifier"]] for each in told["batchItemFailures"]]
    assert sorted(left, key=len) == [{"hello": "world"}, {"job_id": str(job_id), "version": 99}]
    assert state(cluster, job_id) == "succeeded"


@pytest.mark.usefixtures("kept")
def test_a_record_that_comes_twice_makes_one_plan(cluster: Cluster) -> None:
    job_id = new_job(cluster)
    record = {"messageId": "1", "body": json.dumps({"job_id": str(job_id), "version": 1})}
    for _ in range(2):
        assert function.handle({"Records": [record]}) == {"batchItemFailures": []}
    with cluster.read(job_id) as session:
        assert session.get_one(Job, job_id).attempts == 1
