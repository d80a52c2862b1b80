"""Numbers of processes that change while they run."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from operations.control import Control, Line
from operations.supervisor import Kept
from tests.operations.test_supervisor import LOGS_ITS_END, STUBBORN, WAITING, Watched


class Scaled(Watched):
    """A supervisor that serves events until a condition holds."""

    def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._tend()
            self._next_event(stopping=False)

    def add_heard(self, name: str) -> None:
        self.heard.setdefault(name, [])


@pytest.fixture
def scaled(tmp_path: Path) -> Iterator[Callable[[str], tuple[Scaled, Control]]]:
    started: list[Scaled] = []

    def start(command: str) -> tuple[Scaled, Control]:
        control = Control(tmp_path)
        control.open()

        def make(kind: str, number: int) -> Kept:
            name = f"{kind}.{number}"
            if started:
                started[-1].add_heard(name)
            return Kept(name=name, kind=kind, command=command, environ={**os.environ, "KIND": name})

        supervisor = Scaled([make("worker", 1)], tmp_path)
        supervisor._control, supervisor._make = control, make
        started.append(supervisor)
        supervisor.start()
        supervisor.hear("worker.1")
        supervisor.ready = True
        return supervisor, control

    yield start
    for supervisor in started:
        supervisor.stop(grace_s=0.0)


def line(control: Control) -> Line:
    return control.lines().get("worker", Line(wanted=-1, live=-1))


def test_more_are_started_and_the_last_ones_drain(scaled) -> None:
    supervisor, control = scaled(LOGS_ITS_END)
    control.want("worker", 3)
    supervisor.until(lambda: line(control).live == 3)
    supervisor.until(lambda: all(supervisor.heard.get(f"worker.{n}") for n in (1, 2, 3)))
    control.want("worker", 1)
    supervisor.until(lambda: line(control).drained == 2)
    assert line(control) == Line(wanted=1, live=1, drained=2)
    assert sorted((supervisor.folder / "ended").read_text().split()) == ["worker.2", "worker.3"]
    assert list(supervisor.processes) == ["worker.1"]


def test_one_that_never_drains_is_told_of_and_lives(scaled, monkeypatch, caplog) -> None:
    supervisor, control = scaled(STUBBORN)
    monkeypatch.setattr("operations.supervisor.STUCK_S", 0.1)
    monkeypatch.setattr("operations.supervisor.logger.propagate", True)
    control.want("worker", 0)
    supervisor.until(lambda: "worker.1 has been draining" in caplog.text)
    assert len(line(control).draining_since) == 1
    assert line(control).longest_drain_s() > 0.1
    assert os.kill(supervisor.processes["worker.1"].pid, 0) is None
    control.want("worker", 1)  # a new one comes beside it
    supervisor.until(lambda: line(control).live == 1)
    assert set(supervisor.processes) == {"worker.1", "worker.2"}


def test_one_that_dies_while_it_drains_is_counted_as_lost(scaled) -> None:
    supervisor, control = scaled(STUBBORN)
    control.want("worker", 0)
    supervisor.until(lambda: len(line(control).draining_since) == 1)
    supervisor.processes["worker.1"].send(signal.SIGKILL)
    supervisor.until(lambda: line(control).lost == 1)
    assert line(control) == Line(wanted=0, live=0, lost=1)


def test_one_that_dies_otherwise_is_started_again_and_counts_as_wanted(scaled) -> None:
    supervisor, control = scaled(WAITING)
    supervisor.processes["worker.1"].send(signal.SIGKILL)
    supervisor.hear("worker.1", times=2)
    supervisor.until(lambda: line(control).live == 1)
    assert line(control) == Line(wanted=1, live=1)


def test_what_was_wanted_of_an_earlier_run_is_forgotten(tmp_path: Path) -> None:
    control = Control(tmp_path)
    control.open()
    control.want("worker", 5)
    assert control.news() == {"worker": 5}
    assert control.news() == {}
    control.open()
    assert (control.news(), control.wanted(), control.lines()) == ({}, {}, {})


def test_orders_of_several_at_once_are_whole(tmp_path: Path) -> None:
    control = Control(tmp_path)
    control.open()
    threads = [threading.Thread(target=control.want, args=(f"line{n}", n)) for n in range(8)]
    for thread in threads:
        thread.start()
        control.wanted()  # never half a file
    for thread in threads:
        thread.join()
    assert control.wanted() == {f"line{n}": n for n in range(8)}
