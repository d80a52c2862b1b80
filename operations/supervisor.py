"""Runs the lines of the Procfile with honcho's processes: starts again what ends, stops all in order.

How many of each line there are may change while they run; one too many drains, and is never killed for it.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import psutil
from honcho.printer import Message
from honcho.process import Process

from operations.control import Control, Line
from operations.errors import UpError
from operations.stack.orphans import lives

STOP_ORDER = (("autoscale",), ("web", "scheduler"), ("worker", "worker-batch"), ("relay",))
"""No new requests first, then no new pick-ups, and the relay last: a waiting request still gets its plan."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
SOUND_S = 60.0  # a process that lived this long starts again with the first pause
LOOK_S = 0.2
TAIL_LINES = 12
STUCK_S = 150.0  # a process that drains for longer is told of

logger = logging.getLogger("reveille.up")


@dataclass(kw_only=True)
class Kept:
    """One process of the Procfile: how it is started, and how it fares."""

    name: str  # worker.2
    kind: str  # worker
    command: str
    environ: Mapping[str, str]
    tail: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))
    pid: int | None = None
    running: bool = False
    started: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    due: float | None = None  # when it is to be started again
    leaving: float | None = None  # since when it drains, and is not started again
    told: bool = False  # that it drains for long

    @property
    def number(self) -> int:
        return int(self.name.rpartition(".")[2])

    def start(self, events: queue.SimpleQueue[Any], folder: Path) -> None:
        """Start it in a session of its own; a thread brings its lines and its end to `events`."""
        self.running, self.due, self.started = True, None, time.monotonic()
        # `exec`: the shell would die of the SIGTERM that its command takes as the order to finish.
        process = Process(f"exec {self.command}", name=self.name, env=dict(self.environ), cwd=str(folder))
        threading.Thread(target=process.run, args=(events,), name=self.name, daemon=True).start()

    def ended(self, now: float) -> None:
        """Note the end, and when it is to be started again."""
        self.running, self.pid = False, None
        if now - self.started >= SOUND_S:
            self.pause_s = FIRST_PAUSE_S
        self.due = now + self.pause_s
        self.pause_s = min(2 * self.pause_s, LONGEST_PAUSE_S)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything it has started."""
        if self.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def headless(self) -> bool:
        """Whether its first process is gone while others still hold its output, so that no end is told."""
        if self.pid is None:
            return False
        return not (psutil.pid_exists(self.pid) and lives(psutil.Process(self.pid)))


class Order(Enum):
    """What others tell the supervisor, among its events."""

    READY = "the platform answers: from now on, what ends is started again"
    STOP = "it is time to stop; a second one: at once"


class Supervisor:
    """All processes of one platform. `events` also takes an `Order`, or an `UpError` to be raised."""

    def __init__(
        self,
        processes: Iterable[Kept],
        folder: Path,
        control: Control | None = None,
        make: Callable[[str, int], Kept] | None = None,
    ) -> None:
        """Keep these. `control` says how many of a line are wanted; `make` makes one by line and number."""
        self.processes = {process.name: process for process in processes}
        self.folder = folder
        self._control = control
        self._make = make
        self._kinds = {process.kind for process in self.processes.values()}
        self._drained: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.ready = False
        self._next_look = 0.0

    def start(self) -> None:
        for process in self.processes.values():
            process.start(self.events, self.folder)

    def run_until(self, *wanted: Any) -> Any:
        """Tend the processes until one of the `wanted` events comes; return it.

        Raises
        ------
        UpError
            When a process ends before READY has come, or when one is among the events.
        """
        while True:
            self._tend()
            event = self._next_event(stopping=False)
            if isinstance(event, UpError):
                raise event
            self.ready = self.ready or event is Order.READY
            if event in wanted:
                return event

    def scale(self, kind: str, number: int) -> None:
        """Have so many processes of a line: start more, or let those with the highest numbers drain."""
        if self._make is None:
            raise ValueError("this supervisor was not told how processes are made")
        self._kinds.add(kind)
        staying = [p for p in self.processes.values() if p.kind == kind and p.leaving is None]
        for process in sorted(staying, key=lambda p: p.number, reverse=True)[: max(0, len(staying) - number)]:
            self._let_go(process)
        for _ in range(number - len(staying)):
            self._add(kind, self._make)

    def _add(self, kind: str, make: Callable[[str, int], Kept]) -> None:
        taken = {p.number for p in self.processes.values() if p.kind == kind}
        process = make(kind, next(n for n in range(1, len(taken) + 2) if n not in taken))
        self.processes[process.name] = process
        process.start(self.events, self.folder)

    def _let_go(self, process: Kept) -> None:
        process.leaving, process.due = time.monotonic(), None
        if process.running:
            logger.info("is to drain", extra={"source": process.name})
            process.send(signal.SIGTERM)
        else:
            del self.processes[process.name]

    def stop(self, grace_s: float) -> None:
        """Stop every process in the order of STOP_ORDER; kill what takes longer than `grace_s`.

        A second STOP meanwhile kills what is left.
        """
        for process in self.processes.values():
            process.due = None
        for kinds in (*STOP_ORDER, {process.kind for process in self.processes.values()}):
            self._stop_stage([p for p in self.processes.values() if p.kind in kinds and p.running], grace_s)

    def _stop_stage(self, stage: list[Kept], grace_s: float) -> None:
        for process in stage:
            process.send(signal.SIGTERM)
        give_up = time.monotonic() + grace_s
        while any(process.running for process in stage):
            if self._next_event(stopping=True) is Order.STOP or time.monotonic() > give_up:
                for process in stage:
                    process.send(signal.SIGKILL)

    def _tend(self) -> None:
        """Start what is due, and now and then end what has lost its head."""
        now = time.monotonic()
        for process in list(self.processes.values()):
            if process.due is not None and now >= process.due:
                process.start(self.events, self.folder)
            elif now >= self._next_look and process.headless():
                process.send(signal.SIGKILL)
        if now >= self._next_look:
            self._next_look = now + LOOK_S
            self._tend_numbers(now)

    def _tend_numbers(self, now: float) -> None:
        """Have as many as are wanted by now, say which there are, and tell of those that drain for long."""
        if self._control is None:
            return
        if self.ready:
            for kind, number in self._control.news().items():
                self.scale(kind, number)
        self._control.tell({kind: self._line(kind) for kind in sorted(self._kinds)})
        for process in self.processes.values():
            if process.leaving is not None and now - process.leaving > STUCK_S and not process.told:
                process.told = True
                logger.warning("%s has been draining for %.0f s", process.name, now - process.leaving)

    def _line(self, kind: str) -> Line:
        ours = [p for p in self.processes.values() if p.kind == kind]
        staying = [p for p in ours if p.leaving is None]
        return Line(
            wanted=len(staying),
            live=sum(p.running for p in staying),
            draining_since=tuple(p.leaving for p in ours if p.leaving is not None),
            drained=self._drained[kind],
            lost=self._lost[kind],
        )

    def _next_event(self, *, stopping: bool) -> Any:
        """Take one event, and note it if it is of a process; None when there is none for a while."""
        try:
            event = self.events.get(timeout=LOOK_S)
        except queue.Empty:
            return None
        if isinstance(event, Message) and event.name in self.processes:  # a line may come after the end
            self._note(self.processes[event.name], event, stopping=stopping)
        return event

    def _note(self, process: Kept, event: Message, *, stopping: bool) -> None:
        if event.type == "start":
            process.pid = event.data["pid"]
            logger.info("started as process %d", process.pid, extra={"source": process.name})
            if stopping or process.leaving is not None:  # it was just being started when the order came
                process.send(signal.SIGTERM)
        elif event.type == "line":
            line = event.data.decode(errors="replace").rstrip()
            process.tail.append(line)
            logger.info("%s", line, extra={"source": process.name})
        else:
            self._note_end(process, event.data["returncode"], stopping=stopping)

    def _note_end(self, process: Kept, code: int, *, stopping: bool) -> None:
        process.ended(time.monotonic())
        if process.leaving is not None:
            self._note_drained(process, code)
            return
        told = f"{process.name} {_how(code)}"
        if stopping:
            process.due = None
            logger.info("%s", told, extra={"source": process.name})
        elif not self.ready:
            raise UpError(f"{told} before the platform was ready.{_last_words(process)}")
        else:
            logger.warning("%s; it is started again.", told, extra={"source": process.name})

    def _note_drained(self, process: Kept, code: int) -> None:
        process.due = None
        del self.processes[process.name]
        # One that had not come so far as to hear signals had nothing in hand.
        well = code in (0, -signal.SIGTERM)
        (self._drained if well else self._lost)[process.kind] += 1
        level = logging.INFO if well else logging.WARNING
        logger.log(level, "%s drained and %s", process.name, _how(code), extra={"source": process.name})


def _how(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _last_words(process: Kept) -> str:
    lines = "".join(f"\n  {line}" for line in process.tail)
    return f" Its last lines:{lines}" if lines else ""
