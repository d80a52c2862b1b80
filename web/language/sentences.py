"""An English sentence said in another language, by its template in the catalogue.

Sentences are known again by their templates: planners, workers and stored rows tell them in English, with
the values in their places, and know of no other language (docs/decisions/0009-languages.md). A template that
leaves the least to its places goes first. What has no template stays in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PLACE = re.compile(r"\{(\d+)(~?)\}")
PHRASE, VALUE = ".+?", "(?:(?!; ).)+?"  # a semicolon parts sentences, and stands in no value
DEEPEST = 4  # of phrases within phrases
LIST = ", "


@dataclass(frozen=True, kw_only=True)
class Template:
    """One English sentence with places, and what it is in the other language."""

    english: str
    pattern: re.Pattern[str]
    translation: str


def template(english: str, translation: str) -> Template:
    """The template of a line of the catalogue."""
    parts = PLACE.split(english)
    literal, numbers = parts[::3], parts[1::3]
    said = {number for number, says in PLACE.findall(translation) if says}
    pattern = "".join(
        re.escape(text) + (f"(?P<v{number}>{PHRASE if number in said else VALUE})" if number else "")
        for text, number in zip(literal, [*numbers, ""], strict=True)
    )
    return Template(english=english, pattern=re.compile(pattern, re.DOTALL), translation=translation)


class Sentences:
    """All sentences of a catalogue."""

    def __init__(self, catalogue: Mapping[str, str]) -> None:
        self.whole = {english: said for english, said in catalogue.items() if not PLACE.search(english)}
        made = [template(english, said) for english, said in catalogue.items() if PLACE.search(english)]
        self.templates = sorted(made, key=lambda t: len(PLACE.sub("", t.english)), reverse=True)

    def find(self, text: str) -> tuple[Template, Mapping[str, str]] | None:
        """The template of a sentence with values, and these by their numbers."""
        for each in self.templates:
            found = each.pattern.fullmatch(text)
            if found is not None:
                return each, {name[1:]: value for name, value in found.groupdict().items()}
        return None

    def said(self, text: str) -> str:
        """The sentence in the other language; as it is where that is not known."""
        return self._said(text, DEEPEST) or text

    def _said(self, text: str, depth: int) -> str | None:
        """The translation; None where there is none."""
        if depth == 0:
            return self.whole.get(text)
        said = self._found(text, depth)
        if said is not None:
            return said
        # A phrase that begins a sentence is capitalised, a title within one is not.
        first, rest = text[:1], text[1:]
        said = self._found((first.lower() if first.isupper() else first.upper()) + rest, depth)
        if said is None:
            return None
        return (said[:1].upper() if first.isupper() else said[:1].lower()) + said[1:]

    def _found(self, text: str, depth: int) -> str | None:
        found = self.find(text) if text not in self.whole else None
        if found is None:
            return self.whole.get(text)
        made, values = found
        return PLACE.sub(lambda place: self._value(values[place[1]], place[2], depth), made.translation)

    def _value(self, value: str, says: str, depth: int) -> str:
        if not says:
            return value
        said = self._said(value, depth - 1)
        return said if said is not None else LIST.join(self._each(value.split(LIST), depth - 1))

    def _each(self, parts: Iterable[str], depth: int) -> Iterable[str]:
        return (self._said(part, depth) or part for part in parts)
