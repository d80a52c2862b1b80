"""The archive in a bucket of S3, and what happens when the bucket is away."""

from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from models.archive import read as archive_read
from models.archive.read import Archive, find_plan
from models.archive.store import open_store
from models.archive.take import Archiver
from models.errors import Unavailable
from tests.models.archives import LATER, LONG_AGO, add_plans, left, new_member, open_months, small_plan


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadedMotoServer]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def url(server: ThreadedMotoServer) -> str:
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="plans")
    return f"s3://plans/reveille?region=us-east-1&endpoint={endpoint}"


def test_plans_go_to_a_bucket_and_are_read_there(cluster, url):
    open_months(cluster)
    archive_read._footer.cache_clear()
    member = new_member(cluster)
    plans = add_plans(cluster, member, [LONG_AGO, LONG_AGO])
    assert Archiver(cluster=cluster, store=open_store(url)).months(LATER)["plans"] == 2
    assert left(cluster) == set()
    with cluster.control() as session:
        found = [find_plan(session, Archive(url), plan_id, member) for plan_id in plans]
    assert [plan.body for plan in found] == [small_plan()[0]] * 2


@pytest.mark.parametrize("prefix", ["s3://nobody-has-this", "s3://plans"])
def test_a_bucket_that_cannot_be_reached_drops_nothing(cluster, url, server, prefix):
    open_months(cluster)
    plans = add_plans(cluster, new_member(cluster), [LONG_AGO])
    if prefix == "s3://plans":
        server.stop()
    away = open_store(url.replace("s3://plans", prefix))
    with pytest.raises(Unavailable) as told:
        Archiver(cluster=cluster, store=away).months(LATER)
    assert "nothing was dropped" in told.value.cause
    assert left(cluster) == set(plans)
