"""Ten times the load: what does not fit is refused for a while, and what was accepted is done."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from operations.client import AnswerError, Client
from operations.demo_login import demo_login
from operations.running import running_platform
from tests.faults.plans import ask, assert_one_plan_each

MAY_WAIT = 5
REQUESTS = 60


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("REVEILLE_MOST_WAITING", str(MAY_WAIT))
    with running_platform(tmp_path / "data", "--batch-workers", "0") as platform:
        yield platform.client.login(*demo_login(platform.client, platform.data))


@pytest.mark.long
def test_a_flood_is_refused_beyond_the_quota_and_what_was_accepted_is_done(client: Client) -> None:
    def send(seed: int) -> str:
        try:
            return ask(client, seed, jobs=1)[0]
        except AnswerError as error:
            return str(error.problem["type"])

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(REQUESTS)))
    accepted = [answer for answer in answers if answer.startswith("/v1/jobs/")]
    assert set(answers) - set(accepted) == {"/problems/quota-reached"}
    assert len(accepted) >= MAY_WAIT
    assert_one_plan_each(client, accepted)
