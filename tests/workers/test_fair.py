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


@settings(derandomize=True, deadline=None)
@given(st.dictionaries(st.integers(0, 6), st.integers(1, 30), min_size=1), st.integers(1, 7))
def test_while_all_wait_no_tenant_is_two_jobs_ahead_of_another(backlogs, room):
    served = run(backlogs, rounds=sum(backlogs.values()), room=room)
    assert Counter(served) == Counter(backlogs)
    counts = Counter()
    for tenant in served[: min(backlogs.values())]:
        counts[tenant] += 1
        assert max(counts.values()) - min(counts.get(t, 0) for t in backlogs) <= 1
