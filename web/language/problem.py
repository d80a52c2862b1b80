"""A problem document in another language: what people read of it, and nothing that machines do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planners.errors import FieldError, sentences_of_conflicts, sentences_of_faults
from web.language.preferred import Language, sentences_in


def said_problem(problem: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """The problem with its title, detail and texts in `language`; type, pointers and words stay."""
    if language is Language.ENGLISH:
        return dict(problem)
    said = sentences_in(language).said
    made = {**problem, "title": said(problem["title"])}
    if "errors" in problem:
        made["errors"] = [{**fault, "detail": said(fault["detail"])} for fault in problem["errors"]]
    if "conflicts" in problem:
        made["conflicts"] = [said(text) for text in problem["conflicts"]]
    if "any_one_of" in problem:
        made["any_one_of"] = [{**each, "text": said(each["text"])} for each in problem["any_one_of"]]
    if problem.get("detail") is not None:
        made["detail"] = _detail(made, language)
    return made


def _detail(problem: Mapping[str, Any], language: Language) -> str:
    """The detail, which for what carries several sentences is made of them as in English."""
    said = sentences_in(language).said
    if problem.get("conflicts"):
        return sentences_of_conflicts(problem["conflicts"])
    if problem.get("errors"):
        faults = [FieldError(pointer=each["pointer"], detail=each["detail"]) for each in problem["errors"]]
        return sentences_of_faults(faults, whole=said("the request"))
    return said(problem["detail"])
