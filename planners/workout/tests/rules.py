"""The vocabulary of a fitness test's rules: its events, what passes, which classes there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planners.spec import FitnessTest, Standard


class Unit(StrEnum):
    """What a result is counted in."""

    SECONDS = "s"
    POUNDS = "lb"
    REPS = "reps"
    SHUTTLES = "shuttles"
    RATIO = "ratio"


class Combine(StrEnum):
    """How the events' points make the total."""

    SUM = "sum"
    MEAN = "mean"
    NONE = "none"  # pass or fail by event, no points


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event of a test.

    Attributes
    ----------
    name : as requests and answers name it.
    text : what is done.
    lower_is_better : True when the smaller result is the better.
    least, most : the plausible results; one beyond them is refused as an error of typing.
    go_no_go : the chart says only Go or No-Go.
    """

    name: str
    text: str
    unit: Unit
    lower_is_better: bool
    least: float
    most: float
    go_no_go: bool = False

    @property
    def whole(self) -> bool:
        """True when a result must be a whole number."""
        return self.unit in (Unit.REPS, Unit.SHUTTLES)


@dataclass(frozen=True, kw_only=True)
class Grade:
    """A class that a passed test reaches: a total, and where it asks so, points in every event."""

    name: str
    total: float
    each: float = 0.0
    level: str | None = None
    alternates: bool = True


@dataclass(frozen=True, kw_only=True)
class PassRule:
    """What passes under one standard.

    Attributes
    ----------
    total : the least total; 0 where the events' minima alone decide.
    male_charts : both sexes are scored on the charts for men.
    """

    total: float
    male_charts: bool = False


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Everything about a test but its charts.

    Attributes
    ----------
    chart : name of the file of planners/data that holds its charts.
    version, source : which edition of the charts, and where it was published.
    groups : of each group one event is done.
    minimum : points that an event must reach, by event name.
    standards : what passes, by standard; a standard that is not here is not known for this test.
    most_total : the most that the total can be.
    grades : from the best to the least.
    altitude_limit_ft : from here on other charts apply, which are not known; None for no limit.
    """

    test: FitnessTest
    title: str
    chart: str
    version: str
    source: str
    groups: tuple[tuple[Event, ...], ...]
    minimum: Mapping[str, float]
    combine: Combine
    standards: Mapping[Standard, PassRule]
    most_total: float
    grades: tuple[Grade, ...] = ()
    altitude_limit_ft: float | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event, in the order of the test."""
        return tuple(event for group in self.groups for event in group)

    def event(self, name: str) -> Event:
        """The event of this name; KeyError when the test has none."""
        for event in self.events:
            if event.name == name:
                return event
        raise KeyError(name)


def timed(name: str, text: str, least: float, most: float = 14_400, go_no_go: bool = False) -> Event:
    """An event in which the shorter time is the better, in seconds."""
    return Event(
        name=name,
        text=text,
        unit=Unit.SECONDS,
        lower_is_better=True,
        least=least,
        most=most,
        go_no_go=go_no_go,
    )


def held(name: str, text: str) -> Event:
    """A position held as long as possible, in seconds. The longest plank on record is under 36,000 s."""
    return Event(name=name, text=text, unit=Unit.SECONDS, lower_is_better=False, least=0, most=36_000)


def counted(name: str, text: str, most: float, unit: Unit = Unit.REPS) -> Event:
    """An event in which more is better."""
    return Event(name=name, text=text, unit=unit, lower_is_better=False, least=0, most=most)
