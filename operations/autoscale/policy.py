"""The policy of a pool with its contract: meaning, unit, default, what too low and too high do.

A policy file is TOML with a table for each pool, and beside them the settings of the whole; what it does not
say has its default. `docs/scaling.md` is this as a table, held equal by a test.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from models.errors import SettingsError
from models.settings import setting
from operations.autoscale.signals import Pool
from planners.reading import range_text


@dataclass(frozen=True, kw_only=True)
class PoolPolicy:
    """How one pool is scaled; `validate` enforces every sentence in it."""

    floor: int = setting(
        1, "Processes that are always there.", unit="processes", least=0, most=10_000,
        low="the first job of a quiet hour waits for a start", high="idle processes cost money",
    )  # fmt: skip
    ceiling: int = setting(
        0, "Processes at most; 0: as many as this machine has cores.", unit="processes", least=0, most=10_000,
        low="a peak waits", high="a flood of requests costs money without an end",
    )  # fmt: skip
    objective_s: float = setting(
        10.0, "How long a job may wait for a worker; 0: nobody waits.", unit="s", least=0, most=86_400,
        low="many idle workers", high="members wait",
    )  # fmt: skip
    late_share: float = setting(
        0.05, "Share of the jobs that may wait longer than that.", least=0.0001, most=0.5,
        low="many idle workers", high="members wait",
    )  # fmt: skip
    drain_s: float = setting(
        30.0, "Time in which a backlog is to be worked off.", unit="s", least=1, most=86_400,
        low="short bursts start many workers", high="members wait for a backlog",
    )  # fmt: skip
    utilisation: float = setting(
        0.9, "Share of a worker's time that is counted on.", least=0.1, most=1,
        low="many idle workers", high="queues grow with each burst",
    )  # fmt: skip
    service_s: float = setting(
        0.5, "Seconds a worker is busy with a job, until some were done.", unit="s", least=0.001, most=3600,
        low="too few workers at first", high="too many at first",
    )  # fmt: skip
    requests_per_process: float = setting(
        150.0, "Requests a second that one web process serves well; for the pool `web`.", unit="requests/s",
        least=0.1, most=100_000, low="many idle processes", high="requests wait for each other",
    )  # fmt: skip
    tolerance: float = setting(
        0.1, "Part by which the need may exceed the number of workers before it is raised.", least=0, most=1,
        low="a change at every breath of the load", high="a slow rise is answered late",
    )  # fmt: skip
    up_s: float = setting(
        0.0, "How long a need must last before workers are added.", unit="s", least=0, most=3600,
        low="short bursts start workers", high="members wait longer at each rise",
    )  # fmt: skip
    up_most: int = setting(
        4, "Workers that may be added at one look, where tripling them is less.", unit="processes", least=1,
        most=1000, low="a peak is answered late", high="one wrong reading starts many",
    )  # fmt: skip
    down_s: float = setting(
        300.0, "Workers go only when for this long none would have needed them.", unit="s", least=1,
        most=86_400, low="workers come and go", high="idle workers after each peak",
    )  # fmt: skip
    down_share: float = setting(
        0.25, "Share of the workers that may go within `down_window_s`, at least one.", least=0.01, most=1,
        low="idle workers after each peak", high="a wrong reading takes many",
    )  # fmt: skip
    down_window_s: float = setting(
        60.0, "The time that `down_share` counts for.", unit="s", least=1, most=3600,
        low="workers go fast", high="idle workers after each peak",
    )  # fmt: skip
    cooldown_s: float = setting(
        60.0, "No worker goes so soon after one was added; at least `rate_s`.", unit="s", least=0, most=3600,
        low="workers come and go", high="idle workers after each burst",
    )  # fmt: skip
    horizon_s: float = setting(
        600.0, "How far ahead the forecast looks; 0: no forecast is used.", unit="s", least=0, most=86_400,
        low="workers start when the peak is there", high="workers idle before it",
    )  # fmt: skip
    quantile: float = setting(
        0.9, "Quantile of the forecast that is prepared for.", least=0.5, most=0.999,
        low="half of all peaks exceed it", high="many idle workers",
    )  # fmt: skip
    rate_s: float = setting(
        60.0, "Time over which the rate of arrivals is told, where no jump is seen.", unit="s", least=1,
        most=3600, low="chance looks like a change", high="a slow rise is seen late",
    )  # fmt: skip
    deployment: str = setting("", "Name of the Kubernetes deployment; empty: the line of the Procfile.")


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How often it is looked, when a reading is too old, and the policy of each pool."""

    tick_s: float = setting(
        5.0, "From one look to the next.", unit="s", least=0.2, most=300,
        low="looking costs processor time", high="a peak is answered late",
    )  # fmt: skip
    stale_s: float = setting(
        20.0, "A reading older than that is none: nothing shrinks by it.", unit="s", least=0.5, most=3600,
        low="a slow moment counts as an outage", high="decisions by what is no longer so",
    )  # fmt: skip
    stuck_s: float = setting(
        150.0, "A worker that drains for longer is told of; it is never killed.", unit="s", least=1,
        most=86_400, low="long jobs are reported", high="a stuck worker is noticed late",
    )  # fmt: skip
    start_s: float = setting(
        5.0, "Seconds from the order to a worker that works.", unit="s", least=0, most=600,
        low="simulations are too good", high="simulations are too bad",
    )  # fmt: skip
    pools: Mapping[Pool, PoolPolicy] = field(
        default_factory=lambda: {
            Pool.INTERACTIVE: PoolPolicy(),
            Pool.BATCH: PoolPolicy(
                objective_s=0.0, drain_s=3600.0, service_s=10.0, horizon_s=0.0, cooldown_s=120.0
            ),
            Pool.WEB: PoolPolicy(objective_s=0.0, horizon_s=0.0),
        }
    )


Checked = TypeVar("Checked", Policy, PoolPolicy)


def read_policy(path: str) -> Policy:
    """The policy of the TOML file at `path`; the defaults where it is empty.

    Raises
    ------
    SettingsError
        When the file cannot be read, names what there is not, or says what is out of its contract.
    """
    if not path:
        return Policy()
    try:
        told = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"the policy {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the policy {path} is no TOML: {error}") from error
    return policy_of(told, path)


def with_ceilings(path: str, cores: int) -> Policy:
    """The policy of the file at `path`, with ceilings of 0 as many as there are cores, or as the floor."""
    told = read_policy(path)
    pools = {
        pool: dataclasses.replace(own, ceiling=own.ceiling or max(cores, own.floor))
        for pool, own in told.pools.items()
    }
    return dataclasses.replace(told, pools=pools)


def policy_of(told: Mapping[str, Any], source: str = "policy") -> Policy:
    """The policy that a document says.

    Raises
    ------
    SettingsError
        Naming every key that there is not and every value out of its contract.
    """
    faults: list[str] = []
    whole = {name: value for name, value in told.items() if name not in set(Pool)}
    defaults = Policy()
    pools = {pool: _checked(defaults.pools[pool], told.get(pool, {}), f"{pool}.", faults) for pool in Pool}
    for pool, policy in pools.items():
        if 0 < policy.ceiling < policy.floor:
            faults.append(f"{pool}.ceiling must be at least {pool}.floor, {policy.floor}, or 0")
    made = _checked(defaults, whole, "", faults)
    if made.stale_s < 2 * made.tick_s:
        faults.append("stale_s must be at least twice tick_s: else every reading is too old")
    if faults:
        raise SettingsError(f"{source}: " + "; ".join(faults))
    return dataclasses.replace(made, pools=pools)


def _checked(default: Checked, told: Any, prefix: str, faults: list[str]) -> Checked:
    if not isinstance(told, Mapping):
        faults.append(f"{prefix.rstrip('.')} must be a table")
        return default
    declared = {f.name: f for f in fields(default) if f.metadata}
    hints = get_type_hints(type(default))
    values: dict[str, Any] = {}
    for name, value in told.items():
        if name not in declared:
            faults.append(f"there is no {prefix}{name}: there are {', '.join(sorted(declared))}")
        elif fault := _fault(declared[name], hints[name], value):
            faults.append(f"{prefix}{name} {fault}")
        else:
            values[name] = hints[name](value)
    return dataclasses.replace(default, **values)


def _fault(declared: dataclasses.Field[Any], kind: type, value: Any) -> str:
    wanted = {int: (int,), float: (int, float), str: (str,)}[kind]
    if isinstance(value, bool) or not isinstance(value, wanted):
        return f"must be a {'text' if kind is str else 'number'}, not {value!r}"
    least, most = declared.metadata["least"], declared.metadata["most"]
    if least is not None and not least <= value <= most:
        return f"must be {range_text(least, most)} {declared.metadata['unit']}".rstrip() + f", not {value:g}"
    return ""
