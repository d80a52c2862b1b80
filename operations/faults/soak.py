"""`reveille loadtest faults`: random faults under load, and at the end the ledger that must balance."""

from __future__ import annotations

import json
import random
import secrets
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from models.cluster import Cluster
from models.errors import ModelError
from models.settings import Settings
from operations.arrivals import arrivals
from operations.demo_login import demo_login
from operations.faults.ledger import BREACHES, Ledger, attempts, ledger
from operations.faults.load import Load, Told
from operations.faults.menu import FAULTS
from operations.faults.platform import Exposed, exposed_platform

SETTLE_S = 300.0  # longest that what was accepted may take to its end after the last fault
QUIET_S = 30.0  # of requests without faults at the end, so that the last fault is seen to be over
LOOK_S = 0.5
WORKERS = ("--workers", "2", "--batch-workers", "0")
SETTINGS = {"access_token_s": "86400", "event_streams": "0"}


@dataclass(frozen=True, kw_only=True)
class Soaked:
    """What a soak did and what became of it."""

    seed: int
    minutes: float
    rate: float
    faults: dict[str, int]
    tried_again: dict[str, int]  # requests that were repeated, by the reason
    given_up: int  # requests that were never answered, and so never accepted
    attempts: dict[int, int]  # jobs by the attempts they took
    settled_s: float  # from the last request to the end of the last job
    ledger: Ledger
    balances: bool


@click.command()
@click.option("--minutes", default=5.0, show_default=True, help="How long faults happen.")
@click.option("--rate", default=1.0, show_default=True, help="Requests a second.")
@click.option(
    "--gap", "gap_s", default=8.0, show_default=True, help="Seconds between two faults, in the mean."
)
@click.option("--seed", type=int, help="Same seed, same faults and arrivals; without it one is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def faults(minutes: float, rate: float, gap_s: float, seed: int | None, as_json: bool) -> None:
    """Kill, stop, wipe, fill and cut off a platform of its own under load, and draw up the ledger.

    Exit status 1 when that does not balance.
    """
    seed = secrets.randbelow(1_000_000) if seed is None else seed
    click.echo(f"seed {seed}", err=True)
    with (
        tempfile.TemporaryDirectory(prefix="reveille-faults-") as folder,
        exposed_platform(Path(folder), *WORKERS, **SETTINGS) as exposed,
    ):
        soaked = soak(exposed, Path(folder), minutes=minutes, rate=rate, gap_s=gap_s, seed=seed)
    if as_json:
        click.echo(json.dumps(asdict(soaked)))
    else:
        _print(soaked)
    raise SystemExit(0 if soaked.balances else 1)


def soak(on: Exposed, folder: Path, *, minutes: float, rate: float, gap_s: float, seed: int) -> Soaked:
    """Send requests while faults happen, wait until every job is finished, and draw up the ledger."""
    client = on.platform.client
    load = Load(client.login(*demo_login(client, folder)), run=f"soak-{seed}")
    times = arrivals(rate, 60 * minutes + QUIET_S, random.Random(f"{seed} arrivals"))  # noqa: S311
    with _happening(on, random.Random(f"{seed} faults"), 60 * minutes, gap_s) as happened:  # noqa: S311
        told = load.send(times)
    ended = time.monotonic()
    with _cluster(on) as cluster:
        _settle(cluster)
        settled_s = time.monotonic() - ended
        drawn = _ledger(cluster, load, told)
        with cluster.control() as session:
            needed = attempts(session)
    return Soaked(
        seed=seed, minutes=minutes, rate=rate, faults=dict(sorted(happened.items())),
        tried_again=dict(sorted(told.again.items())), given_up=told.given_up, attempts=needed,
        settled_s=settled_s, ledger=drawn, balances=drawn.balances,
    )  # fmt: skip


@contextmanager
def _happening(on: Exposed, rng: random.Random, seconds: float, gap_s: float) -> Iterator[Counter[str]]:
    """Let faults happen one after the other for `seconds` or until the block ends; they are counted."""
    happened: Counter[str] = Counter()
    end = threading.Event()

    def happen() -> None:
        until = time.monotonic() + seconds
        while not end.wait(rng.expovariate(1 / gap_s)) and time.monotonic() < until:
            name = rng.choice(sorted(FAULTS))
            if FAULTS[name](on, rng, end.wait) != 0:  # a process that was just dead was not reached
                happened[name] += 1

    with ThreadPoolExecutor(1, thread_name_prefix="faults") as pool:
        happening = pool.submit(happen)
        try:
            yield happened
        finally:
            end.set()
        happening.result()  # raises what went wrong there


@contextmanager
def _cluster(on: Exposed) -> Iterator[Cluster]:
    cluster = Cluster(Settings(database_url=on.servers.database_url), name="ledger")
    yield cluster
    cluster.close()


def _settle(cluster: Cluster) -> None:
    """Wait until every job is finished, or that takes too long: then the ledger says so."""
    give_up = time.monotonic() + SETTLE_S
    while time.monotonic() < give_up:
        with suppress(ModelError):  # the last fault may have been the database's
            if _unfinished(cluster) == 0:
                return
        time.sleep(LOOK_S)


def _unfinished(cluster: Cluster) -> int:
    with cluster.control() as session:
        waiting = text("SELECT count(*) FROM job WHERE state IN ('queued', 'running')")
        return int(session.execute(waiting).scalar_one())


def _ledger(cluster: Cluster, load: Load, told: Told) -> Ledger:
    accepted = [_id(path) for path in told.accepted]
    states: dict[UUID, str] = {}
    for path in told.accepted:
        job = load.get(path)
        if job is not None:
            states[_id(path)] = job["state"]
    with cluster.control() as session:
        return ledger(session, accepted, states)


def _id(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])


def _print(soaked: Soaked) -> None:
    console = Console()
    for title, counts in (
        ("Faults", soaked.faults),
        ("Requests sent again", soaked.tried_again),
        ("Jobs by attempts", soaked.attempts),
    ):
        table = Table(title, "times")
        for name, count in counts.items():
            table.add_row(str(name), str(count))
        console.print(table)
    drawn = asdict(soaked.ledger)
    table = Table("Ledger", "jobs", "")
    for name, count in drawn.items():
        table.add_row(name.replace("_", " "), str(count), "must be 0" if name in BREACHES else "")
    console.print(table)
    console.print(
        f"seed {soaked.seed}: {soaked.minutes:g} minutes at {soaked.rate:g} requests a second, "
        f"{sum(soaked.faults.values())} faults, settled in {soaked.settled_s:.1f} s; "
        f"the ledger {'balances' if soaked.balances else 'does NOT balance'}."
    )
