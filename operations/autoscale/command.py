"""`reveille autoscale`: looks every few seconds how many workers are right, and has them come and go."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from models.alive import beat
from models.cluster import Cluster
from models.settings import Settings
from models.telemetry import configure_logging
from operations.autoscale.actuators import Actuator, Local, Watching
from operations.autoscale.endpoint import Told, serve
from operations.autoscale.expect import Expected
from operations.autoscale.kubernetes import Kubernetes, cluster_of
from operations.autoscale.policy import Policy, with_ceilings
from operations.autoscale.read import Reader
from operations.autoscale.run import Autoscaler, Look, sentence
from operations.autoscale.signals import scaled_pools
from operations.control import Control
from operations.database import data_option, platform
from operations.stack.folder import chosen_folder
from operations.table import json_option, print_json
from scheduler.lead import Lead

logger = logging.getLogger(__name__)

LOCK = 7_265_766_567  # advisory lock of the autoscaler that leads


@click.command()
@click.option("--dry-run", is_flag=True, help="Explain each decision, and change nothing.")
@click.option("--once", is_flag=True, help="Look twice, a tick apart, explain what is decided, and end.")
@json_option
@data_option
def autoscale(dry_run: bool, once: bool, as_json: bool, data: str | None) -> None:
    """Keep each pool at the number of processes that its policy asks for.

    The processes are those of `reveille up` on this machine, or the deployments of the Kubernetes cluster
    that this runs in; elsewhere it only explains. Of several one leads.
    """
    with platform(data) as (cluster, settings), _ending() as end:
        if not once:
            configure_logging("autoscale", settings.log_level)
        scaler = scaler_of(cluster, settings, data, dry_run=dry_run)
        if once:
            explain(scaler, as_json)
        else:
            run(scaler, cluster, settings, end, say=_say if dry_run else None)


def scaler_of(cluster: Cluster, settings: Settings, data: str | None, *, dry_run: bool) -> Autoscaler:
    """The autoscaler of the platform that this process belongs to."""
    policy = with_ceilings(settings.autoscale_policy, os.cpu_count() or 1)
    actuator = actuator_of(policy, data)
    reader = Reader(cluster, web_address=settings.web_address, own_machine=isinstance(actuator, Local))
    return Autoscaler(
        reader=reader, actuator=actuator, policy=policy, pools=scaled_pools(settings),
        expected=Expected(cluster, policy), dry_run=dry_run or isinstance(actuator, Watching),
    )  # fmt: skip


def actuator_of(policy: Policy, data: str | None) -> Actuator:
    """Kubernetes where this runs in it, else the platform that has this data folder, else none."""
    found = cluster_of(os.environ)
    if found is not None:
        return Kubernetes(found, policy)
    control = Control(chosen_folder(data, os.environ))
    return Local(control) if control.lines() or "REVEILLE_SUPERVISED" in os.environ else Watching()


def run(
    scaler: Autoscaler,
    cluster: Cluster,
    settings: Settings,
    end: threading.Event,
    *,
    say: Callable[[Look], None] | None = None,
) -> None:
    """Look every tick until `end` is set, as long as the lead is ours."""
    told, lead = Told(), Lead(cluster, "autoscaler", LOCK)
    server = None
    if settings.metrics_port:
        server = serve(told, settings.metrics_host, settings.metrics_port)
    next_look = time.monotonic()
    while not end.wait(max(0.0, next_look - time.monotonic())):
        beat(settings)
        leading = scaler.dry_run or lead.take()
        look = scaler.look(datetime.now(UTC)) if leading else None
        told.show(look)
        if look is not None and say is not None:
            say(look)
        next_look = max(next_look + scaler.policy.tick_s, time.monotonic())
    lead.give_up()
    if server is not None:
        server.shutdown()


def explain(scaler: Autoscaler, as_json: bool) -> None:
    """Look twice, so that there are rates, and print what the second look decides."""
    scaler.look(datetime.now(UTC))
    threading.Event().wait(min(scaler.policy.tick_s, scaler.policy.stale_s))
    look = scaler.look(datetime.now(UTC))
    if as_json:
        told = ("pool", "before", "target", "reason", "needs", "why")
        print_json({"decisions": [{name: getattr(d, name) for name in told} for d in look.decisions]})
    else:
        _say(look)


def _say(look: Look) -> None:
    for made in look.decisions:
        click.echo(sentence(made))
    for fault in look.faults:
        click.echo(fault, err=True)


@contextmanager
def _ending() -> Iterator[threading.Event]:
    end = threading.Event()
    before = {n: signal.signal(n, lambda *_: end.set()) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
