"""A relay and workers of a test's own, each started again when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from models.jobs.queues import QueueName
from models.settings import Settings
from tests.faults.processes import Kept, kept

Working = Callable[..., AbstractContextManager[Kept]]
"""Starts a relay and an odd worker for a queue, with some settings changed; the worker."""


@pytest.fixture(autouse=True, scope="module")
def asked_often() -> Iterator[None]:
    """Platforms under faults are asked as fast as they answer: no rate refuses that."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RATE_ADDRESS", "RATE_ACCOUNT", "RATE_TENANT"):
            patch.setenv(f"REVEILLE_{name}", "100000000")
        yield


@pytest.fixture
def working(settings: Settings, tmp_path: Path) -> Working:
    @contextmanager
    def start(queue: QueueName = QueueName.INTERACTIVE, **changes: float) -> Iterator[Kept]:
        changed = replace(settings, **{"lease_s": 1.0, "resend_s": 1.0, **changes})
        environ = {**changed.environment(), "ODD_FOLDER": str(tmp_path)}
        with (
            kept("workers.relay", environ=environ),
            kept("tests.faults.odd_worker", queue, environ=environ) as worker,
        ):
            yield worker

    return start
