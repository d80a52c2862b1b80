"""What is found in outcomes and samples, and what is held against objectives."""

from __future__ import annotations

import pytest

from operations.autoscale.scenarios import steady
from operations.control import Line
from operations.load.report import Expectation, Report, quantile, report
from operations.load.send import Outcome
from operations.load.watch import Sample
from tests.operations.autoscale.policies import policy

POLICY = policy(floor=1, ceiling=4, objective_s=2.0)


def outcome(at: float, **known: object) -> Outcome:
    told = {"accepted": True, "state": "succeeded", "took_s": 1.0, "queue_wait_s": 0.5, "service_s": 0.5}
    return Outcome(at=at, **{**told, **known})


REFUSED = outcome(1.0, accepted=False, state="", took_s=None)
FAILED = outcome(1.0, state="failed", took_s=None)


def samples(*wanted: int, drained: int = 0, lost: int = 0) -> list[Sample]:
    lines = [
        Line(wanted=n, live=n, drained=drained * (k > 0), lost=lost * (k > 0)) for k, n in enumerate(wanted)
    ]
    return [Sample(at=float(k), queued=1.0, oldest_age_s=0.5, line=line) for k, line in enumerate(lines)]


def summed(outcomes: list[Outcome], seen: list[Sample], **how: object) -> Report:
    expected = Expectation(**{"rate": steady(2.0), "seconds": 10.0, "steps": 1, **how})
    return report("test", outcomes, seen, expected, POLICY)


def met(found: Report) -> dict[str, bool]:
    return {check.name.partition(",")[0]: check.met for check in found.checks}


def test_a_good_test_passes() -> None:
    found = summed([outcome(float(n)) for n in range(20)], samples(1, 3, 3, 1, drained=2))
    assert found.passed
    assert (found.sent, found.accepted, found.plans, found.refused) == (20, 20, 20, 0)
    assert (found.workers_least, found.workers_most, found.reversals, found.drained) == (1, 3, 1, 2)
    assert found.worker_s == 7.0
    assert found.oracle_worker_s > 0


@pytest.mark.parametrize(
    ("outcomes", "seen", "missed"),
    [
        ([outcome(0.0, queue_wait_s=2.1)], samples(1, 1), "p95 of the wait in the queue"),
        (
            [outcome(0.0), outcome(1.0, accepted=False, state="", took_s=None)],
            samples(1, 1),
            "requests refused",
        ),
        (
            [outcome(0.0), outcome(1.0, state="failed", took_s=None)],
            samples(1, 1),
            "accepted and not completed",
        ),
        ([outcome(0.0)], samples(1, 2, 2), "workers at the end"),
        ([outcome(0.0)], samples(1, 2, 1, 2, 1), "reversals"),
        ([outcome(0.0)], samples(1, 2, 1, lost=1), "drained otherwise than with exit 0"),
    ],
)
def test_each_objective_is_held(outcomes: list[Outcome], seen: list[Sample], missed: str) -> None:
    found = summed(outcomes, seen)
    assert not found.passed
    assert [name for name, good in met(found).items() if not good] == [missed]


def test_a_step_is_to_be_answered_within_three_ticks() -> None:
    """2 a second of 0.5 s each need one worker more than none; 6 a second need three."""
    outcomes = [outcome(float(n)) for n in range(5)]
    in_time = [*samples(*[1] * 18, 3, 1)]
    late = [*samples(*[1] * 19, 3, 1)]
    how = {"rate": steady(6.0), "step_at": 1.0}
    assert summed(outcomes, in_time, **how).passed
    assert not summed(outcomes, late, **how).passed


def test_without_workers_in_sight_only_the_answers_are_held() -> None:
    seen = [Sample(at=0.0, queued=None, oldest_age_s=None, line=None)]
    found = summed([outcome(0.0)], seen)
    assert found.passed
    assert len(found.checks) == 3
    assert found.oracle_worker_s is None


def test_quantiles_of_little() -> None:
    assert (quantile([], 95), quantile([3.0], 95)) == (0.0, 3.0)
    assert quantile(sorted(map(float, range(101))), 95) == 95.0
