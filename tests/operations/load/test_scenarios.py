"""The four scenarios on real processes, small, with workers that wait instead of thinking."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from operations.autoscale.policy import Policy, read_policy
from operations.load.report import Expectation
from operations.load.run import Target, own_platform, picture, run
from operations.loadtest import diurnal_of, ramp_of, spike_of, step_down_of

ROOT = Path(__file__).parents[3]
SERVICE_S = 0.3
# A minute of a policy in a second; the objective is that of a machine on which a worker takes 10 s to start.
POLICY = f"""
tick_s = 1
stale_s = 10
[interactive]
ceiling = 6
objective_s = 20
drain_s = 6
service_s = {SERVICE_S}
rate_s = 8
down_s = 5
down_window_s = 1
cooldown_s = 1
horizon_s = 0
"""


@pytest.fixture(scope="module")
def policy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("policy") / "policy.toml"
    path.write_text(POLICY)
    return path


@pytest.fixture(scope="module")
def target(policy_file: Path) -> Iterator[Target]:
    with own_platform(str(policy_file), SERVICE_S) as made:
        yield made


@pytest.fixture
def policy(policy_file: Path) -> Policy:
    return read_policy(str(policy_file))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("spike", spike_of(0.8, 8.0, 10.0)),
        ("ramp", ramp_of(0.8, 8.0, 10.0)),
        ("step-down", step_down_of(0.8, 8.0, 10.0)),
        ("diurnal", diurnal_of(0.8, 10.0, 10.0)),
    ],
)
def test_a_load_is_carried_and_taken_back(
    target: Target, policy: Policy, name: str, expected: Expectation
) -> None:
    expected = replace(expected, step_at=None)  # a few seconds are too short for the time to an order
    tested = run(target, name, expected, policy, seed=7)
    found = tested.report
    assert found.sent == found.accepted == found.plans > 10
    assert found.workers_most > 1
    assert [check for check in found.checks if not check.met] == []
    assert name in picture(tested, name, expected, policy)


def test_the_locustfile_is_python_and_asks_the_routes_that_there_are() -> None:
    tree = ast.parse((ROOT / "deploy" / "locustfile.py").read_text())
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {"/v1/auth/register", "/v1/auth/login", "/v1/plans"} <= texts
    assert [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)] == ["Member"]
