"""docs/scaling.md says what the policy's classes say, field by field, with the default of each pool."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from operations.autoscale.policy import Policy, PoolPolicy
from operations.autoscale.signals import Pool
from planners.reading import number_text

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"


def row(declared: Field[Any], defaults: str) -> str:
    says = declared.metadata
    edges = "; ".join(f"too {side}: {says[side]}" for side in ("low", "high") if says[side])
    least, most = says["least"], says["most"]
    span = "" if least is None else f"{number_text(least)} to {number_text(most)} {says['unit']}".strip()
    return f"| `{declared.name}` | {says['means']} | {defaults} | {span} | {edges} |"


def rows() -> list[str]:
    policy = Policy()
    whole = [row(f, f"`{getattr(policy, f.name)}`") for f in fields(Policy) if f.metadata]
    own = []
    for declared in fields(PoolPolicy):
        values = [getattr(policy.pools[pool], declared.name) for pool in Pool]
        same = len(set(values)) == 1
        own.append(row(declared, ", ".join(f"`{value!r}`" for value in (values[:1] if same else values))))
    return whole + own


def test_page_has_exactly_one_row_for_every_field() -> None:
    section = PAGE.read_text().partition("### The policy")[2].partition("\n### ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows()
