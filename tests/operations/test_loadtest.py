import json
import random
import subprocess
import sys
from pathlib import Path

import click
import pytest

from operations.arrivals import arrivals

REVEILLE = Path(sys.executable).with_name("reveille")


def test_arrivals_keep_the_rate_and_the_time_and_depend_on_the_seed_alone():
    times = arrivals(50.0, 40.0, random.Random(3))
    assert times == arrivals(50.0, 40.0, random.Random(3)) == sorted(times)
    assert 0 < times[0] < times[-1] < 40.0
    assert abs(len(times) - 2_000) < 4 * 2_000**0.5  # four standard deviations of a Poisson count


@pytest.mark.parametrize(("rate", "seconds"), [(0, 1), (1, 0), (-1, 1)])
def test_no_rate_and_no_time_are_refused(rate, seconds):
    with pytest.raises(click.BadParameter, match="above 0"):
        arrivals(rate, seconds, random.Random(1))


def test_load_on_a_platform_of_its_own_gets_every_plan():
    command = [REVEILLE, "loadtest", "steady", "--rate", "4", "--seconds", "2", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert report["sent"] == report["plans"] > 0
    assert report["refused"] == 0
    assert 0 < report["p50_s"] <= report["p95_s"] <= report["max_s"]
