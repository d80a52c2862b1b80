"""One measured figure, and what it is held against."""

from __future__ import annotations

from typing import Any


def record(
    name: str,
    metric: str,
    value: float,
    unit: str,
    *,
    runs: int,
    peer: str | None = None,
    peer_value: float | None = None,
    ratio: float | None = None,
    target: float | None = None,
    at_most: bool = False,
) -> dict[str, Any]:
    """A line of the results: `value` is the median of `runs` runs, `peer_value` what the peer did beside it.

    `target` is for the ratio where there is one, else for the value; `at_most` says that lower is better.
    """
    measured = value if ratio is None else ratio
    met = None if target is None else bool(measured <= target if at_most else measured >= target)
    return {
        "name": name, "metric": metric, "value": value, "unit": unit, "peer": peer,
        "peer_value": peer_value, "ratio": ratio, "target": target, "met": met, "runs": runs,
    }  # fmt: skip
