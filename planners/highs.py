"""HiGHS without a word: nothing of it may stand before the JSON on standard output."""

from __future__ import annotations

from typing import cast

import highspy
from highspy import _core

Solver = highspy.Highs


def silent_highs() -> Solver:
    """A solver on one thread and a fixed seed that prints nothing.

    The constructor of `highspy.Highs` prints a banner before it can be told not to; its base class, which has
    every method of the C library but not the modelling language, does not.
    """
    solver = cast(Solver, _core._Highs())
    for name, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(name, value)
    return solver
