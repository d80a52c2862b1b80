"""`reveille up`: the whole platform on this machine, from its servers to the scheduler, until a signal."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

import click

from models.settings import Settings
from operations import procfile
from operations.autoscale.signals import PROCESS, Pool, scaled_pools
from operations.client import Client
from operations.connections import check_connections
from operations.control import Control
from operations.demo_login import demo_login
from operations.errors import UpError
from operations.port import dialled, free_port
from operations.stack.folder import DataFolder, chosen_folder
from operations.stack.servers import Servers, start_servers
from operations.supervisor import Order, Supervisor

READY_S = 120.0
"""Longest the processes may take until `/readyz` says 200."""
DRAIN_S = 5.0
"""What a stop may take beyond the longest job, which a worker finishes first."""
LOOK_S = 0.1
LOG_BYTES, LOG_FILES = 20_000_000, 3

several = click.IntRange(0, 256)


@click.command()
@click.option(
    "--port", default=8000, envvar="PORT", show_default=True, help="Port of the API; 0: any free one."
)
@click.option(
    "--host", default="127.0.0.1", envvar="REVEILLE_HOST", show_default=True, help="Address to bind."
)
@click.option(
    "--workers", type=several, help="Worker processes for requests; without it the autoscaler decides."
)
@click.option("--batch-workers", type=several, help="And for the nightly run.")
@click.option("--data", type=click.Path(), help="Data folder; else REVEILLE_DATA, else the customary place.")
@click.option(
    "--procfile",
    "lines_of",
    type=click.Path(exists=True, dir_okay=False),
    help="Run these lines, not the Procfile's.",
)
@click.option("--demo-login", "demo", is_flag=True, help="Make a demo account, and print its login.")
@click.option("--with-parent", is_flag=True, help="Stop also when the process that started this one is gone.")
def up(
    port: int,
    host: str,
    workers: int | None,
    batch_workers: int | None,
    data: str | None,
    lines_of: str | None,
    demo: bool,
    with_parent: bool,
) -> None:
    """Run every process of the Procfile, with servers of its own where no URL is configured.

    Prints `ready http://…` when the platform answers. SIGTERM or Ctrl-C drains and stops it; a second one
    stops it at once. What the processes say is in logs/up.log of the data folder.
    """
    parent = os.getppid()
    settings = Settings.from_environment(os.environ)
    with stopping_on_signals() as signals:
        port = free_port(host, port)
        with start_servers(chosen_folder(data, os.environ), os.environ) as servers:
            log_to_file(servers.folder)
            environ = procfile.environment(servers, settings, host=host, port=port)
            lines = procfile.commands(Path(lines_of)) if lines_of else procfile.commands()
            procfile.run_release(lines.pop("release"), environ)
            control = Control(servers.folder.path)
            control.open()
            told = {Pool.INTERACTIVE: workers, Pool.BATCH: batch_workers}
            copies = {PROCESS[pool]: 1 if number is None else number for pool, number in told.items()}
            scaled = [pool for pool in scaled_pools(settings) if told.get(pool) is None]
            environ["REVEILLE_SUPERVISED"] = "1"
            environ.setdefault("REVEILLE_WEB_ADDRESS", f"http://{dialled(host)}:{port}")
            environ["REVEILLE_AUTOSCALE_POOLS"] = ",".join(scaled)
            copies["autoscale"] = min(1, len(scaled))
            check_connections(Settings.from_environment(environ), {**copies, "web": settings.web_processes})
            processes = procfile.kept(lines, copies, environ)
            make = procfile.maker(lines, environ)
            supervisor = Supervisor(processes, procfile.PROJECT, control, make)
            signals.supervisor = supervisor
            if with_parent:
                _in_thread(_watch_parent, supervisor, parent)
            client = Client(address=f"http://{dialled(host)}:{port}")
            serve(supervisor, client, servers, grace_s=settings.job_deadline_s + DRAIN_S, demo=demo)


def serve(supervisor: Supervisor, client: Client, servers: Servers, *, grace_s: float, demo: bool) -> None:
    """Start the processes, say when they are ready, and stop them in order when it is time.

    Raises
    ------
    UpError
        When they do not become ready, or the guardian of the servers is gone.
    """
    _in_thread(_announce, supervisor, client)
    _in_thread(_watch_guardian, supervisor, servers)
    try:
        supervisor.start()
        if supervisor.run_until(Order.READY, Order.STOP) is Order.READY:
            click.echo(f"ready {client.address}")
            click.echo(f"data  {servers.folder.path}")
            if demo:
                click.echo("login {} {}".format(*demo_login(client, servers.folder.path)))
            supervisor.run_until(Order.STOP)
    finally:
        supervisor.stop(grace_s=grace_s)


class Signals:
    """What SIGTERM and SIGINT do: end this command, or once there are processes, stop those first."""

    supervisor: Supervisor | None = None

    def receive(self, _number: int, _frame: FrameType | None) -> None:
        if self.supervisor is None:
            raise SystemExit(0)
        self.supervisor.events.put(Order.STOP)


@contextmanager
def stopping_on_signals() -> Iterator[Signals]:
    """Take SIGTERM and SIGINT as the order to stop, for the block."""
    signals = Signals()
    before = {number: signal.signal(number, signals.receive) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def log_to_file(folder: DataFolder) -> None:
    """Send every line of the processes to logs/up.log of the data folder, and warnings to standard error."""
    file = RotatingFileHandler(folder.logs / "up.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES)
    form = "%(asctime)s %(source)-14s | %(message)s"
    file.setFormatter(logging.Formatter(form, defaults={"source": "up"}))
    errors = logging.StreamHandler()
    errors.setLevel(logging.WARNING)
    errors.setFormatter(logging.Formatter("reveille: %(message)s"))
    logger = logging.getLogger("reveille.up")
    logger.handlers, logger.propagate = [file, errors], False
    logger.setLevel(logging.INFO)


def _in_thread(work: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()


def _announce(supervisor: Supervisor, client: Client) -> None:
    give_up = time.monotonic() + READY_S
    while time.monotonic() < give_up:
        if client.is_ready():
            supervisor.events.put(Order.READY)
            return
        time.sleep(LOOK_S)
    supervisor.events.put(
        UpError(f"/readyz is not 200 after {READY_S:.0f} s: see logs/up.log in the data folder.")
    )


def _watch_guardian(supervisor: Supervisor, servers: Servers) -> None:
    code = servers.guardian.wait()
    supervisor.events.put(UpError(f"The servers' guardian ended with {code}: start the platform again."))


def _watch_parent(supervisor: Supervisor, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    supervisor.events.put(Order.STOP)
