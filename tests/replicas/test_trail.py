"""A replica's lag is the age of the newest moment whose position it has, and never said to be less."""

import math

from hypothesis import given
from hypothesis import strategies as st

from models.replicas.trail import Trail

STEPS = st.lists(st.tuples(st.floats(0.01, 5.0), st.integers(0, 50)), min_size=1, max_size=40)


def walked(steps) -> list[tuple[float, int]]:
    """Moments and positions that rise, or stay."""
    moment, position, seen = 0.0, 0, []
    for wait_s, written in steps:
        moment, position = moment + wait_s, position + written
        seen.append((moment, position))
    return seen


@given(STEPS, st.integers(0, 2_000), st.floats(0.0, 10.0))
def test_the_lag_is_the_age_of_the_newest_moment_that_the_replica_has(steps, replayed, later_s):
    seen = walked(steps)
    trail = Trail(keep_s=1_000.0)
    for moment, position in seen:
        trail.see(moment, position)
    now = seen[-1][0] + later_s
    had = [moment for moment, position in seen if position <= replayed]
    assert trail.lag_s(replayed, now) == (now - max(had) if had else math.inf)


def test_a_replica_that_rests_with_its_primary_is_not_behind():
    trail = Trail(keep_s=10.0)
    for moment in range(100):
        trail.see(float(moment), 7)
    assert trail.lag_s(7, 99.5) == 0.5


def test_a_replica_further_behind_than_is_remembered_is_infinitely_so():
    trail = Trail(keep_s=10.0)
    for moment in range(100):
        trail.see(float(moment), moment)
    assert trail.lag_s(89, 99.0) == 10.0
    assert trail.lag_s(88, 99.0) == math.inf


def test_a_new_primary_begins_anew():
    trail = Trail(keep_s=10.0)
    trail.see(1.0, 100)
    trail.see(2.0, 60)  # the replica that was promoted had not everything
    assert trail.lag_s(60, 2.0) == 0.0
    assert trail.lag_s(59, 2.0) == math.inf
