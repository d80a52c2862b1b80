"""What processes count, as Prometheus text: of this process, or of all that share a folder.

Where PROMETHEUS_MULTIPROC_DIR names a folder, every process of the machine keeps its numbers in files there,
and whichever is asked tells the sum of all, so that web processes behind one port tell one story. What a
process counted stays when it has ended; what holds only while it lives goes with it. Elsewhere each process
tells its own numbers at a port of its own (`metrics_port`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, Gauge, Metric, generate_latest, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from models.settings import Settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name; read when it is imported
LIVE = re.compile(r"gauge_live\w*_(\d+)\.db")


class Exposition(Collector):
    """The numbers of `own`, or of every process of the machine, and then those of `more`."""

    def __init__(self, own: CollectorRegistry, *more: Collector) -> None:
        self._own = own
        self._more = more

    def collect(self) -> Iterator[Metric]:
        folder = os.environ.get(FOLDER)
        yield from _shared(folder) if folder else self._own.collect()
        for each in self._more:
            yield from each.collect()

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)


def _shared(folder: str) -> Iterable[Metric]:
    for path in Path(folder).glob("gauge_live*.db"):
        found = LIVE.fullmatch(path.name)
        if found and not psutil.pid_exists(int(found[1])):
            mark_process_dead(int(found[1]), folder)  # type: ignore[no-untyped-call]
    shared = CollectorRegistry()
    MultiProcessCollector(shared, folder)  # type: ignore[no-untyped-call]
    return shared.collect()


class OwnProcess:
    """What a process uses, by its name without number: for those who have no agent on the machine."""

    def __init__(self, registry: CollectorRegistry, name: str) -> None:
        self._process = psutil.Process()
        self._memory = Gauge(
            "reveille_process_resident_bytes", "Memory of the living processes of a kind.", ["process"],
            registry=registry, multiprocess_mode="livesum",
        ).labels(name)  # fmt: skip
        self._cpu = Gauge(
            "reveille_process_cpu_seconds", "Processor time of the living processes of a kind.", ["process"],
            registry=registry, multiprocess_mode="livesum",
        ).labels(name)  # fmt: skip

    def measure(self) -> None:
        """Read both anew; some 30 microseconds."""
        self._memory.set(self._process.memory_info().rss)
        spent = self._process.cpu_times()
        self._cpu.set(spent.user + spent.system)


def serve(settings: Settings, registry: CollectorRegistry) -> None:
    """Tell `registry` at the port of the settings, in a thread; nothing where there is none."""
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.metrics_host, registry=registry)
