"""Tokens, texts and documents that no client of ours would send: refused with a problem, and nothing fails.

`make test` sends some, the same each time; `make fuzz` sends thousands, other ones each time.
"""

from __future__ import annotations

import http.client
import json
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwt.utils import base64url_decode, base64url_encode

from tests.attack.served import Served

FEW = int(os.environ.get("FUZZ_EXAMPLES", "60"))
often = settings(
    max_examples=FEW, deadline=None, derandomize="FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

ODD_TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(
        alphabet="\x00\x1f\x7f\x85\u2028\u202e\u2066\ufeff\ud800\udfff\U0001f600e\u0301\u00e9", max_size=12
    ),
)
KIDS = st.one_of(
    st.text(max_size=30), st.none(), st.integers(), st.just("../../../etc/passwd"), st.just("' OR 1=1 --")
)
ALGORITHMS = st.sampled_from(["none", "None", "HS256", "HS512", "RS256", "ES256", "EdDSA", "", "eddsa"])
CLAIMS = st.sampled_from(["exp", "iat", "jti", "sub", "tenant", "member", "role", "aud", "iss", "type"])
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD_TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ODD_TEXTS, inner, max_size=4),
    max_leaves=12,
)


def send(served: Served, method: str, path: str, body: bytes | None, **headers: str) -> tuple[int, Any]:
    """The status and the body of an answer, which is JSON or nothing."""
    connection = http.client.HTTPConnection(*served.host, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        read = answer.read()
        return answer.status, json.loads(read) if read else None
    finally:
        connection.close()


def assert_refused(answer: tuple[int, Any], *statuses: int) -> None:
    status, problem = answer
    assert status in statuses, answer
    assert problem["status"] == status
    assert problem["detail"]


def signed(served: Served, changes: dict[str, Any]) -> str:
    """A member's own token with some claims changed, signed by the service's key; None takes a claim out."""
    head, payload, _ = served.token.split(".")
    claims = json.loads(base64url_decode(payload)) | changes
    told = json.dumps({name: value for name, value in claims.items() if value is not None})
    text = f"{head}.{base64url_encode(told.encode()).decode()}"
    key = load_pem_private_key(served.key.encode(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return f"{text}.{base64url_encode(key.sign(text.encode())).decode()}"


def look(served: Served, token: str) -> tuple[int, Any]:
    return send(served, "GET", "/v1/profile", None, Authorization=f"Bearer {token}")


@often
@given(kid=KIDS, alg=ALGORITHMS)
def test_a_token_with_another_header_is_refused(served: Served, kid: Any, alg: str) -> None:
    good = served.token
    told = json.dumps({"alg": alg, "kid": kid, "typ": "JWT", "jwk": {}, "jku": "http://127.0.0.1:1/"})
    head = base64url_encode(told.encode()).decode()
    rest = good.partition(".")[2]
    assert_refused(look(served, f"{head}.{rest}"), 401)
    assert_refused(look(served, f"{head}.{rest.partition('.')[0]}."), 401)


@often
@given(name=CLAIMS, value=st.none() | st.booleans() | st.integers(max_value=10**9) | st.text(max_size=20))
def test_a_signed_token_with_another_claim_is_refused_or_as_good(
    served: Served, name: str, value: Any
) -> None:
    status, told = look(served, signed(served, {name: value}))
    # The library takes a token without a type as an access token; nothing else is signed with this key.
    harmless = name in {"jti", "iat"} or (name, value) == ("type", None)
    assert status in {200, 401} if harmless else status == 401, (name, value, told)


@often
@given(place=st.integers(0, 10**6), letter=st.sampled_from("Aa0-_.~ =+/"))
def test_a_token_with_one_letter_changed_is_refused(served: Served, place: int, letter: str) -> None:
    good = served.token
    at = place % (len(good) - 1)  # not the last, which has bits that mean nothing
    if good[at] != letter:
        assert look(served, good[:at] + letter + good[at + 1 :])[0] == 401


@pytest.mark.parametrize("size", [8_192, 8_193, 100_000, 300_000])
def test_a_huge_token_is_refused(served: Served, size: int) -> None:
    assert_refused(look(served, "a" * size), 401, 431)


@often
@given(data=DATA)
def test_any_json_is_answered_without_a_fault(served: Served, data: Any) -> None:
    body = json.dumps(data).encode("utf-8", "surrogatepass")
    bearer = f"Bearer {served.token}"
    for method, path in (("POST", "/v1/plans"), ("PUT", "/v1/profile"), ("POST", "/v1/logs/workouts")):
        answer = send(served, method, path, body, Authorization=bearer, Content_Type="application/json")
        assert answer[0] < 500, answer
        assert answer[0] in {200, 201, 202, 422}, answer


@often
@given(text=ODD_TEXTS)
def test_a_name_comes_back_as_it_was_sent_or_is_refused(served: Served, text: str) -> None:
    bearer = f"Bearer {served.token}"
    body = json.dumps({"name": text, "scopes": ["plans:read"]}).encode()
    status, told = send(
        served, "POST", "/v1/api-keys", body, Authorization=bearer, Content_Type="application/json"
    )
    if status == 201:
        assert told["api_key"]["name"] == text
        path = f"/v1/api-keys/{told['api_key']['id']}"
        assert send(served, "DELETE", path, None, Authorization=bearer)[0] == 204
    else:
        assert_refused((status, told), 409, 422)


@pytest.mark.parametrize("depth", [33, 1_000, 100_000])
@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_deep_json_is_refused(served: Served, depth: int, pair: str) -> None:
    begin, end = (pair[:-1], pair[-1])
    body = (begin * depth + "1" + end * depth).encode()
    bearer = f"Bearer {served.token}"
    answer = send(served, "POST", "/v1/plans", body, Authorization=bearer, Content_Type="application/json")
    assert_refused(answer, 413, 422)


@often
@given(path=st.binary(max_size=30), value=st.binary(max_size=30))
def test_any_address_is_answered_without_a_fault(served: Served, path: bytes, value: bytes) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in path), "".join(f"%{byte:02x}" for byte in value)
    bearer = f"Bearer {served.token}"
    for address in (
        f"/v1/plans/{quoted[0]}",
        f"/v1/plans?cursor={quoted[1]}",
        f"/v1/logs/weights/{quoted[0]}",
    ):
        status, _ = send(served, "GET", address, None, Authorization=bearer)
        assert status in {200, 404, 405, 422}, (address, status)
