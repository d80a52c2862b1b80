"""API2:2023 Broken authentication: what is not a good token or password gets nobody in."""

import string

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.people import PASSWORD, Person, join, login

TEXT = st.text(alphabet=string.ascii_letters + string.digits + "._-~+/=", max_size=300)


class TestBrokenAuthentication:
    @given(text=TEXT)
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_text_is_a_token(self, house: Flask, text: str) -> None:
        for token in (text, f"rvl_{text}", f"eyJhbGciOiJub25lIn0.{text}."):
            assert status(house, token) == 401

    @given(data=st.data())
    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_a_good_token_with_one_character_changed_is_none(
        self, house: Flask, guest: Person, data: st.DataObject
    ) -> None:
        good = guest.tokens["access_token"]
        at = data.draw(st.integers(0, len(good) - 2))  # the last one carries two bits that count for nothing
        other = data.draw(st.sampled_from([c for c in string.ascii_letters + "." if c != good[at]]))
        assert status(house, good[:at] + other + good[at + 1 :]) == 401

    def test_a_token_counts_in_its_header_only(self, house: Flask, guest: Person) -> None:
        client, token = house.test_client(), guest.tokens["access_token"]
        assert client.get(f"/v1/profile?access_token={token}").status_code == 401
        client.set_cookie("access_token_cookie", token)
        assert client.get("/v1/profile").status_code == 401

    def test_guessing_ends_after_three(self, app: Flask) -> None:
        join(app, "anna@example.mil")
        guesses = ["guess number one", "guess number two", "guess number three", PASSWORD]
        assert [login(app, "anna@example.mil", guess).status_code for guess in guesses] == [
            401,
            401,
            401,
            429,
        ]


def status(app: Flask, token: str) -> int:
    answer = app.test_client().get("/v1/profile", headers={"Authorization": f"Bearer {token}"})
    assert answer.mimetype == "application/problem+json"
    return answer.status_code
