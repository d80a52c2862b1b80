"""Rate limits: of an address, an account, a tenant; told in headers; and what happens without Redis."""

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import redis
from flask import Flask
from prometheus_client import generate_latest

from models.access.account import Role
from models.redis import connect
from models.settings import Settings
from tests.web.people import Person, join, login
from web.errors import RateLimited
from web.rate_limits import LOGIN_COST, PAUSE_S, RateLimits
from web.services import NAME
from web.tokens import Caller

Make = Callable[..., Flask]

WIDE = {"rate_address": 100_000, "rate_account": 100_000, "rate_tenant": 100_000}


def caller(tenant: int = 1) -> Caller:
    return Caller(account_id=uuid4(), member_id=uuid4(), tenant_id=UUID(int=tenant), role=Role.MEMBER)


def limits(settings: Settings, **changes: int) -> RateLimits:
    return RateLimits(replace(settings, **{**WIDE, **changes}), connect(settings), lambda: None)


def taken(found: RateLimits, address: str, who: Caller | None, most: int = 50) -> int:
    """How many requests are let in before one is refused."""
    for count in range(most):
        try:
            found.take(address, who)
        except RateLimited:
            return count
    return most


def test_an_address_has_its_rate_and_others_have_theirs(settings: Settings) -> None:
    found = limits(settings, rate_address=5)
    assert taken(found, "192.0.2.1", None) == 5
    assert taken(found, "192.0.2.2", caller()) == 5


def test_a_network_of_ipv6_is_one_address(settings: Settings) -> None:
    found = limits(settings, rate_address=5)
    assert taken(found, "2001:db8:0:1::1", None) == 5
    assert taken(found, "2001:db8:0:1:ffff::2", None) == 0
    assert taken(found, "2001:db8:0:2::1", None) == 5


def test_an_account_has_its_rate_wherever_it_asks_from(settings: Settings) -> None:
    found, who = limits(settings, rate_account=5), caller()
    assert taken(found, "192.0.2.1", who) == 5
    assert taken(found, "192.0.2.2", who) == 0
    assert taken(found, "192.0.2.2", caller()) == 5


def test_a_tenant_has_its_rate_over_all_accounts(settings: Settings) -> None:
    found = limits(settings, rate_tenant=5)
    assert sum(taken(found, "192.0.2.1", caller(), most=1) for _ in range(9)) == 5
    assert taken(found, "192.0.2.1", caller(tenant=2)) == 5


def test_a_refused_request_takes_nothing_from_its_other_buckets(settings: Settings) -> None:
    found, who = limits(settings, rate_account=2, rate_tenant=5), caller()
    assert taken(found, "192.0.2.1", who) == 2
    assert [taken(found, "192.0.2.1", who, most=1) for _ in range(20)] == [0] * 20
    assert taken(found, "192.0.2.1", caller()) == 2
    assert taken(found, "192.0.2.1", caller()) == 1  # the tenant's five are used up


def test_tokens_come_back_evenly(settings: Settings) -> None:
    found, who = limits(settings, rate_account=60), caller()
    assert taken(found, "192.0.2.1", who, most=100) in (60, 61)
    with pytest.raises(RateLimited) as refused:
        found.take("192.0.2.1", who)
    assert refused.value.retry_after_s == 1
    with connect(settings) as client:  # a second later, for the bucket
        key = f"rate:account:{who.account_id}"
        client.set(key, int(client.get(key)) - 1_000_000, keepttl=True)
    assert taken(found, "192.0.2.1", who) == 1


def test_who_asks_fast_seldom_asks_redis_and_gets_no_more(settings: Settings) -> None:
    found, who = limits(settings, rate_account=2_000), caller()
    with connect(settings) as client:
        before = client.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"]
        assert 2_000 <= taken(found, "192.0.2.1", who, most=3_000) < 2_300  # some came back meanwhile
        assert client.info("commandstats")["cmdstat_evalsha"]["calls"] - before < 300


def test_buckets_do_not_stay_in_redis(settings: Settings) -> None:
    limits(settings, rate_address=2, rate_account=2, rate_tenant=2).take("192.0.2.1", caller())
    with connect(settings) as client:
        left_ms = [client.pttl(key) for key in client.scan_iter("rate:*")]
    assert len(left_ms) == 3
    assert 0 < min(left_ms) <= max(left_ms) <= 30_001


def test_an_answer_says_what_is_left_and_a_refusal_when_to_come_again(make_app: Make) -> None:
    anna = join(make_app(rate_account=3), "anna@example.mil")
    told = [anna.get("/v1/profile") for _ in range(4)]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert told[0].headers["RateLimit-Policy"] == '"account";q=3;w=60'
    assert [re.sub(";t=.*", "", a.headers["RateLimit"]) for a in told] == [
        '"account";r=2', '"account";r=1', '"account";r=0', '"account";r=0'
    ]  # fmt: skip
    refused = told[3]
    assert (refused.mimetype, refused.json["type"]) == ("application/problem+json", "/problems/rate-limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 20


def test_a_login_takes_as_much_as_many_requests(make_app: Make) -> None:
    app = make_app(rate_address=LOGIN_COST * 3)
    assert [login(app, "nobody@example.mil").status_code for _ in range(4)] == [401, 401, 401, 429]


def test_guessed_tokens_are_counted(make_app: Make) -> None:
    client = make_app(rate_address=3).test_client()
    headers = {"Authorization": "Bearer rvl_guess"}
    statuses = [client.get("/v1/profile", headers=headers).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]


def test_probes_are_never_refused(make_app: Make) -> None:
    client = make_app(rate_address=1).test_client()
    for path in ("/livez", "/readyz", "/metrics") * 3:
        answer = client.get(path)
        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers


def test_without_redis_everybody_is_let_in_and_counted(make_app: Make, anna: Person) -> None:
    app = make_app(redis_url="unix:///nowhere/none", rate_account=1)
    there = Person(app, anna.email, anna.tokens)
    answers = [there.get("/v1/profile") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "RateLimit" not in answers[0].headers
    metrics = generate_latest(app.extensions[NAME].metrics.registry).decode()
    assert "reveille_rate_limits_skipped_total 3.0" in metrics


def test_redis_that_is_away_is_asked_once_a_second(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    now = [100.0]
    away = redis.Redis.from_url("unix:///nowhere/none")
    found = RateLimits(settings, away, lambda: None, clock=lambda: now[0])
    for _ in range(5):
        assert found.take("192.0.2.1", None) is None
    now[0] += PAUSE_S
    found.take("192.0.2.1", None)
    told = [record for record in caplog.records if record.__dict__.get("action") == "rate_limits.away"]
    assert len(told) == 2


@pytest.mark.parametrize(
    ("proxies", "forwarded", "one_client"),
    [
        (0, ["203.0.113.1", "203.0.113.2"], True),  # whatever a client writes there
        (1, ["203.0.113.1", "203.0.113.2"], False),
        (1, ["6.6.6.6, 203.0.113.1", "7.7.7.7, 203.0.113.1"], True),
        (2, ["203.0.113.1, 10.0.0.1", "203.0.113.2, 10.0.0.1"], False),
    ],
)
def test_the_address_is_what_a_trusted_proxy_saw(
    make_app: Make, proxies: int, forwarded: list[str], one_client: bool
) -> None:
    client = make_app(trusted_proxies=proxies, rate_address=1).test_client()
    statuses = [
        client.get("/v1/profile", headers={"X-Forwarded-For": seen}).status_code for seen in forwarded
    ]
    assert statuses == [401, 429 if one_client else 401]
