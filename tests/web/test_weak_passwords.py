"""Which passwords a new account may not have."""

import pytest
from flask import Flask

from planners.errors import InvalidRequest
from tests.web.people import pointers, register
from web.common_passwords import COMMON
from web.weak_passwords import check_password


def refusal(password: str) -> str:
    with pytest.raises(InvalidRequest) as caught:
        check_password(password, email="Anna.Doe@example.mil", name="Anna Maria Doe")
    (fault,) = caught.value.errors
    assert fault.pointer == "/password"
    return fault.detail


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "password1",
        "Password2024!",
        "p@ssw0rd",
        "P4$$word",
        "!!dragon99",
        "iloveyou",
        "letmein1",
        "1q2w3e4r",
        "1qaz2wsx",
        "ＰＡＳＳＷＯＲＤ",
        "pass word",
        "superman7",
        "trustno1",
        "correct horse battery staple",
    ],
)
def test_common_passwords_are_refused_however_they_are_trimmed(password: str) -> None:
    assert refusal(password).startswith("is one of the most common passwords")


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaa",
        "88888888",
        "abababab",
        "abcabcab",
        "20242024",
        "12345678",
        "87654321",
        "78901234",
        "abcdefgh",
        "zyxwvuts",
        "qwertyui",
        "QWERTZUIOP",
        "asdfghjkl",
        "abc12345",
        "qwe123asd",
        "aaa111bbb",
        "        ",
    ],
)
def test_repetitions_and_sequences_are_refused(password: str) -> None:
    assert refusal(password).startswith("is a repetition or a plain sequence")


@pytest.mark.parametrize(
    "password", ["anna.doe@example.mil", "Anna.Doe1", "annadoe!", "AnnaMariaDoe", "4nnaMar1aDoe", "maria2024"]
)
def test_what_the_account_says_is_refused(password: str) -> None:
    assert refusal(password).startswith("is the e-mail address or the name")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "dragon-on-a-bicycle",
        "abcdefgx",
        "aaaaaaab",
        "abcexabcex",
        "anna likes rain",
        "bench-password",
        "dragon123456",
        "kq7mzt2x",
        "naïve façade",
    ],
)
def test_other_passwords_are_taken(password: str) -> None:
    check_password(password, email="anna.doe@example.mil", name="Anna Maria Doe")


def test_the_list_is_of_some_hundred_words_that_a_stem_can_equal() -> None:
    assert 500 < len(COMMON) < 1_500
    assert all(word == word.casefold() for word in COMMON)


@pytest.mark.parametrize("password", ["password", "12345678", "aaaaaaaa", "anna@example.mil"])
def test_registering_with_a_weak_password_points_at_it(house: Flask, password: str) -> None:
    assert pointers(register(house, "anna@example.mil", password=password)) == ["/password"]
