"""`reveille foods check`: is every figure possible, every tag believable, and is there enough for everybody?

A clean check is no proof that a tag is right: the tags are set by hand (planners/data/SOURCES.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from operations.foods_coverage import coverage
from operations.foods_figures import energy, portions, prices, ranges, roles, units
from operations.foods_findings import Finding
from operations.foods_tags import tags_by_pattern, tags_by_tags, tags_by_words
from planners.nutrition.catalog import Catalog

CHECKS: tuple[Callable[[Catalog], Iterator[Finding]], ...] = (
    ranges,
    units,
    energy,
    portions,
    prices,
    roles,
    tags_by_pattern,
    tags_by_words,
    tags_by_tags,
    coverage,
)


def check_catalog(catalog: Catalog) -> list[Finding]:
    """Everything that is wrong with a catalogue, by food code; an empty list is a sound one."""
    findings = [finding for check in CHECKS for finding in check(catalog)]
    return sorted(findings, key=lambda finding: (finding.code, finding.text))
