"""The platform on two shards: work is done on both, lists show both in order, and one alone may be away."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from models import migrations
from models.access.account import Account
from models.cluster import Cluster, dialect_url
from models.events.webhook import Webhook, WebhookDelivery
from models.ids import bucket_of, new_id
from models.jobs.claim import claim
from models.jobs.finish import fail
from models.jobs.job import Job, JobState
from models.jobs.queues import QueueName
from models.members.member import Member
from models.members.tenant import Tenant
from models.nights.batch import BatchState
from models.nights.parts import cancel_night, pause_night, resume_night, whole_batch
from models.nights.start import CLOCK, start_nights
from models.plans.plan import Plan, PlanState
from models.redis import connect
from models.sealing.place import place_of
from models.sealing.ring import ring_of
from models.settings import Settings
from models.shards.add import add_shard
from models.shards.rows import MAIN
from models.shards.spread import spread
from operations.stack.servers import start_servers
from planners.spec import Kind
from tests.models.nights import EVENING
from tests.models.rows import add_job
from tests.shards.conftest import OTHER
from tests.shards.full import PROBLEM, full_member
from tests.shards.placing import hand_over, member_in
from tests.web.operators import join_as_operator
from tests.web.people import NUTRITION, PASSWORD, Person, join, login, register
from web.app import create_app
from web.services import close
from workers.keeper import LeaseKeeper
from workers.relay import relay
from workers.run_job import Bench, Outcome, run_job

HALF = range(2048, 4096)


@pytest.fixture
def halves(cluster: Cluster) -> Cluster:
    """Half of the buckets are on the second shard."""
    add_shard(cluster, OTHER)
    hand_over(cluster, HALF, OTHER)
    with cluster.control() as control, cluster.named(OTHER).work() as session:
        spread(control, session)
    return cluster


@pytest.fixture
def app(halves: Cluster, sharded: Settings, signing_key: str) -> Iterator[Flask]:
    made = create_app(replace(sharded, signing_key=signing_key))
    yield made
    close(made)


@pytest.fixture
def bench(halves: Cluster, sharded: Settings) -> Bench:
    keeper = LeaseKeeper(halves, lease_s=sharded.lease_s, deadline_s=sharded.job_deadline_s)
    return Bench(halves, keeper, sharded, "test", clock=lambda: EVENING)


def people_on_both(app: Flask) -> dict[str, Person]:
    """Somebody on each shard: a new member's bucket is at random."""
    found: dict[str, Person] = {}
    for number in range(40):
        person = join(app, f"p{number}@example.mil")
        found.setdefault(OTHER if bucket_of(person.member_id) in HALF else MAIN, person)
        if len(found) == 2:
            return found
    raise AssertionError("forty members on one shard")


def test_members_of_both_shards_register_log_in_ask_and_are_erased(
    app: Flask, bench: Bench, cluster: Cluster
) -> None:
    for name, person in people_on_both(app).items():
        assert person.put("/v1/profile", NUTRITION["member"]).status_code == 200
        job = person.post("/v1/plans", NUTRITION).get_json()
        assert run_job(UUID(job["id"]), bench) == Outcome.SUCCEEDED
        assert person.get(f"/v1/jobs/{job['id']}").get_json()["state"] == "succeeded"
        assert len(person.get("/v1/plans").get_json()["plans"]) == 1
        with cluster.named(name).work() as session:
            assert session.get(Member, person.member_id) is not None
        exported = person.get("/v1/privacy/export").get_json()["data"]
        assert {"member", "account", "job", "plan"} <= exported.keys()
        assert person.post("/v1/privacy/erasure", {"email": person.email}).status_code == 200
        with cluster.control() as session:
            assert session.get(Account, person.account_id) is None
        with cluster.named(name).work() as session:
            assert session.get(Member, person.member_id) is None


def test_an_address_that_is_taken_leaves_no_member_on_any_shard(app: Flask, cluster: Cluster) -> None:
    join(app, "anna@example.mil")
    for _ in range(6):
        assert register(app, "anna@example.mil").status_code == 409
    count = 0
    for shard in cluster.shards():
        with shard.work() as session:
            count += session.scalar(select(func.count()).select_from(Member)) or 0
    assert count == 1


def test_the_relay_sends_what_every_shard_owes(halves: Cluster, sharded: Settings) -> None:
    ids = []
    for bucket in (1, 4000):
        member_id = member_in(halves, bucket)
        with halves.write(member_id) as session:
            ids.append(add_job(session, session.get(Member, member_id)).id)
    end = threading.Event()
    line = threading.Thread(target=relay, args=(sharded, end))
    line.start()
    try:
        with connect(sharded) as client:
            sent = [client.blmove("dramatiq:interactive", "taken", 10) for _ in ids]
            assert None not in sent
    finally:
        end.set()
        line.join()


def test_what_shards_must_know_reaches_them(halves: Cluster, sharded: Settings) -> None:
    with halves.control() as session:
        tenant = session.scalars(select(Tenant)).one()
        tenant.zone = "America/New_York"
        session.execute(text("INSERT INTO queue VALUES ('batch', now(), 'test', 'a test')"))
        hook_id = new_id(1)
        secret = ring_of(session).seal(place_of(Webhook.secret, tenant.id, hook_id), b"s")
        told = {"url": "https://a.example/x", "events": ["job.failed"], "secret": secret}
        session.add(Webhook(id=hook_id, tenant_id=tenant.id, **told))
    with halves.control() as control, halves.named(OTHER).work() as session:
        assert spread(control, session) == 3
    member_id = member_in(halves, 4000)
    with halves.write(member_id) as session:
        assert session.scalars(select(Tenant.zone)).one() == "America/New_York"
        job_id = add_job(session, session.get(Member, member_id)).id
        chunk = add_job(session, session.get(Member, member_id), queue=QueueName.BATCH).id
        held = claim(session, [job_id, chunk], worker="w", lease_s=60)
        assert held.keys() == {job_id}  # the other queue is paused here too
        fail(session, held[job_id], PROBLEM)
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 1
    with halves.control() as control, halves.named(OTHER).work() as session:
        assert spread(control, session) == 0
        control.execute(text("DELETE FROM queue"))
        control.execute(text("DELETE FROM webhook"))
    with halves.control() as control, halves.named(OTHER).work() as session:
        assert spread(control, session) == 2
        assert session.scalar(select(func.count()).select_from(Webhook)) == 0


def failed_job(cluster: Cluster, bucket: int) -> UUID:
    member_id = member_in(cluster, bucket)
    with cluster.write(member_id) as session:
        job_id = add_job(session, session.get(Member, member_id)).id
        fail(session, claim(session, [job_id], worker="w", lease_s=60)[job_id], PROBLEM)
    return job_id


def test_operators_page_through_both_shards_in_one_order(app: Flask, halves: Cluster) -> None:
    operator = join_as_operator(app, halves)
    made = [failed_job(halves, bucket) for bucket in (1, 4000, 2, 3, 4001, 4002, 4)]
    seen, cursor = [], ""
    while cursor is not None:
        page = operator.get(f"/v1/operations/jobs?limit=2{cursor and '&cursor='}{cursor}").get_json()
        seen += [UUID(job["id"]) for job in page["jobs"]]
        cursor = page["next_cursor"]
    assert seen == sorted(made, reverse=True)
    assert operator.post(f"/v1/operations/jobs/{seen[0]}/retry", {}).status_code == 200
    queued = operator.get("/v1/operations/queues").get_json()["queues"]
    assert sum(queue["queued"] for queue in queued) == 1


def planned_member(cluster: Cluster, bucket: int) -> UUID:
    """One with everything but what is failing or waiting: a plan that a night can renew."""
    member_id = full_member(cluster, bucket)
    with cluster.write(member_id) as session:
        for table in ("batch_failure", "batch", "webhook_delivery", "outbox", "job", "renewal"):
            session.execute(text(f"DELETE FROM {table}"))
    return member_id


def test_a_night_is_cut_and_done_on_every_shard_and_seen_as_one(
    halves: Cluster, sharded: Settings, bench: Bench
) -> None:
    members = [planned_member(halves, bucket) for bucket in (1, 2, 4000)]
    told = {"kinds": (Kind.NUTRITION,), "by": CLOCK}
    (begun,) = start_nights(halves, sharded, EVENING, **told)
    assert (begun.new, begun.members, begun.chunks) == (True, 3, 2)
    (again,) = start_nights(halves, sharded, EVENING, **told)
    assert (again.new, again.batch.id) == (False, begun.batch.id)
    pause_night(halves, begun.batch.id, by="test")
    assert whole_batch(halves, begun.batch.id).state == BatchState.PAUSED
    resume_night(halves, begun.batch.id, by="test")
    for shard in halves.shards():
        with shard.work() as session:
            chunks = session.scalars(select(Job.id).where(Job.state == JobState.QUEUED)).all()
        assert len(chunks) == 1
        assert halves.shard_of(chunks[0]) is shard
        assert run_job(chunks[0], bench) == Outcome.SUCCEEDED
    seen = whole_batch(halves, begun.batch.id)
    assert (seen.state, seen.members, seen.done, seen.failed) == (BatchState.FINISHED, 3, 3, 0)
    for member_id in members:
        with halves.read(member_id) as session:
            mine = (Plan.member_id == member_id, Plan.state == PlanState.CURRENT)
            assert session.scalar(select(func.count()).select_from(Plan).where(*mine)) == 1


def test_a_night_that_was_started_on_one_shard_alone_is_started_on_the_other(
    halves: Cluster, sharded: Settings
) -> None:
    for bucket in (1, 4000):
        planned_member(halves, bucket)
    told = {"kinds": (Kind.NUTRITION,), "by": CLOCK}
    alone = halves.on(halves.named(MAIN))
    (first,) = start_nights(alone, sharded, EVENING, **told)
    (whole,) = start_nights(halves, sharded, EVENING, **told)
    assert (whole.new, whole.batch.id, whole.members) == (True, first.batch.id, 1)
    assert whole_batch(halves, first.batch.id).members == 2
    cancel_night(halves, first.batch.id, by="test")
    assert whole_batch(halves, first.batch.id).state == BatchState.CANCELLED


def test_when_a_shard_is_down_its_members_wait_and_everybody_else_works(
    cluster: Cluster, settings: Settings, signing_key: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with start_servers(tmp_path_factory.mktemp("third"), {}) as third:
        engine = create_engine(dialect_url(third.database_url))
        migrations.migrate(engine)
        engine.dispose()
        ours = replace(settings, shard_urls=f"{OTHER}={third.database_url}", signing_key=signing_key)
        owner = Cluster(ours, name="owner")
        add_shard(owner, OTHER)
        hand_over(owner, HALF, OTHER)
        owner.close()
        app = create_app(ours)
        people = people_on_both(app)
    there, here = people[OTHER], people[MAIN]
    for answer in (there.get("/v1/profile"), there.post("/v1/plans", NUTRITION)):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert here.get("/v1/profile").status_code == 200
    assert here.post("/v1/plans", NUTRITION).status_code == 202
    for person in people.values():
        assert login(app, person.email, PASSWORD).status_code == 200
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/livez", "/readyz")] == [200, 200]
    metrics = client.get("/metrics").text
    assert 'reveille_shard_up{shard="east"} 0.0' in metrics
    assert 'reveille_shard_up{shard="main"} 1.0' in metrics
    close(app)


def test_members_live_in_their_tenants_region_alone(app: Flask, cluster: Cluster, sharded: Settings) -> None:
    with cluster.control() as session:
        session.execute(text("UPDATE shard SET region = 'pacific' WHERE name = 'east'"))
        session.execute(text("UPDATE bucket_map SET epoch = epoch + 1"))
        session.add(Tenant(id=member_in(cluster, 1), slug="fleet", name="Fleet", region="pacific"))
    app.extensions["reveille"].cluster.refresh()
    for number in range(8):
        email = f"sailor{number}@example.mil"
        assert register(app, email, tenant="fleet").status_code == 201
        assert bucket_of(join(app, f"soldier{number}@example.mil").member_id) not in HALF
    with cluster.control() as session:
        fleet = session.scalars(select(Tenant.id).where(Tenant.slug == "fleet")).one()
        ids = session.scalars(select(Account.member_id).where(Account.tenant_id == fleet)).all()
    assert len(ids) == 8
    assert all(bucket_of(member_id) in HALF for member_id in ids)
