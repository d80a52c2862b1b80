"""Words about foods: the stems by which likes and dislikes find them, and amounts in household measures."""

from __future__ import annotations

_SINGULAR = (("ies", "y"), ("ie", "y"), ("oes", "o"), ("ches", "ch"), ("shes", "sh"), ("ss", "ss"), ("s", ""))
_PARTS = {0.25: "1/4", 0.33: "1/3", 0.5: "1/2", 0.67: "2/3", 0.75: "3/4"}


def stems(text: str) -> frozenset[str]:
    """The words of a text in the singular and in small letters."""
    letters = "".join(c if c.isalnum() else " " for c in text.lower())
    return frozenset(_stem(word) for word in letters.split())


def _stem(word: str) -> str:
    """The singular of a plural, near enough to find a food by.

    >>> [_stem(w) for w in ("berries", "cookie", "tomatoes", "peaches", "beans")]
    ['berry', 'cooky', 'tomato', 'peach', 'bean']
    """
    for ending, singular in _SINGULAR:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + singular
    return word


def fraction(amount: float) -> str:
    """An amount as a cook writes it.

    >>> [fraction(a) for a in (0.5, 1, 1.25, 3, 1.2)]
    ['1/2', '1', '1 1/4', '3', '1.2']
    """
    whole = int(amount)
    part = _PARTS.get(round(amount - whole, 2))
    if part is None:
        return f"{amount:g}"
    return f"{whole} {part}" if whole else part
