from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from workers.fair import FairShares


def run(backlogs, rounds, room, weights=None):
    """Serve `backlogs` (tenant -> number of jobs) and return the tenants in the order served."""
    left = {tenant: [(tenant, n) for n in range(count)] for tenant, count in backlogs.items()}
    shares, served = FairShares(), []
    for _ in range(rounds):
        chosen = shares.choose({t: jobs[:room] for t, jobs in left.items()}, room, weights or {})
        for tenant, n in chosen:
            assert left[tenant].pop(0) == (tenant, n)  # each tenant's own order is kept
        served += [tenant for tenant, _ in chosen]
    return served


def test_equal_tenants_take_turns_even_when_one_is_sent_at_a_time():
    served = run({"a": 10, "b": 10, "c": 10}, rounds=9, room=1)
    assert served == ["a", "b", "c"] * 3


def test_weights_set_the_shares():
    served = Counter(run({"a": 300, "b": 300}, rounds=40, room=5, weights={"a": 3.0}))
    assert served["a"] == 150
    assert served["b"] == 50


def test_newcomer_is_next_and_gets_no_credit_for_its_absence():
    shares = FairShares()
    crowd = [("a", n) for n in range(1_000)]
    for n in range(100):
        shares.choose({"a": crowd[n : n + 1]}, 1, {})
    newcomer = [("b", n) for n in range(10)]
    chosen = shares.choose({"a": crowd[100:110], "b": newcomer}, 6, {})
    assert [tenant for tenant, _ in chosen] in (["a", "b"] * 3, ["b", "a"] * 3)


def alternating(weights, looks):
    """What is served, one job a look, when "a" always waits and "b" waits at every other look only."""
    shares, served = FairShares(), Counter()
    for n in range(looks):
        waiting = {"a": ["a"], "b": ["b"]} if n % 2 else {"a": ["a"]}
        served.update(shares.choose(waiting, 1, weights))
    return served


def test_tenant_that_comes_and_goes_gets_no_more_than_its_share():
    served = alternating({"b": 0.125}, looks=900)
    assert 0.11 <= served["b"] / served["a"] <= 0.125


def test_tenant_that_comes_and_goes_is_not_starved():
    served = alternating({"b": 4.0}, looks=900)
    assert served["b"] == 450  # every time that it comes


def test_share_that_is_used_up_is_forgotten_once_nobody_waits():
    shares = FairShares()
    waiting = {"a": ["a"], "b": ["b"]}
    assert [shares.choose(waiting, 1, {"a": 0.001}) for _ in range(3)] == [["a"], ["b"], ["b"]]
    assert shares.choose({}, 1, {}) == []
    assert shares.choose(waiting, 1, {"a": 0.001}) == ["a"]


@settings(derandomize=True, deadline=None)
@given(
    st.dictionaries(st.integers(0, 9), st.integers(1, 9), min_size=1),
    st.dictionaries(st.integers(0, 9), st.sampled_from([0.1, 1.0, 3.0])),
    st.integers(1, 7),
)
def test_the_first_tenants_are_all_that_a_choice_needs(backlogs, weights, room):
    whole, narrow = FairShares(), FairShares()
    left = {tenant: [(tenant, n) for n in range(count)] for tenant, count in backlogs.items()}
    while any(left.values()):
        waiting = {tenant: jobs for tenant, jobs in left.items() if jobs}
        first = {tenant: waiting[tenant] for tenant in narrow.first(waiting, room)}
        chosen = whole.choose(waiting, room, weights)
        assert narrow.choose(first, room, weights) == chosen
        for tenant, n in chosen:
            left[tenant].remove((tenant, n))


@settings(derandomize=True, deadline=None)
@given(st.dictionaries(st.integers(0, 6), st.integers(1, 30), min_size=1), st.integers(1, 7))
def test_while_all_wait_no_tenant_is_two_jobs_ahead_of_another(backlogs, room):
    served = run(backlogs, rounds=sum(backlogs.values()), room=room)
    assert Counter(served) == Counter(backlogs)
    counts = Counter()
    for tenant in served[: min(backlogs.values())]:
        counts[tenant] += 1
        assert max(counts.values()) - min(counts.get(t, 0) for t in backlogs) <= 1
