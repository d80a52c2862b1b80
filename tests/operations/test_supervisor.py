"""Processes kept running, and stopped in order."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from operations.errors import UpError
from operations.stack.orphans import wait
from operations.supervisor import Kept, Order, Supervisor

PATIENCE_S = 30.0


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


WAITING = python("import signal; print('waiting', flush=True); signal.pause()")
LOGS_ITS_END = python(
    "import os, signal\n"
    "def end(*_):\n"
    "    open('ended', 'a').write(os.environ['KIND'] + ' '); raise SystemExit(0)\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "print('waiting', flush=True)\n"
    "while True: signal.pause()"
)
STUBBORN = python(
    "import signal; signal.signal(15, signal.SIG_IGN); print('waiting', flush=True); signal.pause()"
)


class Watched(Supervisor):
    """A supervisor that counts the processes it has heard a line of."""

    def __init__(self, processes: list[Kept], folder: Path) -> None:
        super().__init__(processes, folder)
        self.heard: dict[str, list[int]] = {process.name: [] for process in processes}

    def hear(self, *names: str, times: int = 1) -> None:
        """Serve events until that many processes of each name have said a line."""
        while any(len(self.heard[name]) < times for name in names):
            self.run_until("heard")

    def _note(self, process, event, *, stopping):
        super()._note(process, event, stopping=stopping)
        if event.type == "line":
            self.heard[process.name].append(process.pid)
            self.events.put("heard")


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[..., Watched]]:
    started: list[Supervisor] = []

    def start(**commands: str) -> Watched:
        kept = [
            Kept(name=f"{kind}.1", kind=kind, command=command, environ={**os.environ, "KIND": kind})
            for kind, command in commands.items()
        ]
        supervisor = Watched(kept, tmp_path)
        started.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in started:
        supervisor.stop(grace_s=0.0)


def test_a_process_that_dies_is_started_again(supervised):
    supervisor = supervised(worker=WAITING)
    supervisor.hear("worker.1")
    supervisor.ready = True
    supervisor.processes["worker.1"].send(signal.SIGKILL)
    supervisor.hear("worker.1", times=2)
    assert len(set(supervisor.heard["worker.1"])) == 2


def test_a_process_whose_children_outlive_it_is_started_again(supervised):
    forks = python(
        "import os, signal; os.fork() or signal.pause(); print('waiting', flush=True); signal.pause()"
    )
    supervisor = supervised(web=forks)
    supervisor.hear("web.1")
    supervisor.ready = True
    first = supervisor.heard["web.1"][0]
    child = psutil.Process(first).children()[0]
    os.kill(first, signal.SIGKILL)
    supervisor.hear("web.1", times=2)
    assert wait([child], timeout_s=PATIENCE_S) == []


def test_a_process_that_ends_before_the_platform_is_ready_is_named_with_its_last_lines(supervised):
    supervisor = supervised(relay=python("print('no such table'); raise SystemExit(3)"))
    with pytest.raises(UpError) as caught:
        supervisor.run_until(Order.READY)
    assert str(caught.value) == (
        "relay.1 ended with exit code 3 before the platform was ready. Its last lines:\n  no such table"
    )


def test_a_process_that_a_signal_ends_is_named_with_the_signal(supervised):
    supervisor = supervised(relay="kill -9 $$")
    with pytest.raises(UpError, match=r"^relay.1 was ended by SIGKILL before the platform was ready\.$"):
        supervisor.run_until(Order.READY)


def test_stopping_goes_from_the_door_to_the_relay(supervised, tmp_path):
    supervisor = supervised(relay=LOGS_ITS_END, worker=LOGS_ITS_END, web=LOGS_ITS_END)
    supervisor.hear("relay.1", "worker.1", "web.1")
    supervisor.stop(grace_s=PATIENCE_S)
    assert (tmp_path / "ended").read_text().split() == ["web", "worker", "relay"]


def test_a_process_that_ignores_the_order_is_killed_after_its_grace(supervised):
    supervisor = supervised(worker=STUBBORN)
    supervisor.hear("worker.1")
    pid = supervisor.heard["worker.1"][0]
    supervisor.stop(grace_s=0.0)
    assert not psutil.pid_exists(pid)


def test_a_second_order_to_stop_kills_at_once(supervised):
    supervisor = supervised(worker=STUBBORN)
    supervisor.hear("worker.1")
    pid = supervisor.heard["worker.1"][0]
    supervisor.events.put(Order.STOP)
    supervisor.stop(grace_s=3600.0)
    assert not psutil.pid_exists(pid)


def test_the_pause_before_a_start_doubles_up_to_half_a_minute():
    process = Kept(name="worker.1", kind="worker", command="true", environ={})
    due = []
    for _ in range(8):
        process.ended(now=59.0)
        due.append(process.due - 59.0)
    assert due == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


@pytest.mark.parametrize(("lived_s", "pause_s"), [(59.0, 30.0), (60.0, 0.5)])
def test_a_process_that_lived_a_minute_starts_again_soon(lived_s, pause_s):
    process = Kept(name="worker.1", kind="worker", command="true", environ={}, pause_s=30.0)
    process.ended(now=lived_s)
    assert process.due == lived_s + pause_s


def test_an_error_among_the_events_is_raised(supervised):
    supervisor = supervised(web=WAITING)
    threading.Thread(target=supervisor.events.put, args=(UpError("the guardian is gone"),)).start()
    with pytest.raises(UpError, match="the guardian is gone"):
        supervisor.run_until(Order.STOP)
