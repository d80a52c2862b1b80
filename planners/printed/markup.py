"""HTML that cannot be made without escaping: text becomes markup only here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from html import escape


class Markup(str):
    """Text that is HTML already, and so is not escaped again."""

    __slots__ = ()


def tag(name: str, *parts: str, **attributes: str) -> Markup:
    """An element. Parts that are not markup are escaped, and so is every attribute.

    In an attribute's name an underscore at the end is dropped and another becomes a hyphen.

    >>> tag("td", "salt & pepper", class_="name")
    '<td class="name">salt &amp; pepper</td>'
    """
    told = "".join(f' {_name(key)}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{told}>{group(parts)}</{name}>")


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def group(parts: Iterable[str]) -> Markup:
    """The parts one after the other."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def figure(value: float, words: Callable[[float], str]) -> Markup:
    """A number of the plan: rounded for the eye, exact in `value`."""
    return tag("data", words(value), value=repr(value))


def day(on: str, words: Callable[[date], str]) -> Markup:
    """A date of the plan, as ISO 8601 text in it, in words on the page."""
    return tag("time", words(date.fromisoformat(on)), datetime=on)


def column(word: str) -> Markup:
    """The head of a column of words."""
    return tag("th", word, scope="col")


def numbers(word: str) -> Markup:
    """The head of a column of numbers, which are set to the right."""
    return tag("th", word, scope="col", class_="number")


def number(shown: str) -> Markup:
    """A cell of a column of numbers."""
    return tag("td", shown, class_="number")


def table(head: Iterable[Markup], bodies: Iterable[Markup], class_: str = "") -> Markup:
    """A table from the heads of its columns and its bodies, in a box that scrolls on too narrow a screen."""
    made = tag("table", tag("thead", tag("tr", *head)), *bodies)
    return tag("div", made, class_=f"wide {class_}".rstrip())
