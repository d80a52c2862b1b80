"""Every cell of every published score table, and one unit either side of it, for all ages and both sexes."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests import score, table_for

TABLES = Path(os.environ.get("REVEILLE_REFERENCE_DATA", "")) / "tests"
GENERAL, COMBAT = Standard.GENERAL, Standard.COMBAT
SEXES = {"M": Sex.MALE, "MC": Sex.MALE, "F": Sex.FEMALE}
AGES = {"under-25": "17-24", "60-plus": "60-90", "65-plus": "65-90", "62+": "62-90", "51+": "51-90"}

Column = tuple[str, str, str]
Rows = list[tuple[float, float]]

MARINES = {
    "pullup": (FitnessTest.USMC_PFT, "pull_ups", 0),
    "pushup": (FitnessTest.USMC_PFT, "push_ups", 0),
    "run_3mi": (FitnessTest.USMC_PFT, "run_3mi", 0),
    "run_3mi_alt": (FitnessTest.USMC_PFT, "run_3mi", 4_500),
    "row_5k": (FitnessTest.USMC_PFT, "row_5k", 0),
    "row_5k_alt": (FitnessTest.USMC_PFT, "row_5k", 4_500),
    "mtc": (FitnessTest.USMC_CFT, "MTC", 0),
    "mtc_alt": (FitnessTest.USMC_CFT, "MTC", 4_500),
    "al": (FitnessTest.USMC_CFT, "AL", 0),
    "manuf": (FitnessTest.USMC_CFT, "MANUF", 0),
    "manuf_alt": (FitnessTest.USMC_CFT, "MANUF", 4_500),
}
NAVY = {"pushups": "push_ups", "plank": "plank", "run": "run_1_5mi"}
AIR_FORCE = {
    "run": "run_2mi",
    "hamr": "hamr",
    "whtr": "waist_to_height",
    "pushups": "push_ups",
    "hrPushups": "hand_release_push_ups",
    "situps": "sit_ups",
    "crunch": "cross_leg_reverse_crunch",
    "plank": "plank",
}
LOWER = {"SDC", "2MR", "run_1_5mi", "run_2mi", "waist_to_height", "run_3mi", "row_5k", "MTC", "MANUF"}

LOST = {Sex.MALE: range(171, 219), Sex.FEMALE: range(209, 257)}
"""A page of 48 rows that the copy of the Marines' MANUF chart for altitude lacks, for each sex."""


def columns(file: str, names: tuple[str, str, str], threshold: str, points: str) -> dict[Column, Rows]:
    found: dict[Column, Rows] = defaultdict(list)
    with (TABLES / file).open(encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            event, sex, ages = (line[name] for name in names)
            found[event, sex, ages].append((float(line[threshold]), float(line[points])))
    return found


def ages_in(group: str) -> range:
    first, last = AGES.get(group, group).split("-")
    return range(int(first), int(last) + 1)


def met(rows: Rows, result: float, lower_is_better: bool) -> float:
    """The rule of the charts, said a second time: the best row whose threshold is met."""
    return max((p for t, p in rows if (result <= t if lower_is_better else result >= t)), default=0.0)


def around(rows: Rows, unit: float) -> Iterator[float]:
    for threshold in {t for t, _ in rows}:
        yield from (round(threshold - unit, 2), threshold, round(threshold + unit, 2))


def check(
    test: FitnessTest,
    event: str,
    sex: Sex,
    group: str,
    rows: Rows,
    altitude_ft: float = 0,
    lost: range = range(0),
) -> int:
    """Hold the column against `score` at the ends of its age group and against the table at every age."""
    lower = event in LOWER
    results = [r for r in around(rows, 0.01 if event == "waist_to_height" else 1) if r >= 0 and r not in lost]
    expected = {result: met(rows, result, lower) for result in results}
    for age in ages_in(group):
        table = table_for(test, event, sex, age, GENERAL, altitude_ft)
        assert table is not None
        assert {result: table.points(result) for result in results} == expected, (event, sex, age)
    for age in (ages_in(group)[0], ages_in(group)[-1]):
        for result, points in expected.items():
            card = score(test, sex, age, GENERAL, altitude_ft, {event: result})
            assert card.events[event].points == points
    return len(results)


def test_army_fitness_test() -> None:
    found = columns("aft_2025_scores.csv", ("event", "column", "age_group"), "value", "points")
    assert len(found) == 5 * 2 * 10
    for (event, column, group), rows in found.items():
        assert check(FitnessTest.AFT, event, SEXES[column], group, rows)


def test_army_combat_standard_scores_both_sexes_on_the_column_mc() -> None:
    found = columns("aft_2025_scores.csv", ("event", "column", "age_group"), "value", "points")
    for (event, column, group), rows in found.items():
        if column == "MC":
            for sex in Sex:
                table = table_for(FitnessTest.AFT, event, sex, ages_in(group)[0], COMBAT, 0)
                assert table is not None
                assert all(table.points(t) == met(rows, t, event in LOWER) for t, _ in rows)


def test_army_alternate_events() -> None:
    with (TABLES / "aft_2025_alternate_events.csv").open(encoding="utf-8") as lines:
        cells = list(csv.DictReader(lines))
    assert len(cells) == 4 * 2 * 10
    for cell in cells:
        event, limit = cell["event"], int(cell["max_seconds"])
        for age in ages_in(cell["age_group"]):
            for result, go in ((limit - 1, True), (limit, True), (limit + 1, False)):
                card = score(FitnessTest.AFT, SEXES[cell["column"]], age, GENERAL, 0, {event: result})
                assert card.events[event].minimum_met is go


def test_marine_corps_tests() -> None:
    file = "usmc_mco6100_13a_ch3_scores.csv"
    found = columns(file, ("event", "sex", "age_group"), "threshold", "points")
    assert len(found) == 11 * 2 * 8
    for (name, sex, group), rows in found.items():
        test, event, altitude_ft = MARINES[name]
        lost = LOST[SEXES[sex]] if name == "manuf_alt" else range(0)
        assert check(test, event, SEXES[sex], group, rows, altitude_ft, lost)


@pytest.mark.parametrize("sex", list(Sex))
def test_the_lost_page_is_the_sea_level_chart_eight_seconds_later(sex: Sex) -> None:
    """As every other row of the chart for altitude is, but for the stray block of women of 31-35."""
    file = "usmc_mco6100_13a_ch3_scores.csv"
    found = columns(file, ("event", "sex", "age_group"), "threshold", "points")
    letter = "M" if sex is Sex.MALE else "F"
    for (name, of, group), rows in found.items():
        if name == "manuf" and of == letter:
            table = table_for(FitnessTest.USMC_CFT, "MANUF", sex, ages_in(group)[0], GENERAL, 4_500)
            assert table is not None
            printed = {(t, p) for t, p in found["manuf_alt", of, group] if t < 306 or group != "31-35"}
            assert printed <= {(t + 8, p) for t, p in rows}
            assert all(table.points(t) == met(rows, t - 8, True) for t in LOST[sex])


def test_marine_corps_plank() -> None:
    with (TABLES / "usmc_plank_ch4.csv").open(encoding="utf-8") as lines:
        rows = [(float(line["threshold_s"]), float(line["points"])) for line in csv.DictReader(lines)]
    assert len(rows) == 61
    for sex in Sex:
        check(FitnessTest.USMC_PFT, "plank", sex, "17-90", rows)
        check(FitnessTest.USMC_PFT, "plank", sex, "17-90", rows, 4_500)


def test_navy_physical_readiness_test() -> None:
    found = columns("navy_prt_2024_scores.csv", ("sex", "age_group", "event"), "threshold", "points")
    assert len(found) == 3 * 2 * 11
    for (sex, group, event), rows in found.items():
        assert check(FitnessTest.NAVY_PRT, NAVY[event], SEXES[sex], group, rows)


@pytest.mark.parametrize("test", [FitnessTest.USAF_PFRA, FitnessTest.USSF_HPA])
def test_air_force_and_space_force(test: FitnessTest) -> None:
    file = "usaf_pfra_20260301_scores.csv"
    found = columns(file, ("sex", "age_group", "component"), "threshold", "points")
    assert len(found) == 8 * 2 * 9
    for (sex, group, component), rows in found.items():
        if test is FitnessTest.USAF_PFRA or component != "whtr":
            assert check(test, AIR_FORCE[component], SEXES[sex], group, rows)
