"""Reads a catalogue of sentences in gettext's form (.po): of each English sentence, its translation."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

COMMENT = "#"


def read_catalogue(text: str) -> Mapping[str, str]:
    """The translations by their English sentences; the heading, whose sentence is empty, is left out.

    Raises
    ------
    ValueError
        When a line is not understood, or a sentence stands there twice.
    """
    found: dict[str, str] = {}
    for sentence, translation in _pairs(text):
        if sentence in found:
            raise ValueError(f"stands there twice: {sentence}")
        if sentence:
            found[sentence] = translation
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    parts = {"msgid": "", "msgstr": ""}
    at = ""
    for line in (*text.splitlines(), 'msgid ""'):
        if not line or line.startswith(COMMENT):
            continue
        word, _, rest = line.partition(" ")
        if word == "msgid" and at == "msgstr":
            yield parts["msgid"], parts["msgstr"]
        if word in parts:
            at, parts[word] = word, ast.literal_eval(rest)
        elif at and line.startswith('"'):
            parts[at] += ast.literal_eval(line)
        else:
            raise ValueError(f"not of a catalogue: {line}")
