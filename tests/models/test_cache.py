"""Caches: bounded, fresh after a write, worked out once, and of no consequence when Redis is away."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
import redis

from models.cache.cache import Cache, Form, Outcome
from models.cache.forget import Forgetter
from models.cache.hearing import Hearing
from models.cache.keys import plan_key, profile_key
from models.cache.memory import Memory
from models.cache.server import Breaker, connect
from models.cache.shared import PREFIX, Shared
from models.settings import Settings
from operations.stack.servers import Servers
from tests.waiting import until

TEXT = Form[str](number=1, pack=str.encode, unpack=bytes.decode)
SECRET = b"of every web process" * 4
BOUND_S = 300.0


@pytest.fixture
def cached(servers: Servers) -> Settings:
    """Level 2 in an empty Redis."""
    address = f"{servers.redis_url.partition('?')[0]}?db=3"
    with redis.Redis.from_url(address) as client:
        client.flushdb()
    return Settings(cache_url=address)


@pytest.fixture
def client(cached: Settings) -> Iterator[redis.Redis]:
    made = connect(cached)
    assert made is not None
    yield made
    made.close()


def shared(client: redis.Redis, secret: bytes = SECRET, life_s: float = BOUND_S) -> Shared:
    return Shared(client, secret, life_s, Breaker())


def cache(client: redis.Redis | None, memory_s: float = 5.0, **more: object) -> Cache[str]:
    level_2 = None if client is None else shared(client)
    told = {"most": 100, "memory_s": memory_s, "form": TEXT, "shared": level_2, **more}
    return Cache(**told)


class Row:
    """What is cached: it knows how often it was read."""

    def __init__(self, value: str | None) -> None:
        self.value = value
        self.reads = 0

    def read(self) -> str | None:
        self.reads += 1
        return self.value


def test_memory_keeps_what_was_asked_for_last() -> None:
    memory: Memory[str, int] = Memory(2)
    for number, key in enumerate("ab"):
        memory.keep(key, number, time.time() + 9)
    memory.get("a")
    memory.keep("c", 2, time.time() + 9)
    assert (memory.get("a"), memory.get("b"), memory.get("c"), len(memory)) == (0, None, 2, 2)


def test_memory_keeps_nothing_longer_than_its_time() -> None:
    clock = [100.0]
    memory: Memory[str, int] = Memory(9, lambda: clock[0])
    memory.keep("a", 1, 105.0)
    clock[0] = 104.9
    assert memory.get("a") == 1
    clock[0] = 105.0
    assert memory.get("a") is None


def test_what_is_forgotten_while_it_is_read_is_not_kept() -> None:
    memory: Memory[str, int] = Memory(9)
    mark = memory.mark("a")
    memory.forget(["a"])
    memory.keep("a", 1, time.time() + 9, mark)
    assert memory.get("a") is None


def test_a_value_is_read_once_and_then_shared(client: redis.Redis) -> None:
    row, outcomes = Row("old"), Counter[Outcome]()
    one, other = (cache(client, told=lambda o: outcomes.update([o])) for _ in range(2))
    assert [each.find("k", row.read) for each in (one, one, other, other)] == ["old"] * 4
    assert row.reads == 1
    assert outcomes == {Outcome.MADE: 1, Outcome.SHARED: 1, Outcome.MEMORY: 2}


def test_what_is_not_there_is_remembered_for_a_moment_only(client: redis.Redis) -> None:
    row, ours = Row(None), cache(client)
    assert [ours.find("k", row.read) for _ in range(3)] == [None] * 3
    assert row.reads == 1
    assert client.keys(f"{PREFIX}*") == []  # others look for themselves
    ours.forget(["k"])
    row.value = "now it is"
    assert ours.find("k", row.read) == "now it is"


def test_fifty_threads_work_a_value_out_once(client: redis.Redis) -> None:
    begun, release = threading.Event(), threading.Event()
    row = Row("v")

    def slow() -> str | None:
        begun.set()
        release.wait(10)
        return row.read()

    caches = [cache(client) for _ in range(5)]  # five processes of ten threads
    with ThreadPoolExecutor(50) as pool:
        first = pool.submit(caches[0].find, "k", slow)
        assert begun.wait(10)
        others = [pool.submit(caches[n % 5].find, "k", slow) for n in range(1, 50)]
        release.set()
        assert {each.result(10) for each in [first, *others]} == {"v"}
    assert row.reads == 1


def test_who_asks_after_a_write_joins_nobody_who_began_before(client: redis.Redis) -> None:
    row, ours = Row("old"), cache(client)
    begun, release = threading.Event(), threading.Event()

    def slow() -> str | None:
        value = row.read()
        begun.set()
        release.wait(10)
        return value

    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(ours.find, "k", slow)
        assert begun.wait(10)
        row.value = "new"
        client.delete(PREFIX + "k")
        ours.forget(["k"])
        assert ours.find("k", row.read) == "new"
        release.set()
        assert early.result(10) == "old"
    assert ours.find("k", row.read) == "new"
    assert cache(client).find("k", row.read) == "new"  # the late one did not come into Redis either


def test_a_failure_is_told_to_all_and_kept_by_nobody(client: redis.Redis) -> None:
    ours, row = cache(client), Row("v")

    def fail() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        ours.find("k", fail)
    assert ours.find("k", row.read) == "v"


def test_a_value_stands_for_its_own_key_and_no_other(client: redis.Redis) -> None:
    mine, row = Row("of tenant 1"), Row("of tenant 2")
    cache(client).find("plan:1", mine.read)
    client.copy(PREFIX + "plan:1", PREFIX + "plan:2")
    assert cache(client).find("plan:2", row.read) == "of tenant 2"


@pytest.mark.parametrize("change", [{"secret": b"another" * 9}, {"form": 2}, {"cut": 30}, {"cut": -1}])
def test_what_cannot_be_read_is_missing_and_replaced(client: redis.Redis, change: dict[str, object]) -> None:
    cache(client).find("k", Row("old").read)
    if "cut" in change:
        stands = client.get(PREFIX + "k")
        client.set(PREFIX + "k", stands[: change["cut"]])
    form = replace(TEXT, number=change.get("form", 1))
    other = shared(client, change.get("secret", SECRET))
    row = Row("new")
    assert cache(client, shared=other, form=form).find("k", row.read) == "new"
    assert cache(client, shared=other, form=form).find("k", row.read) == "new"
    assert row.reads == 1


def test_a_value_is_refreshed_before_its_end(client: redis.Redis) -> None:
    row = Row("v")
    brief = shared(client, life_s=60.0)
    ours = cache(client, shared=brief)
    found = brief.find("k", 1)
    assert found is not None
    assert found.mine
    brief.fill("k", 1, found.begin, b"old", took_s=1e9)  # so long to work out that it is due at once
    assert ours.find("k", row.read) == "v"
    assert brief.find("k", 1).value == b"v"


def test_keys_name_tenant_and_member() -> None:
    tenant, member, plan = uuid4(), uuid4(), uuid4()
    assert tenant.hex in plan_key(tenant, member, plan)
    assert member.hex in plan_key(tenant, member, plan)
    assert len({plan_key(uuid4(), member, plan), plan_key(tenant, uuid4(), plan)}) == 2
    assert {tenant.hex, member.hex} <= set(profile_key(tenant, member).split(":"))


@pytest.fixture
def away() -> Settings:
    return Settings(cache_url="redis://127.0.0.1:1/0")


def test_without_redis_it_is_only_slower(away: Settings) -> None:
    row, outcomes = Row("v"), Counter[Outcome]()
    client = connect(away)
    ours = cache(client, memory_s=0.0, told=lambda o: outcomes.update([o]))
    began = time.monotonic()
    assert {ours.find(f"k{n}", row.read) for n in range(500)} == {"v"}
    assert time.monotonic() - began < 2.0  # one time-out and 499 that were not tried
    assert outcomes == {Outcome.MADE: 500}


def test_the_breaker_asks_again_after_a_pause_that_doubles() -> None:
    clock, asked = [0.0], []
    breaker = Breaker(lambda: clock[0])

    def question() -> None:
        asked.append(clock[0])
        raise redis.ConnectionError

    for tenth in range(100):
        clock[0] = tenth / 10
        breaker.ask(question)
    assert asked == [0.0, 1.0, 3.0, 7.0]


def test_forgetting_reaches_redis_and_every_process(cached: Settings, client: redis.Redis) -> None:
    row = Row("old")
    here, there = cache(client, memory_s=300.0), cache(client, memory_s=300.0)
    listener = connect(cached)
    hearing = Hearing(listener, there.forget, there.clear)
    forgetter = Forgetter(cached, here.forget)
    try:
        hearing.start()
        until(lambda: hearing.hears)
        assert (here.find("k", row.read), there.find("k", row.read)) == ("old", "old")
        row.value = "new"
        forgetter(["k", "another"])
        assert here.find("k", row.read) == "new"  # at once
        until(lambda: there.find("k", row.read) == "new")
    finally:
        hearing.close()
        forgetter.close()


def test_what_could_not_be_told_is_told_when_redis_is_back(cached: Settings, client: redis.Redis) -> None:
    row, ours = Row("old"), cache(client, memory_s=0.0)
    ours.find("k", row.read)
    forgetter = Forgetter(cached)
    try:
        client.execute_command("CLIENT", "PAUSE", "600", "ALL")  # longer than the forgetter waits
        row.value = "new"
        began = time.monotonic()
        forgetter(["k"])
        assert time.monotonic() - began < 0.5
        until(lambda: ours.find("k", row.read) == "new")
    finally:
        forgetter.close()


def test_a_lost_message_is_bounded_by_the_time_in_memory(client: redis.Redis) -> None:
    row = Row("old")
    deaf = cache(client, memory_s=0.3)
    deaf.find("k", row.read)
    row.value = "new"
    client.delete(PREFIX + "k")
    written = time.monotonic()
    until(lambda: deaf.find("k", row.read) == "new")
    assert time.monotonic() - written < 0.3 + 1.0


def test_a_lost_delete_is_bounded_by_the_time_in_redis(client: redis.Redis) -> None:
    row = Row("old")
    brief = shared(client, life_s=0.5)
    ours = cache(client, memory_s=60.0, shared=brief)
    ours.find("k", row.read)
    row.value = "new"
    written = time.monotonic()
    until(lambda: ours.find("k", row.read) == "new")
    assert time.monotonic() - written < 0.5 + 1.0


def test_hearing_anew_forgets_everything(cached: Settings, client: redis.Redis) -> None:
    row, ours = Row("old"), cache(None, memory_s=300.0, form=None)
    hearing = Hearing(connect(cached), ours.forget, ours.clear)
    try:
        hearing.start()
        until(lambda: hearing.hears)
        ours.find("k", row.read)
        row.value = "new"
        client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
        until(lambda: ours.find("k", row.read) == "new")
    finally:
        hearing.close()
