"""The language of the present answer, by Accept-Language (RFC 9110, 12.5.4)."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files

from flask import Response, request

from web.language.catalogue import read_catalogue
from web.language.sentences import Sentences


class Language(StrEnum):
    ENGLISH = "en"  # the language of the code, and of whoever asks for none that there is
    SPANISH = "es"


KNOWN = frozenset(map(str, Language))


def language_of_request() -> Language:
    """What the client reads best of what there is; `es-MX` and `es-US` are Spanish."""
    if "Accept-Language" in request.headers:
        for tag, quality in request.accept_languages:  # the best first
            language = tag.partition("-")[0].lower()
            if quality > 0 and language in KNOWN:
                return Language(language)
            if tag == "*":
                break
    return Language.ENGLISH


@cache
def sentences_in(language: Language) -> Sentences:
    """The sentences in a language; of English there are none, since they are English."""
    if language is Language.ENGLISH:
        return Sentences({})
    return Sentences(read_catalogue((files("web.language") / f"{language}.po").read_text("utf-8")))


def in_language(response: Response, language: Language) -> Response:
    """Say what language the answer is in, and that it goes by what was asked for."""
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    return response
