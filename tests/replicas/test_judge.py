"""A replica is dropped at once and taken back slowly."""

import math

from models.replicas.judge import GOOD_LOOKS, Judge

MOST_S = 4.0
GOOD, MIDDLING, BAD = 2.0, 4.0, 4.1


def verdicts(*looks: float | None) -> list[bool]:
    judge = Judge(most_s=MOST_S)
    return [judge.hear(lag_s) for lag_s in looks]


def test_the_first_good_look_takes_it_into_use():
    assert verdicts(GOOD) == [True]


def test_a_middling_look_takes_none_into_use_and_drops_none():
    assert verdicts(MIDDLING, GOOD, MIDDLING) == [False, False, False]
    assert verdicts(GOOD, MIDDLING, MIDDLING) == [True, True, True]


def test_one_bad_look_drops_it_and_several_good_ones_in_a_row_take_it_back():
    for bad in (BAD, math.inf, None):
        again = [GOOD] * (GOOD_LOOKS - 1)
        assert verdicts(GOOD, bad, *again, GOOD) == [True, False, *(False for _ in again), True]
        assert verdicts(GOOD, bad, *again, MIDDLING, GOOD)[-1] is False
