"""What webhooks are owed reaches them: signed, at least once, in time, and nowhere it should not."""

import base64
import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from models.events.deliveries import DISABLE_AFTER_FAILURES, DISABLE_AFTER_S, take
from models.events.receiver import receiver_of
from models.events.webhook import DeliveryState, Webhook, WebhookDelivery, WebhookState
from models.ids import new_id
from models.jobs.job import Job
from models.members.tenant import Tenant
from tests.models.endings import add_webhook, end_by_cancelling, end_in_failure, end_well, new_job
from tests.models.rows import add_member
from tests.workers.receivers import certificate, receiving, unused_port
from workers.addresses import addresses_of
from workers.webhooks import (
    LONGEST_REST_S,
    MOST,
    OF_RECEIVER,
    OF_TENANT,
    Courier,
    Sent,
    deliver,
    rest_s,
    wait_s,
)

SECRET, OLD = b"n" * 32, b"o" * 32
NOTHING = Sent(delivered=0, owed=0, given_up=0, disabled=0)


@pytest.fixture
def member(cluster):
    with cluster.control() as session:
        return add_member(session)


@contextmanager
def courier(cluster, settings, allowed, **more):
    made = Courier(cluster, replace(settings, webhook_allowed_hosts=allowed), **more)
    try:
        yield made
    finally:
        made.close()


def send(cluster, settings, *receivers, **more):
    """One round."""
    allowed = ",".join(receiver.allowed() for receiver in receivers)
    with courier(cluster, settings, allowed, **more) as made:
        return made.run_once()


def owe(cluster, member, receiver=None, url=None, end=end_well, **values):
    """A webhook, and one delivery that it is owed."""
    webhook_id = add_webhook(cluster, member, url=url or receiver.url(), secret=SECRET, **values)
    job_id = new_job(cluster, member)
    end(cluster, job_id)
    return webhook_id, job_id


def rows(cluster, table=WebhookDelivery):
    with cluster.control() as session:
        return session.scalars(select(table)).all()


def make_due(cluster):
    """Let every wait and rest be over."""
    with cluster.control() as session:
        session.execute(update(WebhookDelivery).values(due_at=func.now()))
        session.execute(update(Webhook).values(rest_until=None))


def verify(got, secret):
    """The second implementation of the signature: as a receiver checks it."""
    named = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}."
    signed = named.encode() + got.body
    mac = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    given = [part.split(",", 1) for part in got.headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(mac, each) for version, each in given)


def test_a_delivery_is_sent_once_and_settled(cluster, settings, member):
    with receiving() as receiver:
        owe(cluster, member, receiver)
        assert send(cluster, settings, receiver) == replace(NOTHING, delivered=1)
        assert send(cluster, settings, receiver) == NOTHING
    (row,) = rows(cluster)
    assert (row.state, row.attempts, row.status, row.error) == (DeliveryState.DELIVERED, 1, 204, None)
    assert row.delivered_at is not None
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("end", "event", "problem"),
    [
        (end_well, "job.succeeded", None),
        (end_in_failure, "job.failed", "/problems/infeasible"),
        (end_by_cancelling, "job.cancelled", None),
    ],
)
def test_the_message_names_the_job_and_says_nothing_of_anybodys_body(
    cluster, settings, member, end, event, problem
):
    with receiving() as receiver:
        _, job_id = owe(cluster, member, receiver, end=end)
        send(cluster, settings, receiver)
    with cluster.control() as session:
        job = session.get_one(Job, job_id)
    (got,) = receiver.received
    assert json.loads(got.body) == {
        "type": event,
        "timestamp": job.finished_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "job_id": str(job_id),
            "tenant_id": str(member.tenant_id),
            "member_id": str(member.id),
            "kind": "nutrition",
            "state": event.removeprefix("job."),
            "plan_id": None if job.plan_id is None else str(job.plan_id),
            "problem": problem,
        },
    }
    assert got.headers["content-type"] == "application/json"
    assert "body" not in got.body.decode()


def test_the_message_is_signed_and_its_id_is_the_same_in_every_attempt(cluster, settings, member):
    with receiving([500]) as receiver:
        owe(cluster, member, receiver)
        send(cluster, settings, receiver)
        make_due(cluster)
        send(cluster, settings, receiver)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert [verify(got, SECRET) for got in (first, second)] == [True, True]
    assert not verify(first, OLD)
    assert not verify(replace(first, body=first.body + b" "), SECRET)


def test_both_secrets_sign_until_the_old_one_has_run_out(cluster, settings, member):
    later = func.now() + timedelta(hours=1)
    with receiving([500]) as receiver:
        owe(cluster, member, receiver, old_secret=OLD, old_secret_until=later)
        send(cluster, settings, receiver)
        with cluster.control() as session:
            session.execute(update(Webhook).values(old_secret_until=func.now()))
        make_due(cluster)
        send(cluster, settings, receiver)
    assert [[verify(got, secret) for secret in (SECRET, OLD)] for got in receiver.received] == [
        [True, True],
        [True, False],
    ]


@pytest.mark.parametrize("status", [199, 300, 301, 302, 307, 400, 404, 429, 500, 503])
def test_any_answer_but_2xx_is_tried_again_later(cluster, settings, member, status):
    with receiving([status], Location="http://127.0.0.1:1/") as receiver:
        owe(cluster, member, receiver)
        assert send(cluster, settings, receiver) == replace(NOTHING, owed=1)
        assert send(cluster, settings, receiver) == NOTHING
        (row,) = rows(cluster)
        assert (row.state, row.attempts, row.status) == (DeliveryState.OWED, 1, status)
        assert str(status) in row.error
        make_due(cluster)
        assert send(cluster, settings, receiver).delivered == 1


def test_a_receiver_that_is_not_there_is_tried_again_later(cluster, settings, member):
    url = f"http://127.0.0.1:{unused_port()}"
    owe(cluster, member, url=f"{url}/x")
    with courier(cluster, settings, f"{url}=127.0.0.1") as made:
        assert made.run_once().owed == 1
    (row,) = rows(cluster)
    assert (row.status, row.error) == (None, "no connection: Connection refused")


def test_a_delivery_is_given_up_after_three_days(cluster, settings, member):
    with receiving([500, 500]) as receiver:
        owe(cluster, member, receiver)
        send(cluster, settings, receiver)
        make_due(cluster)
        with cluster.control() as session:
            left = session.scalar(select(WebhookDelivery.give_up_at - WebhookDelivery.ended_at))
            session.execute(update(WebhookDelivery).values(give_up_at=func.now()))
        assert send(cluster, settings, receiver) == replace(NOTHING, given_up=1)
        make_due(cluster)
        assert send(cluster, settings, receiver) == NOTHING
    assert left == pytest.approx(timedelta(days=3), abs=timedelta(minutes=1))
    assert rows(cluster)[0].state == DeliveryState.GIVEN_UP
    assert rows(cluster, Webhook)[0].state == WebhookState.ACTIVE


def test_waits_grow_to_half_a_day_and_end_within_about_three():
    waits = [wait_s(attempt, 0.5) for attempt in range(1, 15)]
    assert waits[:3] == [10, 30, 90]
    assert waits[-1] == 12 * 3600
    assert waits == sorted(waits)
    attempts = next(n for n in range(1, 15) if sum(waits[:n]) > 3 * 86_400)
    assert 10 <= attempts <= 14
    assert (wait_s(1, 0), wait_s(1, 1)) == (pytest.approx(9), pytest.approx(11))
    assert wait_s(10**6, 0.5) == 12 * 3600


def test_a_webhook_that_failed_for_days_is_disabled_with_its_reason(cluster, settings, member):
    long_ago = func.now() - timedelta(seconds=DISABLE_AFTER_S)
    with receiving([500]) as receiver:
        failed = {"failures": DISABLE_AFTER_FAILURES - 1, "failing_since": long_ago}
        owe(cluster, member, receiver, **failed)
        end_well(cluster, new_job(cluster, member))
        assert send(cluster, settings, receiver) == replace(NOTHING, disabled=1)
        make_due(cluster)
        assert send(cluster, settings, receiver) == NOTHING
    (webhook,) = rows(cluster, Webhook)
    assert webhook.state == WebhookState.DISABLED
    assert webhook.reason == "no delivery has succeeded for 3 days; the last one: the receiver answered 500"
    assert {row.state for row in rows(cluster)} == {DeliveryState.GIVEN_UP}


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(DISABLE_AFTER_FAILURES - 2, DISABLE_AFTER_S), (DISABLE_AFTER_FAILURES - 1, DISABLE_AFTER_S - 60)],
)
def test_a_few_failures_or_a_short_time_disable_nothing(cluster, settings, member, failures, seconds):
    since = func.now() - timedelta(seconds=seconds)
    with receiving([500]) as receiver:
        owe(cluster, member, receiver, failures=failures, failing_since=since)
        assert send(cluster, settings, receiver) == replace(NOTHING, owed=1)
    assert rows(cluster, Webhook)[0].state == WebhookState.ACTIVE


def test_a_receiver_that_is_gone_is_disabled_at_once(cluster, settings, member):
    with receiving([410]) as receiver:
        owe(cluster, member, receiver)
        assert send(cluster, settings, receiver).disabled == 1
    assert rows(cluster, Webhook)[0].reason == "its receiver answered 410 Gone"


def test_a_success_ends_the_count_of_failures(cluster, settings, member):
    with receiving([500]) as receiver:
        owe(cluster, member, receiver)
        send(cluster, settings, receiver)
        assert rows(cluster, Webhook)[0].failures == 1
        make_due(cluster)
        send(cluster, settings, receiver)
    (webhook,) = rows(cluster, Webhook)
    assert (webhook.failures, webhook.failing_since, webhook.rest_until) == (0, None, None)


def test_a_webhook_rests_after_a_failure_and_is_then_tried_with_one(cluster, settings, member):
    with receiving([500] * 3) as receiver:
        owe(cluster, member, receiver)
        for _ in range(2):
            end_well(cluster, new_job(cluster, member))
        assert send(cluster, settings, receiver).owed == 3
        with cluster.control() as session:
            session.execute(update(WebhookDelivery).values(due_at=func.now()))
        assert send(cluster, settings, receiver) == NOTHING
        make_due(cluster)
        assert send(cluster, settings, receiver).delivered == 1
        assert send(cluster, settings, receiver).delivered == 2
    assert [rest_s(n) for n in (1, 2, 3, 10, 10**6)] == [2, 4, 8, LONGEST_REST_S, LONGEST_REST_S]


def test_a_webhook_with_a_backlog_leaves_room_for_the_others(cluster, settings, member):
    with receiving() as busy, receiving() as quiet:
        owe(cluster, member, busy)
        for _ in range(2 * MOST):
            end_well(cluster, new_job(cluster, member))
        with cluster.control() as session:
            colleague = add_member(session)
        owe(cluster, colleague, quiet)
        assert send(cluster, settings, busy, quiet).delivered == OF_RECEIVER + 1
    assert (len(busy.received), len(quiet.received)) == (OF_RECEIVER, 1)


def relaying(settings, cluster, end, *receivers):
    """A relay's deliveries, in a thread, until `end` is set."""
    allowed = ",".join(receiver.allowed() for receiver in receivers)
    quick = replace(settings, relay_sweep_s=0.05, webhook_allowed_hosts=allowed)
    thread = threading.Thread(target=deliver, args=(quick, cluster, end))
    thread.start()
    return thread


def test_a_slow_receiver_holds_its_own_deliveries_up_and_nobody_elses(cluster, settings, member):
    end, answer = threading.Event(), threading.Event()
    with receiving(until=answer) as slow, receiving() as quick:
        owe(cluster, member, slow)
        for _ in range(2 * OF_RECEIVER):
            end_well(cluster, new_job(cluster, member))
        thread = relaying(settings, cluster, end, slow, quick)
        while len(slow.received) < OF_RECEIVER:
            end.wait(0.01)
        with cluster.control() as session:
            colleague = add_member(session)
        owe(cluster, colleague, quick)
        for _ in range(2 * MOST):
            end_well(cluster, new_job(cluster, colleague))
        while len(quick.received) < 2 * MOST + 1:
            end.wait(0.01)
        assert len(slow.received) == OF_RECEIVER  # none was answered all the while
        answer.set()
        while rows_left(cluster):
            end.wait(0.01)
        end.set()
        thread.join(20)
    assert len(slow.received) == 2 * OF_RECEIVER + 1
    assert {row.attempts for row in rows(cluster)} == {1}


def test_a_tenant_with_many_slow_receivers_leaves_room_for_the_other_tenants(cluster, settings, member):
    end, answer = threading.Event(), threading.Event()
    with ExitStack() as stack:
        slow = [stack.enter_context(receiving(until=answer)) for _ in range(MOST // OF_RECEIVER + 1)]
        quick = stack.enter_context(receiving())
        for receiver in slow:
            add_webhook(cluster, member, url=receiver.url(), secret=SECRET)
        for _ in range(OF_RECEIVER):
            end_well(cluster, new_job(cluster, member))
        thread = relaying(settings, cluster, end, *slow, quick)
        while sum(len(receiver.received) for receiver in slow) < OF_TENANT:
            end.wait(0.01)
        with cluster.control() as session:
            session.add(Tenant(id=(other := new_id(0)), slug="other", name="Other"))
            session.flush()
            stranger = add_member(session, other)
        owe(cluster, stranger, quick)
        while not quick.received:
            end.wait(0.01)
        assert sum(len(receiver.received) for receiver in slow) == OF_TENANT
        end.set()
        answer.set()
        thread.join(20)
    assert not thread.is_alive()


def test_a_webhook_that_failed_has_one_delivery_on_its_way(cluster, settings, member):
    answer = threading.Event()
    with receiving(until=answer) as receiver:
        owe(cluster, member, receiver, failures=1)
        end_well(cluster, new_job(cluster, member))
        with courier(cluster, settings, receiver.allowed()) as made:
            (first,) = made.start()
            assert made.start() == []
            answer.set()
            assert first.result() == "delivered"
            assert made.run_once().delivered == 1


def test_what_a_dead_relay_had_taken_is_sent_by_the_next_when_its_lease_is_over(cluster, settings, member):
    with receiving() as receiver:
        owe(cluster, member, receiver)
        with cluster.control() as session:
            assert len(take(session, most=9, of_receiver=9, of_tenant=9, lease_s=60)) == 1  # and dies with it
        assert send(cluster, settings, receiver) == NOTHING
        make_due(cluster)
        assert send(cluster, settings, receiver).delivered == 1
    assert rows(cluster)[0].attempts == 2


def test_two_relays_at_once_send_everything_once(cluster, settings, member):
    with receiving() as receiver:
        owe(cluster, member, receiver)
        for _ in range(19):
            end_well(cluster, new_job(cluster, member))
        with (
            courier(cluster, settings, receiver.allowed()) as one,
            courier(cluster, settings, receiver.allowed()) as two,
        ):
            while rows_left(cluster):
                threads = [threading.Thread(target=each.run_once) for each in (one, two)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
    ids = [got.headers["webhook-id"] for got in receiver.received]
    assert len(ids) == len(set(ids)) == 20


def rows_left(cluster):
    return [row for row in rows(cluster) if row.state == DeliveryState.OWED]


def test_a_name_that_now_points_inside_is_refused_and_nothing_is_sent(cluster, settings, member):
    answers = [["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]]  # of a name server that rebinds the name

    def rebinding(host, port):
        return answers.pop(0)

    with receiving() as inside:
        url = f"https://hooks.example:{inside.port}/x"
        assert addresses_of(receiver_of(url, {}), rebinding) == ["93.184.215.14"]
        owe(cluster, member, url=url)
        with courier(cluster, settings, "", resolve=rebinding) as made:
            assert made.run_once() == replace(NOTHING, owed=1)
    assert len(answers) == 1  # one look-up for one attempt
    assert inside.received == []
    assert "not of the public Internet" in rows(cluster)[0].error


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}/x", "https://localhost:{}/x", "https://[::1]:{}/x"])
def test_an_address_that_was_allowed_once_is_refused_when_it_no_longer_is(cluster, settings, member, url):
    with receiving() as inside:
        owe(cluster, member, url=url.format(inside.port))
        with courier(cluster, settings, "") as made:
            assert made.run_once().owed == 1
    assert inside.received == []


def test_tls_is_checked_against_the_name(cluster, settings, member, tmp_path):
    server, client = certificate(tmp_path, "hooks.example")
    with receiving(tls=server) as receiver:
        owe(cluster, member, url=receiver.url(host="hooks.example", scheme="https"))
        allowed = receiver.allowed("hooks.example", "https")
        with courier(cluster, settings, allowed) as distrusting:
            assert distrusting.run_once().owed == 1
        assert "certificate is not good" in rows(cluster)[0].error
        make_due(cluster)
        with courier(cluster, settings, allowed, tls=client) as trusting:
            assert trusting.run_once().delivered == 1
    assert verify(receiver.received[0], SECRET)


def test_a_running_relay_delivers_and_stops(cluster, settings, member):
    end = threading.Event()
    with receiving() as receiver:
        thread = relaying(settings, cluster, end, receiver)
        owe(cluster, member, receiver)
        while rows_left(cluster):
            end.wait(0.01)
        end.set()
        thread.join(20)
    assert len(receiver.received) == 1
    assert not thread.is_alive()


def test_a_relay_that_is_killed_after_the_answer_sends_it_again(cluster, settings, member):
    code = (
        "import os, signal\n"
        "from models.cluster import Cluster\n"
        "from models.settings import Settings\n"
        "from workers import webhooks\n"
        "webhooks.settle_delivered = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "settings = Settings.from_environment(os.environ)\n"
        "webhooks.Courier(Cluster(settings, name='x'), settings).run_once()\n"
    )
    with receiving() as receiver:
        owe(cluster, member, receiver)
        ours = replace(settings, webhook_allowed_hosts=receiver.allowed())
        environ = {**os.environ, **ours.environment()}
        died = subprocess.run([sys.executable, "-c", code], env=environ, check=False)
        assert died.returncode == -signal.SIGKILL
        make_due(cluster)
        assert send(cluster, settings, receiver).delivered == 1
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
