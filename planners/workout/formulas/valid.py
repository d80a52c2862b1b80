"""The range in which a formula holds, enforced."""

from __future__ import annotations

from planners.reading import range_text


def within(name: str, value: float, least: float, most: float) -> None:
    """Raise ValueError unless least ≤ value ≤ most; NaN never is."""
    if not least <= value <= most:
        raise ValueError(f"{name} must be {range_text(least, most)}, not {value:g}")
