"""What is read from real rows, and what a look makes of it."""

from __future__ import annotations

import dataclasses
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import text, update

from models.cluster import Cluster
from models.jobs.job import Job
from models.jobs.queue import pause, resume
from models.jobs.queues import QueueName
from models.pools.arrivals import SLICE, history, record, slice_of
from models.pools.fixed import fix, fixed_pools, release
from models.pools.worker import Sign, Worker, leave, living, tell
from operations.autoscale.actuators import Local, Watching
from operations.autoscale.command import LOCK, run
from operations.autoscale.decide import Reason
from operations.autoscale.endpoint import Told, serve
from operations.autoscale.expect import Expected
from operations.autoscale.read import Reader
from operations.autoscale.run import Autoscaler, Look
from operations.autoscale.signals import Pool
from operations.autoscale.web_rate import WebRate
from operations.control import Control, Line
from scheduler.lead import Lead
from tests.models.rows import add_job
from tests.operations.autoscale.policies import policy

SIGN = Sign(draining=False, ended=0, busy_s=0.0, cpu_s=1.0, memory_bytes=200_000_000)
NOW = datetime(2026, 12, 1, 5, 30, tzinfo=UTC)


@pytest.fixture
def control(tmp_path: Path) -> Control:
    made = Control(tmp_path)
    made.open()
    made.tell({"worker": Line(wanted=1, live=1), "worker-batch": Line(wanted=1, live=1)})
    return made


@pytest.fixture
def scaler(cluster: Cluster, control: Control) -> Autoscaler:
    how = policy()
    return Autoscaler(
        reader=Reader(cluster, own_machine=False), actuator=Local(control), policy=how,
        pools=[Pool.INTERACTIVE, Pool.BATCH], expected=Expected(cluster, how),
    )  # fmt: skip


def test_waiting_jobs_bring_workers(cluster: Cluster, scaler: Autoscaler, control: Control) -> None:
    with cluster.control() as session:
        for _ in range(80):
            add_job(session)
    look = scaler.look(NOW)
    made = look.decisions[0]
    assert (made.pool, made.before, made.reason) == (Pool.INTERACTIVE, 1, Reason.DRAIN)
    assert made.target >= 2
    assert control.wanted() == {"worker": made.target}
    assert look.decisions[1].action == "keep"


def test_a_paused_queue_brings_no_workers(cluster: Cluster, scaler: Autoscaler, control: Control) -> None:
    with cluster.control() as session:
        for _ in range(80):
            add_job(session)
        pause(session, QueueName.INTERACTIVE, by="me", reason="a test")
    assert scaler.look(NOW).decisions[0].action == "keep"
    with cluster.control() as session:
        resume(session, QueueName.INTERACTIVE)
    assert scaler.look(NOW).decisions[0].action == "grow"


def test_what_came_is_counted_once(cluster: Cluster) -> None:
    reader = Reader(cluster, own_machine=False)
    reader.read()
    with cluster.control() as session:
        add_job(session)
    counts = []
    while sum(counts) < 1 or len(counts) < 3 or counts[-1] != 0:
        found = reader.read()
        assert found is not None
        counts.append(found.signals[Pool.INTERACTIVE].arrived)
    assert sum(counts) == 1


def test_workers_tell_their_work_and_their_memory(cluster: Cluster) -> None:
    reader = Reader(cluster, own_machine=True)
    with cluster.control() as session:
        tell(session, "a", QueueName.INTERACTIVE, dataclasses.replace(SIGN, ended=1_000, busy_s=500.0))
    assert reader.read().signals[Pool.INTERACTIVE].ended == 0  # what was before is no news
    with cluster.control() as session:
        tell(session, "a", QueueName.INTERACTIVE, dataclasses.replace(SIGN, ended=1_010, busy_s=504.0))
        tell(session, "b", QueueName.INTERACTIVE, dataclasses.replace(SIGN, ended=2, busy_s=1.0))
        tell(session, "c", QueueName.BATCH, dataclasses.replace(SIGN, draining=True))
    found = reader.read()
    signals = found.signals[Pool.INTERACTIVE]
    assert (signals.ended, signals.busy_s, signals.worker_memory) == (12, 5.0, 2e8)
    assert signals.memory_free > 0
    assert found.workers == {Pool.INTERACTIVE: 2}


def test_a_silent_worker_is_gone(cluster: Cluster) -> None:
    with cluster.control() as session:
        tell(session, "a", QueueName.BATCH, SIGN)
        tell(session, "b", QueueName.BATCH, SIGN)
        session.execute(
            update(Worker).where(Worker.name == "a").values(seen_at=text("now() - interval '16 s'"))
        )
        assert [worker.name for worker in living(session)] == ["b"]
        session.execute(update(Worker).values(seen_at=text("now() - interval '151 s'")))
        leave(session, "b")
        assert session.execute(text("SELECT count(*) FROM worker")).scalar_one() == 0


def test_an_operators_number_holds_until_it_is_released(
    cluster: Cluster, scaler: Autoscaler, control: Control
) -> None:
    with cluster.control() as session:
        fix(session, Pool.INTERACTIVE, 5, by="me", reason="a test")
    assert scaler.look(NOW).decisions[0].reason == Reason.FIXED
    assert control.wanted() == {"worker": 5}
    with cluster.control() as session:
        assert fixed_pools(session)["interactive"].by == "me"
        assert release(session, Pool.INTERACTIVE)
        assert not release(session, Pool.INTERACTIVE)
    assert scaler.look(NOW).decisions[0].reason != Reason.FIXED


def test_without_a_database_nothing_changes(scaler: Autoscaler, control: Control, servers) -> None:
    away = dataclasses.replace(
        scaler.reader._cluster.settings, database_url="postgresql://nobody@/x?host=/nowhere"
    )
    scaler.reader = Reader(Cluster(away, name="away"), own_machine=False)
    look = scaler.look(NOW)
    assert look.reading is None
    assert {made.reason for made in look.decisions} == {Reason.STALE}
    assert control.wanted() == {}


def test_a_dry_run_explains_and_changes_nothing(
    cluster: Cluster, scaler: Autoscaler, control: Control
) -> None:
    scaler.dry_run = True
    with cluster.control() as session:
        for _ in range(80):
            add_job(session)
    assert scaler.look(NOW).decisions[0].target >= 2
    assert control.wanted() == {}


def test_where_nothing_can_be_started_workers_are_counted_by_their_signs(
    cluster: Cluster, scaler: Autoscaler
) -> None:
    scaler.actuator, scaler.dry_run = Watching(), True
    with cluster.control() as session:
        tell(session, "a", QueueName.INTERACTIVE, SIGN)
        tell(session, "b", QueueName.INTERACTIVE, SIGN)
    assert scaler.look(NOW).counts[Pool.INTERACTIVE].live == 2


def test_slices_are_written_once_and_read_in_order(cluster: Cluster) -> None:
    at = slice_of(datetime.now(UTC))
    with cluster.control() as session:
        for _ in range(3):
            job = add_job(session)
        done = {"state": "failed", "started_at": at, "finished_at": at + timedelta(seconds=4)}
        session.execute(
            update(Job).where(Job.id == job.id).values(state="running", lease_until=text("now()"))
        )
        session.execute(update(Job).where(Job.id == job.id).values(**done, lease_until=None))
        assert record(session, at) == 2
        assert record(session, at) == 0
        assert record(session, at - 2 * SLICE) == 2
        assert history(session, QueueName.INTERACTIVE, at - 12 * SLICE) == [0.0, 0.0, 3.0]
        row = session.execute(text("SELECT arrived, ended, service_s FROM arrivals WHERE ended > 0")).one()
        assert row == (3, 1, 4.0)


def test_a_forecast_is_made_once_in_a_slice(cluster: Cluster) -> None:
    asked: list[int] = []

    def forecast(past, ahead: int, quantile: float) -> float:
        asked.append(ahead)
        return 600.0

    expected = Expected(cluster, policy(), forecast)
    assert [expected.rate(Pool.INTERACTIVE, NOW + timedelta(seconds=n)) for n in (0, 1, 299)] == [2.0] * 3
    assert asked == [2]
    expected.rate(Pool.INTERACTIVE, NOW + timedelta(seconds=300))
    assert asked == [2, 2]
    assert expected.rate(Pool.WEB, NOW) is None


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answered:
            return answered.status, answered.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def endpoint(scaler: Autoscaler) -> Iterator[tuple[Told, str, Look]]:
    told = Told()
    server = serve(told, "127.0.0.1", 0)
    look = scaler.look(NOW)
    told.show(look)
    yield told, f"http://127.0.0.1:{server.server_port}", look
    server.shutdown()
    server.server_close()


def test_others_are_told_what_is_desired(endpoint) -> None:
    told, address, _ = endpoint
    status, body = get(f"{address}/v1/pools/interactive")
    assert (status, json.loads(body)["desired"]) == (200, 1)
    external = f"{address}/apis/external.metrics.k8s.io/v1beta1"
    names = [resource["name"] for resource in json.loads(get(external)[1])["resources"]]
    assert "reveille_desired_interactive" in names
    item = json.loads(get(f"{external}/namespaces/any/reveille_desired_interactive?labelSelector=")[1])[
        "items"
    ][0]
    assert (item["metricName"], item["value"]) == ("reveille_desired_interactive", "1")
    metrics = get(f"{address}/metrics")[1]
    assert 'reveille_autoscaler_desired_workers{queue="interactive",reason=' in metrics
    assert "reveille_autoscaler_leading 1.0" in metrics
    assert get(f"{address}/livez")[0] == 200
    told.show(None)
    assert get(f"{address}/v1/pools/interactive")[0] == 404
    assert get(f"{external}/namespaces/any/reveille_desired_interactive")[0] == 404
    assert "reveille_autoscaler_leading 0.0" in get(f"{address}/metrics")[1]
    assert get(f"{address}/elsewhere")[0] == 404


def test_one_of_two_leads(cluster: Cluster, scaler: Autoscaler, settings) -> None:
    lead = Lead(cluster, "autoscaler", LOCK)
    assert lead.take()
    looks: list[Look] = []
    end = threading.Event()
    scaler.policy = dataclasses.replace(scaler.policy, tick_s=0.05)

    def say(look: Look) -> None:
        looks.append(look)
        end.set()

    thread = threading.Thread(target=run, args=(scaler, cluster, settings, end), kwargs={"say": say})
    thread.start()
    thread.join(timeout=1.0)
    assert looks == []
    lead.give_up()
    thread.join(timeout=30.0)
    assert len(looks) == 1


def test_the_webs_rate_is_that_of_every_process_behind_its_address() -> None:
    """Two processes answer in turn, each with its own counters; one of them has answered more before."""
    counters = {"1.0": 10_000.0, "2.0": 50.0}
    turn = itertools.cycle(counters)

    class Web(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            started = next(turn)
            probe = 'reveille_http_requests_total{route="/metrics"} 1e9\n'
            told = f'{probe}reveille_http_requests_total{{route="/v1/plans"}} {counters[started]}\n'
            body = f"process_start_time_seconds {started}\n{told}".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    web = WebRate(f"http://127.0.0.1:{server.server_port}")
    assert web.read() is None  # nobody was heard twice
    began = time.monotonic()
    counters["1.0"] += 1_000.0
    counters["2.0"] += 1_000.0
    while (rate := web.read()) is None or rate == 0.0:
        pass
    seconds = time.monotonic() - began
    assert 500 / seconds < rate <= 2_000.0
    server.shutdown()
    server.server_close()
    assert WebRate("http://127.0.0.1:1").read() is None
