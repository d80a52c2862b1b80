"""Scores, pass and class of every test, one unit either side of what decides."""

from collections.abc import Mapping

import pytest

from planners.errors import InvalidRequest
from planners.spec import FitnessTest, Sex, Standard
from planners.workout.tests import ScoreCard, events_of, score, value_for_points
from planners.workout.tests.rules import Unit

AFT, PFT, CFT, PRT = FitnessTest.AFT, FitnessTest.USMC_PFT, FitnessTest.USMC_CFT, FitnessTest.NAVY_PRT
PFRA, HPA, USCG = FitnessTest.USAF_PFRA, FitnessTest.USSF_HPA, FitnessTest.USCG_PFT
M, F = Sex.MALE, Sex.FEMALE
GENERAL, COMBAT = Standard.GENERAL, Standard.COMBAT


def card(
    test: FitnessTest,
    sex: Sex,
    age_years: int,
    events: Mapping[str, float],
    standard: Standard = GENERAL,
    altitude_ft: float = 0,
) -> ScoreCard:
    return score(test, sex, age_years, standard, altitude_ft, events)


def points(
    test: FitnessTest, sex: Sex, age_years: int, event: str, result: float, **more: float
) -> float | None:
    return card(test, sex, age_years, {event: result}, **more).events[event].points  # type: ignore[arg-type]


def faults(*args: object, **more: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRequest) as refused:
        card(*args, **more)  # type: ignore[arg-type]
    return [(error.pointer, error.detail) for error in refused.value.errors]


CHART = [  # test, sex, age, event, the result on the threshold, its points, one unit worse, its points
    (AFT, M, 17, "MDL", 340, 100, 339, 98),
    (AFT, M, 21, "MDL", 150, 60, 149, 50),
    (AFT, F, 21, "MDL", 120, 60, 119, 50),
    (AFT, M, 22, "HRP", 61, 100, 60, 99),
    (AFT, F, 26, "HRP", 11, 60, 10, 50),
    (AFT, M, 17, "SDC", 89, 100, 90, 99),
    (AFT, M, 20, "PLK", 90, 60, 89, 58),
    (AFT, F, 27, "PLK", 210, 100, 209, 99),
    (AFT, M, 21, "2MR", 1197, 60, 1198, 59),
    (AFT, M, 21, "2MR", 802, 100, 803, 99),
    (AFT, F, 17, "2MR", 960, 100, 961, 99),
    (PFT, M, 20, "pull_ups", 20, 100, 19, 96),
    (PFT, M, 17, "pull_ups", 4, 40, 3, 0),
    (PFT, F, 17, "pull_ups", 1, 60, 0, 0),
    (PFT, M, 25, "push_ups", 87, 70, 86, 69),
    (PFT, F, 25, "plank", 225, 100, 224, 99),
    (PFT, M, 60, "plank", 70, 40, 69, 0),
    (PFT, M, 20, "run_3mi", 1080, 100, 1081, 99),
    (PFT, M, 20, "run_3mi", 1660, 40, 1661, 0),
    (PFT, F, 51, "row_5k", 1740, 40, 1741, 0),
    (CFT, M, 20, "MTC", 160, 100, 161, 99),
    (CFT, F, 26, "AL", 75, 100, 74, 99),
    (CFT, M, 26, "MANUF", 125, 100, 126, 99),
    (PRT, M, 19, "push_ups", 42, 45, 41, 0),
    (PRT, M, 20, "push_ups", 87, 100, 86, 95),
    (PRT, F, 65, "plank", 50, 45, 49, 0),
    (PRT, M, 19, "run_1_5mi", 765, 45, 766, 0),
    (PFRA, M, 24, "run_2mi", 805, 50, 806, 49.5),
    (PFRA, M, 24, "run_2mi", 1185, 35, 1186, 0),
    (PFRA, F, 60, "hamr", 11, 35, 10, 0),
    (PFRA, F, 30, "waist_to_height", 0.49, 20, 0.5, 19),
    (PFRA, F, 30, "waist_to_height", 0.59, 2.5, 0.6, 0),
    (PFRA, M, 24, "push_ups", 67, 15, 66, 14.5),
    (PFRA, M, 24, "plank", 95, 2.5, 94, 0),
    (HPA, F, 55, "sit_ups", 7, 2.5, 6, 0),
]


@pytest.mark.parametrize(("test", "sex", "age", "event", "on", "gives", "past", "less"), CHART)
def test_a_threshold_of_the_chart_and_one_unit_past_it(
    test: FitnessTest, sex: Sex, age: int, event: str, on: float, gives: float, past: float, less: float
) -> None:
    assert points(test, sex, age, event, on) == gives
    assert points(test, sex, age, event, past) == less


@pytest.mark.parametrize(
    ("test", "age", "event", "result", "younger", "older"),
    [(AFT, 21, "2MR", 1197, 60, 55), (PFT, 25, "run_3mi", 1660, 40, 42), (PRT, 19, "run_1_5mi", 765, 45, 55)],
)
def test_the_age_group_changes_on_the_birthday(
    test: FitnessTest, age: int, event: str, result: float, younger: float, older: float
) -> None:
    assert (points(test, M, age, event, result), points(test, M, age + 1, event, result)) == (younger, older)


def aft(**results: float) -> dict[str, float]:
    """A man of 20 with 60 points in every event, but for the results given."""
    return {"MDL": 150, "HRP": 15, "SDC": 148, "PLK": 90, "2MR": 1197} | results


class TestArmy:
    def test_sixty_in_every_event_passes_with_three_hundred(self) -> None:
        passed = card(AFT, M, 20, aft())
        assert (passed.total, passed.passed, passed.klass, passed.missing) == (300, True, None, ())

    def test_one_event_below_sixty_fails_whatever_the_total(self) -> None:
        failed = card(AFT, M, 20, aft(MDL=340, HRP=58, SDC=89, PLK=220, **{"2MR": 1198}))
        assert (failed.total, failed.passed) == (459, False)
        assert failed.missing == ("2MR: 1 s faster (1197 s or less) for the minimum of 60 points",)

    def test_combat_asks_three_hundred_and_fifty_on_the_charts_for_men(self) -> None:
        fit = aft(MDL=250, HRP=30)  # 81 and 77 points on the men's chart
        woman = card(AFT, F, 20, fit, COMBAT)
        assert woman.events == card(AFT, M, 20, fit, COMBAT).events
        assert woman.total is not None
        assert woman.total < 350
        assert not woman.passed
        assert woman.missing == (f"total: {350 - woman.total:g} more points for the 350 that pass",)
        assert card(AFT, F, 20, fit).passed

    def test_slower_time_with_more_points_counts_as_printed_and_is_noted(self) -> None:
        slow = card(AFT, F, 49, {"2MR": 1305})
        assert slow.events["2MR"].points == 71
        assert slow.notes == (
            "2MR: the chart is printed out of order here; the best row that the result meets counts",
        )
        assert card(AFT, F, 49, {"2MR": 1306}).notes == ()

    def test_the_other_printed_oddities_are_read_by_the_same_rule(self) -> None:
        assert [points(AFT, F, 52, "2MR", s) for s in (1440, 1441, 1442)] == [61, 61, 59]
        assert [points(AFT, F, 57, "2MR", s) for s in (1244, 1245)] == [76, 74]
        assert [points(AFT, F, 62, "2MR", s) for s in (1244, 1245)] == [76, 74]

    @pytest.mark.parametrize(
        ("event", "sex", "limit"), [("walk_2_5mi", M, 1860), ("bike_12km", F, 1738), ("swim_1km", M, 1848)]
    )
    def test_an_alternate_is_go_or_no_go(self, event: str, sex: Sex, limit: float) -> None:
        go, no_go = card(AFT, sex, 20, {event: limit}), card(AFT, sex, 20, {event: limit + 1})
        assert (go.events[event].points, go.events[event].minimum_met) == (60, True)
        assert (no_go.events[event].points, no_go.events[event].minimum_met) == (0, False)
        assert no_go.missing[-1] == f"{event}: 1 s faster ({limit:g} s or less) for the standard"
        assert "(unverified)" in go.notes[0]

    def test_a_walk_in_place_of_the_run_passes(self) -> None:
        walk = {name: result for name, result in aft().items() if name != "2MR"} | {"walk_2_5mi": 1860}
        assert card(AFT, M, 20, walk).passed

    def test_465_with_eighty_in_each_and_no_alternate_excuses_from_the_body_fat_standard(self) -> None:
        best = {"MDL": 340, "HRP": 58, "SDC": 89, "PLK": 220, "2MR": 802}
        at = value_for_points(AFT, "2MR", M, 20, GENERAL, 0, 80)
        assert card(AFT, M, 20, best | {"2MR": at}).klass == "body_fat_exempt"
        assert card(AFT, M, 20, best | {"2MR": at + 1}).klass is None
        assert card(AFT, M, 20, best | {"MDL": 230, "HRP": 40, "2MR": at}).klass is None
        walk = {name: result for name, result in best.items() if name != "2MR"} | {"walk_2_5mi": 1500}
        assert (card(AFT, M, 20, walk).total, card(AFT, M, 20, walk).klass) == (460, None)


class TestMarines:
    def test_minima_alone_do_not_pass(self) -> None:
        failed = card(PFT, M, 20, {"pull_ups": 4, "plank": 70, "run_3mi": 1660})
        assert all(event.minimum_met for event in failed.events.values())
        assert (failed.total, failed.passed, failed.klass) == (120, False, None)
        assert failed.missing == ("total: 30 more points for the 150 that pass",)

    @pytest.mark.parametrize(
        ("plank", "total", "klass"),
        [
            (225, 235, "first_class"),
            (224, 234, "second_class"),
            (139, 201, "second_class"),
            (134, 199, "third_class"),
        ],
    )
    def test_classes_change_at_235_and_200(self, plank: float, total: float, klass: str) -> None:
        other = {"push_ups": 82, "run_3mi": value_for_points(PFT, "run_3mi", M, 20, GENERAL, 0, 65)}
        got = card(PFT, M, 20, other | {"plank": plank})
        assert (got.total, got.klass) == (total, klass)

    def test_push_ups_give_at_most_seventy(self) -> None:
        assert points(PFT, M, 20, "push_ups", 200) == 70
        assert points(PFT, F, 60, "push_ups", 200) == 70

    def test_combat_arms_ask_210_of_women_on_the_charts_for_men(self) -> None:
        events = {"pull_ups": 10, "plank": 160, "run_3mi": 1400}
        woman = card(PFT, F, 24, events, COMBAT)
        assert woman.events == card(PFT, M, 24, events).events
        assert woman.total is not None
        assert (woman.total, woman.passed) == (198, False)
        assert card(PFT, M, 24, events).passed
        assert card(PFT, F, 24, events | {"plank": 188}, COMBAT).total == 209
        assert card(PFT, F, 24, events | {"plank": 189}, COMBAT).total == 210
        assert card(PFT, F, 24, events | {"plank": 189}, COMBAT).klass == "second_class"
        assert not card(PFT, F, 24, events | {"plank": 188}, COMBAT).passed

    def test_the_charts_for_altitude_begin_at_4500_feet(self) -> None:
        below = card(CFT, M, 20, {"MTC": 231}, altitude_ft=4_499).events["MTC"]
        above = card(CFT, M, 20, {"MTC": 231}, altitude_ft=4_500).events["MTC"]
        assert (below.points, above.points) == (0, 40)
        assert points(PFT, M, 20, "run_3mi", 1170, altitude_ft=4_500) == 100
        assert points(PFT, M, 20, "row_5k", 1120, altitude_ft=4_500) == 100
        assert points(CFT, M, 20, "AL", 106, altitude_ft=9_000) == 100

    def test_the_part_of_the_altitude_chart_that_is_derived_is_noted(self) -> None:
        known = card(CFT, M, 20, {"MANUF": 170}, altitude_ft=4_500)
        derived = card(CFT, M, 20, {"MANUF": 171}, altitude_ft=4_500)
        assert (known.events["MANUF"].points, known.notes) == (70, ())
        assert derived.events["MANUF"].points == 69
        assert "derived" in derived.notes[0]

    def test_the_stray_block_of_the_altitude_chart_counts_as_printed_and_is_noted(self) -> None:
        assert points(CFT, F, 31, "MANUF", 352, altitude_ft=4_500) == 40
        assert points(CFT, F, 31, "MANUF", 353, altitude_ft=4_500) == 0
        assert "out of order" in card(CFT, F, 31, {"MANUF": 306}, altitude_ft=4_500).notes[0]

    def test_the_row_below_forty_six_is_noted(self) -> None:
        assert card(PFT, M, 45, {"row_5k": 1300}).notes == (
            "row_5k: only for ages from 46, or with a medical waiver",
        )
        assert card(PFT, M, 46, {"row_5k": 1300}).notes == ()


class TestNavy:
    @pytest.mark.parametrize(
        ("plank", "total", "klass", "level"),
        [(204, 100, "outstanding", "high"), (203, 98 + 1 / 3, "outstanding", "medium")],
    )
    def test_the_total_is_the_mean_of_three(self, plank: float, total: float, klass: str, level: str) -> None:
        got = card(PRT, M, 19, {"push_ups": 92, "plank": plank, "run_1_5mi": 495})
        assert got.total == pytest.approx(total)
        assert (got.klass, got.level) == (klass, level)

    def test_forty_five_in_each_is_probationary_and_passes(self) -> None:
        got = card(PRT, M, 19, {"push_ups": 42, "plank": 71, "run_1_5mi": 765})
        assert (got.total, got.passed, got.klass, got.level) == (45, True, "probationary", None)

    def test_one_event_below_forty_five_fails(self) -> None:
        got = card(PRT, M, 19, {"push_ups": 92, "plank": 204, "run_1_5mi": 766})
        assert (got.passed, got.klass) == (False, None)
        assert got.missing == ("run_1_5mi: 1 s faster (765 s or less) for the minimum of 45 points",)

    def test_the_charts_end_below_5000_feet(self) -> None:
        assert points(PRT, M, 19, "run_1_5mi", 495, altitude_ft=4_999) == 100
        assert faults(PRT, M, 19, {"run_1_5mi": 495}, altitude_ft=5_000)[0][0] == "/altitude_ft"


class TestAirForce:
    GOOD = {"run_2mi": 1185, "waist_to_height": 0.49, "push_ups": 57, "sit_ups": 40}  # noqa: RUF012

    def test_seventy_five_passes_and_ninety_is_excellent(self) -> None:
        tops = {"run_2mi": 805, "waist_to_height": 0.49, "push_ups": 67, "sit_ups": 58}
        assert card(PFRA, M, 20, tops).total == 100
        assert card(PFRA, M, 20, tops | {"run_2mi": 1014}).klass == "excellent"
        assert card(PFRA, M, 20, tops | {"run_2mi": 1033}).klass == "satisfactory"
        low = card(PFRA, M, 20, tops | {"run_2mi": 1185, "waist_to_height": 0.58, "sit_ups": 45})
        assert low.total == 35 + 5 + 15 + 8.5
        assert (low.passed, low.missing) == (False, ("total: 11.5 more points for the 75 that pass",))

    def test_every_component_has_its_minimum(self) -> None:
        tops = {"run_2mi": 805, "waist_to_height": 0.6, "push_ups": 67, "sit_ups": 58}
        got = card(PFRA, M, 20, tops)
        assert (got.total, got.passed) == (80, False)
        assert got.missing == ("waist_to_height: 0.01 lower (0.59 or less) for the minimum of 2.5 points",)

    def test_space_force_leaves_the_waist_out_and_passes_with_sixty_of_eighty(self) -> None:
        events = {"run_2mi": 1185, "push_ups": 67, "plank": 170}
        assert (card(HPA, M, 20, events).total, card(HPA, M, 20, events).passed) == (60, True)
        assert not card(HPA, M, 20, events | {"plank": 169}).passed
        assert faults(HPA, M, 20, events | {"waist_to_height": 0.5})[0][0] == "/events/waist_to_height"

    def test_men_of_thirty_to_thirty_four_have_no_row_of_two_and_a_half(self) -> None:
        assert [points(PFRA, M, 30, "push_ups", reps) for reps in (25, 26)] == [0, 3]


class TestCoastGuard:
    def test_all_three_known_standards_met_pass(self) -> None:
        got = card(USCG, M, 29, {"push_ups": 29, "plank": 78, "run_1_5mi": 749})
        assert (got.total, got.passed, got.missing) == (None, True, ())
        assert all(event.points is None for event in got.events.values())

    @pytest.mark.parametrize(("event", "short"), [("push_ups", 28), ("plank", 77), ("run_1_5mi", 750)])
    def test_one_unit_short_fails(self, event: str, short: float) -> None:
        got = card(USCG, M, 29, {"push_ups": 29, "plank": 78, "run_1_5mi": 749} | {event: short})
        assert got.passed is False

    def test_what_is_not_known_is_said(self) -> None:
        got = card(USCG, F, 25, {"push_ups": 15, "plank": 100, "run_1_5mi": 800})
        assert got.passed is None
        assert got.events["plank"].minimum_met is None
        assert got.missing == (
            "plank: the standard for this sex and age is not known",
            "run_1_5mi: the standard for this sex and age is not known",
        )

    def test_push_ups_below_a_known_standard_fail_though_the_rest_is_unknown(self) -> None:
        assert card(USCG, F, 25, {"push_ups": 14, "plank": 100, "run_1_5mi": 800}).passed is False

    @pytest.mark.parametrize(("sex", "standards"), [(M, (29, 24, 18, 13, 10)), (F, (15, 11, 9, 9, 9))])
    def test_push_ups_go_by_decade(self, sex: Sex, standards: tuple[int, ...]) -> None:
        ages = ((17, 29), (30, 39), (40, 49), (50, 59), (60, 75))
        for decade, reps in zip(ages, standards, strict=True):
            for age in decade:
                assert card(USCG, sex, age, {"push_ups": reps}).events["push_ups"].minimum_met is True
                assert card(USCG, sex, age, {"push_ups": reps - 1}).events["push_ups"].minimum_met is False


class TestWhatIsRefused:
    @pytest.mark.parametrize("test", list(FitnessTest))
    def test_an_age_below_the_charts(self, test: FitnessTest) -> None:
        event = events_of(test)[0]
        pointer, text = faults(test, M, 16, {event.name: event.least or 1})[0]
        assert pointer == "/age_years"
        assert "at least 17, not 16" in text

    @pytest.mark.parametrize("test", [CFT, PRT, PFRA, HPA, USCG])
    def test_a_combat_standard_that_is_not_known(self, test: FitnessTest) -> None:
        event = events_of(test)[0]
        assert faults(test, M, 20, {event.name: event.least or 1}, COMBAT)[0][0] == "/standard"

    @pytest.mark.parametrize("test", list(FitnessTest))
    def test_results_beyond_the_plausible(self, test: FitnessTest) -> None:
        for event in events_of(test):
            unit = 0.01 if event.unit is Unit.RATIO else 1
            for fine, off in ((event.least, event.least - unit), (event.most, event.most + unit)):
                assert event.name in card(test, M, 20, {event.name: fine}).events
                pointer, text = faults(test, M, 20, {event.name: off})[0]
                assert pointer == f"/events/{event.name}"
                assert "is no possible result" in text

    def test_a_two_minute_two_mile(self) -> None:
        assert faults(AFT, M, 20, {"2MR": 120}) == [
            (
                "/events/2MR",
                "120 s is no possible result of the event (two-mile run); must be from 470 to 14400 s",
            )
        ]

    def test_half_a_repetition(self) -> None:
        assert faults(PFT, M, 20, {"pull_ups": 7.5}) == [
            ("/events/pull_ups", "must be a whole number, not 7.5")
        ]

    def test_an_event_of_another_test_names_the_allowed_ones(self) -> None:
        with pytest.raises(InvalidRequest) as refused:
            card(PRT, M, 20, {"MDL": 200, "a/b": 1})
        assert [error.pointer for error in refused.value.errors] == ["/events/MDL", "/events/a~1b"]
        assert refused.value.errors[0].allowed == ("push_ups", "plank", "run_1_5mi")

    @pytest.mark.parametrize(
        ("test", "events"),
        [
            (PFT, {"pull_ups": 10, "push_ups": 50}),
            (PFT, {"run_3mi": 1300, "row_5k": 1300}),
            (PFRA, {"run_2mi": 1000, "hamr": 50}),
            (HPA, {"sit_ups": 40, "plank": 100}),
            (AFT, {"2MR": 1000, "swim_1km": 1500}),
        ],
    )
    def test_two_events_of_which_one_counts(self, test: FitnessTest, events: Mapping[str, float]) -> None:
        first, second = events
        pointer, text = faults(test, M, 20, events)[0]
        assert pointer == f"/events/{second}"
        assert text == f"give one of {first}, {second}: only one of them counts"

    def test_every_fault_is_told_at_once(self) -> None:
        found = faults(PRT, M, 12, {"run_1_5mi": 30, "plank": -1}, COMBAT, altitude_ft=7_000)
        assert [pointer for pointer, _ in found] == [
            "/age_years",
            "/standard",
            "/altitude_ft",
            "/events/run_1_5mi",
            "/events/plank",
        ]


def test_a_missing_event_leaves_no_total_and_no_pass() -> None:
    got = card(PFRA, M, 20, {"run_2mi": 805, "waist_to_height": 0.45, "push_ups": 67})
    assert (got.total, got.passed) == (None, False)
    assert got.missing == ("sit_ups or cross_leg_reverse_crunch or plank: no result",)


@pytest.mark.parametrize("test", [test for test in FitnessTest if test is not USCG])
@pytest.mark.parametrize("sex", list(Sex))
def test_a_result_needed_for_points_earns_them_and_one_unit_worse_does_not(
    test: FitnessTest, sex: Sex
) -> None:
    for event in events_of(test):
        unit = 0.01 if event.unit is Unit.RATIO else 1
        for asked in (2.5, 40, 60, 100):
            try:
                needed = value_for_points(test, event.name, sex, 33, GENERAL, 0, asked)
            except ValueError:
                continue
            worse = round(needed + (unit if event.lower_is_better else -unit), 2)
            assert (points(test, sex, 33, event.name, needed) or 0) >= asked
            if worse >= event.least:
                assert (points(test, sex, 33, event.name, worse) or 0) < asked
