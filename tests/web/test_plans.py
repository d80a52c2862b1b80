"""Asking for plans, and reading them."""

from tests.web.people import NUTRITION, WORKOUT, Person


def test_a_request_is_accepted_with_its_job(anna: Person) -> None:
    answer = anna.post("/v1/plans", NUTRITION)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json['id']}"
    assert answer.headers["Retry-After"] == "1"
    assert answer.json["state"] == "queued"
    polled = anna.get(answer.headers["Location"])
    assert polled.json == answer.json
    assert anna.post("/v1/plans", WORKOUT).json["kind"] == "workout"
