"""Passwords that are guessed first: common ones, repetitions, sequences, and what the account itself says.

NIST SP 800-63B, 3.1.1.2: refuse what is commonly used or expected, say why, and demand no mixture of kinds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from planners.errors import FieldError, InvalidRequest
from web.common_passwords import COMMON

LONGEST_PERIOD = 4  # characters that are repeated, as in "abcdabcd"
SHORTEST_RUN = 3  # characters of a sequence, as the "abc" and the "123" of "abc12345"
MARGIN = re.compile(r"^[\W\d_]{0,5}(.*?)[\W\d_]{0,5}$", re.DOTALL)  # "2024!" and such around a word
LOOKALIKES = str.maketrans("@4301!5$7", "aaeoiisst")
ROWS = (
    "0123456789" * 2,
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiop",
    "azertyuiop",
)
SEQUENCES = (*ROWS, *(row[::-1] for row in ROWS))


def check_password(password: str, *, email: str, name: str, pointer: str = "/password") -> None:
    """Raise `InvalidRequest` at the pointer when a new password of this account is easily guessed."""
    if why := _weakness(password, email, name):
        text = f"{why}; take one that is harder to guess, such as four words that have nothing to do with you"
        raise InvalidRequest([FieldError(pointer=pointer, detail=text)])


def _weakness(password: str, email: str, name: str) -> str:
    folded = unicodedata.normalize("NFKC", password).casefold()
    own = {_bare(text) for text in (email, email.partition("@")[0], name, *name.split())}
    if _is_repetition(folded) or _is_of_sequences(folded):
        return "is a repetition or a plain sequence"
    if COMMON.intersection(_stems(folded)):
        return "is one of the most common passwords, or little more"
    if own.intersection(_stems(folded)):
        return "is the e-mail address or the name, or little more"
    return ""


def _is_repetition(text: str) -> bool:
    periods = range(1, LONGEST_PERIOD + 1)
    return any(all(a == b for a, b in zip(text, text[n:], strict=False)) for n in periods)


def _is_of_sequences(text: str) -> bool:
    """Whether the text is nothing but runs along the alphabet, the digits, a keyboard's row or one key."""
    while text:
        fits = (n for n in range(len(text), SHORTEST_RUN - 1, -1) if _is_run(text[:n]))
        taken = next(fits, 0)
        if not taken:
            return False
        text = text[taken:]
    return True


def _is_run(text: str) -> bool:
    return len(set(text)) == 1 or any(text in sequence for sequence in SEQUENCES)


def _stems(text: str) -> Iterable[str]:
    """The text, and what is left of it without its margins, with look-alikes read as letters or not."""
    for inner in (text, *MARGIN.findall(text)):
        yield _bare(inner)
        yield _bare(inner.translate(LOOKALIKES))


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
