"""Cached plans and profiles: never of somebody else, never older than the page says, on every level."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import redis
from flask import Flask

from models.access.account import Role
from models.cache.keys import plan_key, profile_key
from models.cache.shared import PREFIX
from models.cluster import Cluster
from models.settings import Settings
from tests.waiting import until
from tests.web.people import BODY, NUTRITION, Person, join
from tests.web.work import finish
from web.app import ROUTES
from web.caches import CachedPlan, CachedProfile
from web.services import NAME


@pytest.fixture
def cache_url(settings: Settings) -> str:
    address = f"{settings.redis_url.partition('?')[0]}?db=3"
    with redis.Redis.from_url(address) as client:
        client.flushdb()
    return address


@pytest.fixture
def here(make_app: Callable[..., Flask], cache_url: str) -> Flask:
    return make_app(cache_url=cache_url)


@pytest.fixture
def there(make_app: Callable[..., Flask], cache_url: str) -> Flask:
    """Another process of the same platform, which remembers for so long that only messages help."""
    return make_app(cache_url=cache_url, cache_memory_s=300)


@pytest.fixture
def anna(here: Flask) -> Person:
    return join(here, "anna@example.mil")


def elsewhere(person: Person, app: Flask) -> Person:
    return Person(app, person.email, person.tokens)


def hearing(app: Flask) -> None:
    until(lambda: app.extensions[NAME].caches.hears)


def reads(app: Flask, cache: str, outcome: str) -> float:
    metrics = app.extensions[NAME].metrics
    return metrics.registry.get_sample_value(
        "reveille_cache_reads_total", {"cache": cache, "outcome": outcome}
    ) or 0.0  # fmt: skip


@pytest.fixture
def worker(settings: Settings, cache_url: str) -> Iterator[Cluster]:
    """The database as a worker of the platform has it."""
    ours = Cluster(replace(settings, cache_url=cache_url), name="test")
    yield ours
    ours.close()


def planned(person: Person, cluster: Cluster, request: dict[str, object] = NUTRITION) -> str:
    return str(finish(cluster, person.post("/v1/plans", request).json["id"]))


@pytest.fixture
def plan_id(anna: Person, worker: Cluster) -> str:
    return planned(anna, worker)


def test_a_plan_is_read_once_for_all_processes(anna: Person, there: Flask, plan_id: str) -> None:
    anna.get("/v1/profile")
    hearing(anna.app)
    first = anna.get(f"/v1/plans/{plan_id}")
    second = anna.get(f"/v1/plans/{plan_id}")
    third = elsewhere(anna, there).get(f"/v1/plans/{plan_id}")
    assert first.data == second.data == third.data
    assert first.headers["ETag"] == second.headers["ETag"] == third.headers["ETag"]
    assert json.loads(first.data)["id"] == plan_id
    assert (reads(anna.app, "plan", "made"), reads(anna.app, "plan", "memory")) == (1, 1)
    assert (reads(there, "plan", "made"), reads(there, "plan", "shared")) == (0, 1)


def test_a_cached_plan_is_compressed_and_tagged_as_any_other(anna: Person, plan_id: str) -> None:
    path = f"/v1/plans/{plan_id}"
    plain, packed = anna.get(path), anna.get(path, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    for tag in (plain.headers["ETag"], packed.headers["ETag"]):
        again = anna.get(path, If_None_Match=tag, Accept_Encoding="gzip")
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert plain.headers["Cache-Control"] == packed.headers["Cache-Control"] == "private, no-cache"


def test_nobody_reads_anothers_plan_out_of_the_cache(
    anna: Person, here: Flask, there: Flask, plan_id: str
) -> None:
    assert anna.get(f"/v1/plans/{plan_id}").status_code == 200
    ben = join(here, "ben@example.mil")
    for app in (here, there):
        assert elsewhere(ben, app).get(f"/v1/plans/{plan_id}").status_code == 404


@pytest.mark.parametrize("whose", ["member", "tenant", "plan"])
def test_a_value_that_stands_in_the_wrong_place_is_not_told(
    anna: Person, here: Flask, plan_id: str, whose: str
) -> None:
    ids = {"member": anna.member_id, "tenant": uuid4(), "plan": UUID(plan_id)}
    ids["tenant"] = here.extensions[NAME].known.get(anna.tokens["access_token"]).tenant_id
    told = {**ids, whose: uuid4()}
    wrong = CachedPlan(
        id=told["plan"], member_id=told["member"], tenant_id=told["tenant"], tag="0" * 40, packed=b""
    )
    key = plan_key(ids["tenant"], ids["member"], ids["plan"])
    here.extensions[NAME].caches.plans.memory.keep(key, wrong, 2e9)
    assert anna.get(f"/v1/plans/{plan_id}").status_code == 404


def test_a_profile_of_somebody_else_in_the_wrong_place_is_not_told(anna: Person, here: Flask) -> None:
    anna.get("/v1/profile")
    tenant_id = here.extensions[NAME].known.get(anna.tokens["access_token"]).tenant_id
    wrong = CachedProfile(member_id=uuid4(), tenant_id=tenant_id, version=1, body="{}")
    here.extensions[NAME].caches.profiles.memory.keep(profile_key(tenant_id, anna.member_id), wrong, 2e9)
    assert anna.get("/v1/profile").status_code == 401


def test_a_plan_that_was_replaced_says_so_everywhere(
    anna: Person, there: Flask, worker: Cluster, plan_id: str
) -> None:
    path, other = f"/v1/plans/{plan_id}", elsewhere(anna, there)
    anna.get("/v1/profile")
    other.get("/v1/profile")
    hearing(anna.app)
    hearing(there)
    tag = other.get(path).headers["ETag"]
    assert (anna.get(path).json["state"], other.get(path).json["state"]) == ("current", "current")
    planned(anna, worker, {**NUTRITION, "seed": 8})
    for person in (anna, other):
        until(lambda person=person: person.get(path).json["state"] == "superseded")
        assert person.get(path, If_None_Match=tag).status_code == 200


def test_a_profile_is_new_at_once_here_and_soon_elsewhere(anna: Person, there: Flask) -> None:
    other = elsewhere(anna, there)
    assert other.get("/v1/profile").json["weight_kg"] is None
    hearing(there)
    anna.put("/v1/profile", BODY)
    assert anna.get("/v1/profile").json["weight_kg"] == BODY["weight_kg"]
    until(lambda: other.get("/v1/profile").json["weight_kg"] == BODY["weight_kg"])


def test_what_is_rolled_back_forgets_nothing(anna: Person) -> None:
    anna.get("/v1/profile")
    before = reads(anna.app, "profile", "made")
    assert anna.put("/v1/profile", BODY, If_Match='"99"').status_code == 412
    anna.get("/v1/profile")
    assert reads(anna.app, "profile", "made") == before


def test_an_erased_member_is_in_no_cache(anna: Person, plan_id: str, cache_url: str) -> None:
    anna.get(f"/v1/plans/{plan_id}")
    anna.get("/v1/profile")
    with redis.Redis.from_url(cache_url) as client:
        assert len(client.keys(f"{PREFIX}*{anna.member_id.hex}*")) == 2
        assert anna.post("/v1/privacy/erasure", {"email": anna.email}).status_code in (200, 204)
        assert client.keys(f"{PREFIX}*{anna.member_id.hex}*") == []
    assert anna.get(f"/v1/plans/{plan_id}").status_code in (401, 404)
    assert anna.get("/v1/profile").status_code == 401


def test_a_dead_redis_makes_it_slower_and_nothing_else(
    make_app: Callable[..., Flask], worker: Cluster
) -> None:
    app = make_app(cache_url="redis://127.0.0.1:1/0")
    anna = join(app, "anna@example.mil")
    plan_id = planned(anna, worker)
    assert {anna.get(f"/v1/plans/{plan_id}").status_code for _ in range(5)} == {200}
    anna.put("/v1/profile", BODY)
    assert anna.get("/v1/profile").json["weight_kg"] == BODY["weight_kg"]
    anna.put("/v1/profile", {**BODY, "weight_kg": 70})
    assert anna.get("/v1/profile").json["weight_kg"] == 70


def test_without_an_address_values_are_in_memory_only(anna: Person, make_app: Callable[..., Flask]) -> None:
    alone = elsewhere(anna, make_app())
    alone.get("/v1/profile")
    hearing(alone.app)  # which begins with forgetting everything
    assert [alone.get("/v1/profile").status_code for _ in range(2)] == [200, 200]
    assert reads(alone.app, "profile", "memory") >= 1
    assert reads(alone.app, "profile", "shared") == 0


def test_no_cache_on_the_way_keeps_what_is_somebodys(house: Flask, guest: Person) -> None:
    """Every route with a login, as it answers when something is wrong and when nothing is."""
    for route in ROUTES:
        if isinstance(route.auth, Role):
            path = route.path
            for argument in ("<uuid:job_id>", "<uuid:plan_id>"):
                path = path.replace(argument, str(uuid4()))
            answer = guest.send(route.method, path, json={})
            said = answer.headers["Cache-Control"]
            assert "no-store" in said or said.startswith("private"), route.name
            assert "Surrogate-Key" not in answer.headers, route.name


@pytest.mark.parametrize("path", ["/docs", "/v1/openapi.json", "/problems/not-found"])
def test_what_is_the_same_for_everybody_may_be_kept_and_purged(house: Flask, path: str) -> None:
    headers = house.test_client().get(path).headers
    assert headers["Cache-Control"].startswith("public, max-age=300, stale-while-revalidate=")
    assert headers["Surrogate-Key"] == "interface"
    assert "RateLimit" not in headers  # of whoever asked first


def test_the_keys_of_tokens_are_purged_by_their_own_key(house: Flask) -> None:
    assert house.test_client().get("/.well-known/jwks.json").headers["Surrogate-Key"] == "keys"
