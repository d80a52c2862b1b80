"""The score charts: read completely, in order, with one answer for every result."""

from importlib.resources import files
from itertools import pairwise
from zlib import crc32

import pytest

from planners.errors import CatalogueError
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests import RULES, table_for
from planners.workout.tests.charts import DERIVED, OUT_OF_ORDER, Ages, Row, chart, step_table
from planners.workout.tests.registry import ages_of

DIGESTS = [  # chart, cells, checksum of all of them
    ("aft", 6_694, 1_690_370_060),
    ("navy_prt", 792, 4_155_900_286),
    ("usaf_pfra", 3_311, 3_231_533_779),
    ("uscg_pft", 12, 1_056_569_331),
    ("usmc_cft", 4_655, 1_681_011_877),
    ("usmc_pft", 4_694, 1_975_629_221),
]
CHARTS = sorted({rules.chart for rules in RULES.values()})


def rows(*pairs: tuple[float, float]) -> list[Row]:
    return [Row(threshold=threshold, points=points) for threshold, points in pairs]


def test_the_best_row_whose_threshold_is_met_counts_and_nothing_lies_between() -> None:
    table = step_table(rows((10, 40), (20, 70), (30, 100)), lower_is_better=False)
    assert [table.points(reps) for reps in (9, 10, 19, 20, 29, 30, 999)] == [0, 40, 40, 70, 70, 100, 100]


def test_for_times_the_smaller_result_is_the_better() -> None:
    table = step_table(rows((100, 100), (110, 80), (120, 60)), lower_is_better=True)
    assert [table.points(s) for s in (99, 100, 100.1, 110, 111, 120, 121)] == [100, 100, 80, 80, 60, 60, 0]


def test_a_row_that_asks_more_for_less_never_counts() -> None:
    """As the AFT prints 71 points for a slower time than 70."""
    table = step_table(rows((1297, 72), (1300, 70), (1305, 71), (1321, 69)), lower_is_better=True)
    assert [table.points(s) for s in (1297, 1298, 1300, 1301, 1305, 1306)] == [72, 71, 71, 71, 71, 69]
    assert [row.points for row in table.rows] == [69, 71, 72]


def test_of_two_rows_with_one_threshold_the_better_counts() -> None:
    table = step_table(rows((1244, 76), (1244, 75), (1260, 74)), lower_is_better=True)
    assert [table.points(s) for s in (1244, 1245)] == [76, 74]


def test_the_inverse_gives_the_easiest_result() -> None:
    table = step_table(rows((1297, 72), (1300, 70), (1305, 71), (1321, 69)), lower_is_better=True)
    found = [table.row_for(points) for points in (69, 69.5, 70, 71, 72, 72.5)]
    assert [row and row.threshold for row in found] == [1321, 1305, 1305, 1305, 1297, None]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_every_event_and_sex_for_every_age_without_gap_or_overlap(name: str) -> None:
    lines = [line for line in chart(name) if name != "uscg_pft" or line.event == "push_ups"]
    columns: dict[tuple[str, str, float], list[Ages]] = {}
    for line in lines:
        columns.setdefault((line.event, line.sex, line.from_altitude_ft), []).append(line.ages)
    for column, groups in columns.items():
        assert groups[0].first == 17, column
        for younger, older in pairwise(groups):
            assert younger.last is not None
            assert older.first == younger.last + 1, column
        assert groups[-1].last is None, column
    events = {line.event for line in lines}
    assert {(event, str(sex)) for event in events for sex in Sex} == {(e, s) for e, s, _ in columns}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_falls_from_the_best_to_the_worst_but_where_it_is_marked(name: str) -> None:
    for line in chart(name):
        printed = [row for row in line.rows if row.mark != OUT_OF_ORDER]
        points = [row.points for row in printed]
        assert points == sorted(points, reverse=True), line
        worth = [row.threshold for row in printed]
        assert worth in (sorted(worth), sorted(worth, reverse=True)), line


def test_only_the_rows_known_to_be_odd_are_marked() -> None:
    odd = {
        (name, line.event, line.sex, str(line.ages))
        for name in CHARTS
        for line in chart(name)
        if any(row.mark == OUT_OF_ORDER for row in line.rows)
    }
    assert odd == {
        ("aft", "2MR", "female", "47-51"),
        ("aft", "2MR", "female", "52-56"),
        ("aft", "2MR", "female", "57-61"),
        ("aft", "2MR", "female", "62+"),
        ("usmc_cft", "MANUF", "female", "31-35"),
    }


def test_the_derived_rows_are_counted_where_their_source_is_told() -> None:
    derived = sum(row.mark == DERIVED for name in CHARTS for line in chart(name) for row in line.rows)
    sources = (files("planners") / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert f'The {derived} rows marked "~" in test_usmc_cft.csv' in sources


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_has_its_source(name: str) -> None:
    sources = (files("planners") / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert f"| test_{name}.csv |" in sources


def test_a_damaged_chart_is_a_fault_of_the_installation() -> None:
    with pytest.raises(CatalogueError, match="test_none.csv is damaged"):
        chart("none")


@pytest.mark.parametrize(("name", "cells", "digest"), DIGESTS)
def test_no_cell_changes_unseen(name: str, cells: int, digest: int) -> None:
    """After a change on purpose: hold it against the published chart, then write the checksum anew."""
    rows_of = [
        (line.event, line.sex, str(line.ages), line.from_altitude_ft, line.rows) for line in chart(name)
    ]
    assert sum(len(rows) for *_, rows in rows_of) == cells
    assert crc32(repr(rows_of).encode()) == digest


def test_derived_rows_are_the_sea_level_chart_eight_seconds_later() -> None:
    for line in chart("usmc_cft"):
        for row in line.rows:
            if row.mark == DERIVED:
                assert (line.event, line.from_altitude_ft) == ("MANUF", 4_500)
                sea = table_for(
                    FitnessTest.USMC_CFT, "MANUF", Sex(line.sex), line.ages.first, Standard.GENERAL, 0
                )
                assert sea is not None
                assert sea.points(row.threshold - 8) == row.points


@pytest.mark.parametrize(("test", "ages"), [(test, "17+") for test in FitnessTest])
def test_every_test_is_for_ages_from_seventeen(test: FitnessTest, ages: str) -> None:
    assert str(ages_of(test)) == ages
