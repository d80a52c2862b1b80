"""Links to PostgreSQL and Redis that are slow, stalled, half-open, reset or cut, under a running platform."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Callable, Iterator

import psutil
import pytest
import redis

from operations.client import AnswerError, Client
from operations.demo_login import demo_login
from operations.faults.platform import Exposed, exposed_platform, send, unix_dial
from operations.faults.proxy import Proxy
from operations.stack.servers import start_servers
from operations.stack.valkey import socket_path
from tests.faults.plans import ask, assert_one_plan_each, finished, state_of

IMPATIENT = {"lease_s": "2", "database_timeout_s": "2", "redis_timeout_s": "2", "resend_s": "2"}
SEEDS = itertools.count(0, 100)

HARMS: dict[str, Callable[[Proxy], None]] = {
    "slow": lambda link: link.slow_down(0.1),
    "stalled": Proxy.stall,
    "half-open": Proxy.half_open,
    "reset": Proxy.reset,
    "cut": Proxy.cut,
}
QUICK = ("half-open",)
ENDS_WITHIN_S = 60.0
LASTS_S = 4.0  # longer than a lease and than the server's limit of a statement


@pytest.fixture(scope="module")
def exposed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exposed]:
    folder = tmp_path_factory.mktemp("links")
    with exposed_platform(folder, "--workers", "2", "--batch-workers", "0", **IMPATIENT) as running:
        yield running


@pytest.fixture(scope="module")
def client(exposed: Exposed) -> Client:
    return exposed.platform.client.login(*demo_login(exposed.platform.client, exposed.platform.data))


@pytest.fixture(params=["postgresql", "redis"])
def link(exposed: Exposed, request: pytest.FixtureRequest) -> Proxy:
    return exposed.database_link if request.param == "postgresql" else exposed.redis_link


def lasting() -> None:
    threading.Event().wait(LASTS_S)


@pytest.mark.parametrize(
    "harm", [pytest.param(harm, marks=() if harm in QUICK else pytest.mark.long) for harm in HARMS]
)
def test_no_accepted_job_is_lost_or_done_twice(harm: str, link: Proxy, client: Client) -> None:
    jobs = ask(client, next(SEEDS), jobs=4)
    HARMS[harm](link)
    lasting()
    link.heal()
    later = ask_until_accepted(client, next(SEEDS))
    assert_one_plan_each(client, jobs + later)


def ask_until_accepted(client: Client, seed: int) -> list[str]:
    """Ask right after the link is sound again; refusals are repeated, as every client does."""
    while True:
        try:
            return ask(client, seed, jobs=2)
        except AnswerError as error:
            if error.status != 503:
                raise
        except OSError:
            continue


def test_requests_are_accepted_while_redis_does_not_answer(exposed: Exposed, client: Client) -> None:
    exposed.redis_link.stall()
    try:
        jobs = ask(client, next(SEEDS))
    finally:
        exposed.redis_link.heal()
    assert_one_plan_each(client, jobs)


def test_a_full_redis_refuses_with_503_evicts_nothing_and_what_waits_is_done_after(
    exposed: Exposed, client: Client
) -> None:
    relays = exposed.processes("relay")
    send(relays, signal.SIGSTOP)
    jobs = ask(client, next(SEEDS))
    with exposed.redis_client() as server:
        server.set("kept", "as it was")
        server.config_set("maxmemory", 1)
        try:
            send(relays, signal.SIGCONT)
            refused = until_refused(client, next(SEEDS))
            assert (refused.status, refused.problem["type"]) == (503, "/problems/unavailable")
            assert server.get("kept") == b"as it was"
        finally:
            server.config_set("maxmemory", 0)
    later = ask_until_accepted(client, next(SEEDS))
    assert set(finished(client, jobs + later).values()) == {"succeeded"}


def until_refused(client: Client, first_seed: int) -> AnswerError:
    """What a process whose last look at Redis is a second old, says first; at most that long it accepts."""
    for seed in itertools.count(first_seed):
        try:
            ask(client, seed, jobs=1)
        except AnswerError as error:
            return error
    raise AssertionError


@pytest.mark.long
def test_a_worker_that_is_told_to_end_does_so_while_both_servers_are_gone(
    exposed: Exposed, client: Client
) -> None:
    jobs = ask(client, next(SEEDS), jobs=40)
    workers = exposed.processes("worker")
    while state_of(client, jobs[0]) != "succeeded":
        continue
    try:
        for link in (exposed.redis_link, exposed.database_link):
            link.cut()
        lasting()  # until every thread has a message that it cannot acknowledge
        send(workers, signal.SIGTERM)
        _, alive = psutil.wait_procs(workers, timeout=ENDS_WITHIN_S)
    finally:
        for link in (exposed.redis_link, exposed.database_link):
            link.heal()
    assert workers
    assert not alive
    assert_one_plan_each(client, jobs)


@pytest.mark.long
def test_a_failover_to_an_empty_redis_loses_nothing(
    exposed: Exposed, client: Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = {"REVEILLE_DATABASE_URL": exposed.servers.database_url}
    with start_servers(tmp_path_factory.mktemp("other") / "data", other) as promoted:
        before = exposed.redis_link.lead_to(unix_dial(socket_path(promoted.folder.sockets)))
        jobs = ask(client, next(SEEDS))
        assert_one_plan_each(client, jobs)
        with redis.Redis.from_url(promoted.redis_url) as server:
            assert server.dbsize() > 0
        jobs = ask(client, next(SEEDS))
        exposed.redis_link.lead_to(before)
        assert_one_plan_each(client, jobs)
