"""Words and figures as a reader wants them: dates, times, doses, amounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

Json = Mapping[str, Any]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

KG_PER_LB = 0.45359237
KM_PER_MILE = 1.609344


def phrase(name: str) -> str:
    """A name of the vocabulary within a sentence.

    >>> phrase("long_run")
    'long run'
    """
    return name.replace("_", " ")


def words(name: str) -> str:
    """A name of the vocabulary as it begins a sentence.

    >>> words("morning_snack")
    'Morning snack'
    """
    told = phrase(name)
    return f"{told[:1].upper()}{told[1:]}"


def long_date(on: date) -> str:
    """
    >>> long_date(date(2026, 12, 1))
    'Tuesday 1 December'
    """
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"


def short_date(on: date) -> str:
    """
    >>> short_date(date(2026, 12, 1))
    'Tue 1 Dec'
    """
    return f"{DAYS[on.weekday()][:3]} {on.day} {MONTHS[on.month - 1][:3]}"


def full_date(on: date) -> str:
    """
    >>> full_date(date(2026, 12, 1))
    '1 December 2026'
    """
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def span(first: date, last: date) -> str:
    """
    >>> span(date(2026, 12, 1), date(2026, 12, 7)), span(date(2026, 11, 28), date(2026, 12, 4))
    ('1 to 7 December 2026', '28 November to 4 December 2026')
    >>> span(date(2026, 12, 28), date(2027, 1, 3))
    '28 December 2026 to 3 January 2027'
    """
    if first == last:
        return full_date(first)
    told = full_date(first).split()
    same = 2 if (first.year, first.month) == (last.year, last.month) else 1 if first.year == last.year else 0
    return f"{' '.join(told[: len(told) - same])} to {full_date(last)}"


def whole(value: float) -> str:
    """
    >>> whole(3117.2)
    '3,117'
    """
    return f"{value:,.0f}"


def amount(value: float) -> str:
    """Three digits, or all those before the point.

    >>> amount(12.144), amount(445.708), amount(0.0)
    ('12.1', '446', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def plain(value: float) -> str:
    """All the digits that are given.

    >>> plain(32.5), plain(1306.0), plain(12345.5)
    ('32.5', '1,306', '12,345.5')
    """
    return f"{value:,.10g}"


def money(value: float) -> str:
    """
    >>> money(6.1268)
    '$6.13'
    """
    return f"${value:,.2f}"


def cents(value: float) -> str:
    """
    >>> cents(0.4396)
    '0.44'
    """
    return f"{value:,.2f}"


def tenth(value: float) -> str:
    """
    >>> tenth(95.04)
    '95.0'
    """
    return f"{value:.1f}"


def clock(seconds: float) -> str:
    """
    >>> clock(45), clock(725), clock(3720)
    ('0:45', '12:05', '1:02:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """
    >>> duration(45), duration(90), duration(540), duration(5400)
    ('45 s', '1:30 min', '9 min', '1:30:00 h')
    """
    told = round(seconds)
    if told < 60:
        return f"{told} s"
    if told >= 3600:
        return f"{clock(told)} h"
    return f"{clock(told)} min" if told % 60 else f"{told // 60} min"


def metres(value: float) -> str:
    """
    >>> metres(40), metres(3218)
    ('40 m', '3.218 km')
    """
    return f"{value / 1000:.4g} km" if value >= 1000 else f"{value:.4g} m"


def pounds(load_kg: float) -> str:
    """
    >>> pounds(32.5)
    '72 lb'
    """
    return f"{load_kg / KG_PER_LB:.0f} lb"


def mile_pace(pace_s_per_km: float) -> str:
    """
    >>> mile_pace(409)
    '10:58 /mi'
    """
    return f"{clock(pace_s_per_km * KM_PER_MILE)} /mi"
