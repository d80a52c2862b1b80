"""What will come: from the arrivals of the past to those of the next minutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

SLICE_S = 300.0
"""Seconds of a slice of the history."""

Forecast = Callable[[Sequence[float], int, float], float | None]
"""From the arrivals of each past slice, the oldest first, how many slices ahead, and a quantile from 0 to 1,
to that quantile of the arrivals in the fullest slice ahead; None where no forecast can be relied on."""
