"""Policies for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from operations.autoscale.policy import Policy
from operations.autoscale.signals import Pool


def policy(pool: Pool = Pool.INTERACTIVE, start_s: float = 5.0, **own: Any) -> Policy:
    """The defaults, with up to 300 workers and what is named."""
    made = Policy(start_s=start_s)
    changed = replace(made.pools[pool], **{"ceiling": 300, **own})
    return replace(made, pools={**made.pools, pool: changed})
