"""Webhooks over HTTP: registered, rotated, looked at and let go by their owners alone."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from models.access.account import Account, Role
from models.cluster import Cluster
from models.events.deliveries import message_id
from models.events.webhook import DeliveryState, Webhook, WebhookDelivery, WebhookState
from models.ids import new_id
from models.members.tenant import Tenant
from models.sealing.place import place_of
from models.sealing.ring import ring_of
from models.settings import Settings
from tests.web.people import NUTRITION, Person, join, login, pointers
from tests.web.work import finish, give_up
from tests.workers.receivers import receiving
from web.webhooks import MOST
from workers.webhooks import Courier

URL = "https://hooks.example.com/reveille"


def register(person: Person, **more: Any) -> dict[str, Any]:
    answer = person.post("/v1/webhooks", {"url": URL, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def path(made: dict[str, Any]) -> str:
    return f"/v1/webhooks/{made['webhook']['id']}"


def promote(cluster: Cluster, person: Person) -> Person:
    """The same person as an operator, logged in anew."""
    with cluster.control() as session:
        session.execute(update(Account).where(Account.id == person.account_id).values(role=Role.OPERATOR))
    return replace(person, tokens=login(person.app, person.email).get_json())


def end_a_job(cluster: Cluster, person: Person, end: Callable[..., object] = finish) -> str:
    job_id = str(person.post("/v1/plans", NUTRITION).json["id"])
    end(cluster, job_id)
    return job_id


@pytest.fixture(params=["the same tenant", "another tenant"])
def stranger(request: pytest.FixtureRequest, app: Flask, cluster: Cluster) -> Person:
    """An operator elsewhere, or a member next door."""
    if request.param == "the same tenant":
        return join(app, "stranger@example.mil")
    with cluster.control() as session:
        session.add(Tenant(id=new_id(0), slug="elsewhere", name="Elsewhere"))
    return promote(cluster, join(app, "stranger@example.mil", tenant="elsewhere"))


def test_a_webhook_is_registered_and_its_secret_shown_once(anna: Person) -> None:
    answer = anna.post("/v1/webhooks", {"url": URL})
    made = answer.json
    assert answer.headers["Location"] == path(made)
    assert made["secret"].startswith("whsec_")
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    shown = anna.get(path(made))
    assert shown.json == made["webhook"]
    assert (shown.json["url"], shown.json["scope"], shown.json["state"]) == (URL, "member", "active")
    assert shown.json["events"] == ["job.succeeded", "job.failed", "job.cancelled"]
    assert anna.get("/v1/webhooks").json == {"webhooks": [made["webhook"]]}
    assert made["secret"] not in shown.text


def test_two_webhooks_have_two_secrets(anna: Person) -> None:
    assert register(anna)["secret"] != register(anna)["secret"]


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "https://127.0.0.1/", "https://localhost/", "https://169.254.169.254/x",
     "https://[::1]/", "https://u:p@hooks.example.com/", "https://hooks.example.com:22/", "x", "file:///etc/passwd"],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(guest: Person, url: str) -> None:
    assert pointers(guest.post("/v1/webhooks", {"url": url})) == ["/url"]


def test_an_address_that_the_operator_allows_is_taken(make_app: Callable[..., Flask]) -> None:
    anna = join(make_app(webhook_allowed_hosts="http://hooks:8080=10.0.0.7"), "anna@example.mil")
    assert register(anna, url="http://hooks:8080/x")["webhook"]["url"] == "http://hooks:8080/x"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": URL, "events": []}, "/events"),
        ({"url": URL, "events": ["job.started"]}, "/events/0"),
        ({"url": URL, "events": ["job.failed", "job.failed"]}, "/events/1"),
        ({"url": URL, "scope": "world"}, "/scope"),
        ({"url": URL, "secret": "whsec_AAAA"}, "/secret"),
        ({"url": URL, "state": "active"}, "/state"),
        ({"url": f"{URL}/{'x' * 2000}"}, "/url"),
    ],
)
def test_a_body_that_is_none_is_refused(guest: Person, body: dict[str, Any], pointer: str) -> None:
    assert pointers(guest.post("/v1/webhooks", body)) == [pointer]


def test_an_owner_has_at_most_so_many(anna: Person, ben: Person) -> None:
    made = [register(anna) for _ in range(MOST)]
    answer = anna.post("/v1/webhooks", {"url": URL})
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/conflict")
    register(ben)
    assert anna.delete(path(made[0])).status_code == 204
    register(anna)


def test_a_deleted_webhook_is_gone_with_its_deliveries(anna: Person, cluster: Cluster) -> None:
    made = register(anna)
    end_a_job(cluster, anna)
    assert anna.delete(path(made)).status_code == 204
    assert anna.get(path(made)).status_code == anna.delete(path(made)).status_code == 404
    with cluster.control() as session:
        assert session.scalars(select(WebhookDelivery)).all() == []
    end_a_job(cluster, anna)


def test_a_rotation_shows_a_new_secret_and_keeps_the_old_one_for_a_day(
    anna: Person, cluster: Cluster
) -> None:
    made = register(anna)
    rotated = anna.post(f"{path(made)}/rotate", None).json
    assert rotated["secret"] != made["secret"]
    assert rotated["webhook"]["old_secret_until"] is not None
    with cluster.control() as session:
        row = session.get_one(Webhook, UUID(made["webhook"]["id"]))
        columns = (Webhook.secret, Webhook.old_secret)
        places = [place_of(column, row.tenant_id, row.id) for column in columns]
        sealed = (row.secret, row.old_secret)
        secrets = map(ring_of(session).open, places, sealed)
        kept = ["whsec_" + base64.b64encode(secret).decode() for secret in secrets]
    assert kept == [rotated["secret"], made["secret"]]


def test_a_members_webhook_cannot_be_the_tenants(anna: Person) -> None:
    answer = anna.post("/v1/webhooks", {"url": URL, "scope": "tenant"})
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")


def test_a_tenants_webhook_is_its_operators_and_told_of_every_member(
    anna: Person, ben: Person, app: Flask, cluster: Cluster
) -> None:
    operator, colleague = promote(cluster, ben), promote(cluster, join(app, "carl@example.mil"))
    made = register(operator, scope="tenant")
    job_id = end_a_job(cluster, anna)
    assert colleague.get(path(made)).json["scope"] == "tenant"
    (delivery,) = colleague.get(f"{path(made)}/deliveries").json["deliveries"]
    assert delivery["job_id"] == job_id
    assert anna.get(path(made)).status_code == 404
    assert anna.get("/v1/webhooks").json == {"webhooks": []}


def test_an_operator_does_not_reach_a_members_webhook(anna: Person, ben: Person, cluster: Cluster) -> None:
    made = register(anna)
    assert promote(cluster, ben).get(path(made)).status_code == 404


def test_deliveries_are_listed_newest_first_in_pages(anna: Person, cluster: Cluster) -> None:
    made = register(anna)
    jobs = [end_a_job(cluster, anna, end) for end in (finish, give_up, finish)]
    listing = f"{path(made)}/deliveries"
    first = anna.get(f"{listing}?limit=2")
    second = anna.get(f"{listing}?limit=2&cursor={first.json['next_cursor']}")
    listed = first.json["deliveries"] + second.json["deliveries"]
    assert [delivery["job_id"] for delivery in listed] == jobs[::-1]
    assert [delivery["event"] for delivery in listed] == ["job.succeeded", "job.failed", "job.succeeded"]
    assert {(delivery["state"], delivery["attempts"]) for delivery in listed} == {("owed", 0)}
    assert first.headers["Link"].startswith(f"<{listing}?limit=2&cursor=msg_")
    assert second.json["next_cursor"] is None


def test_deliveries_are_listed_by_state(anna: Person, cluster: Cluster) -> None:
    made = register(anna)
    end_a_job(cluster, anna)
    listing = f"{path(made)}/deliveries?state="
    assert len(anna.get(f"{listing}owed").json["deliveries"]) == 1
    assert anna.get(f"{listing}delivered").json["deliveries"] == []
    assert pointers(anna.get(f"{listing}lost")) == ["/state"]


@pytest.mark.parametrize("cursor", ["", "x", "msg_1_1", f"msg_{'g' * 32}_1", f"msg_{'0' * 32}_"])
def test_a_cursor_of_no_list_is_refused(guest: Person, cursor: str) -> None:
    made = guest.get("/v1/webhooks").json["webhooks"] or [register(guest)["webhook"]]
    answer = guest.get(f"/v1/webhooks/{made[0]['id']}/deliveries?cursor={cursor}")
    assert pointers(answer) == ["/cursor"]


def test_a_message_is_sent_again_when_its_owner_asks(
    make_app: Callable[..., Flask], cluster: Cluster, settings: Settings
) -> None:
    with receiving([500]) as receiver:
        changed = {"webhook_allowed_hosts": receiver.allowed()}
        anna = join(make_app(**changed), "anna@example.mil")
        made = register(anna, url=receiver.url())
        end_a_job(cluster, anna)
        courier = Courier(cluster, replace(settings, **changed))
        courier.run_once()
        (failed,) = anna.get(f"{path(made)}/deliveries").json["deliveries"]
        assert (failed["state"], failed["attempts"], failed["status"]) == ("owed", 1, 500)
        with cluster.control() as session:
            session.execute(update(WebhookDelivery).values(state=DeliveryState.GIVEN_UP))
            session.execute(update(Webhook).values(rest_until=None))
        again = anna.post(f"{path(made)}/deliveries/{failed['id']}/redeliver", None)
        assert (again.status_code, again.json["state"], again.json["attempts"]) == (202, "owed", 0)
        courier.run_once()
        courier.close()
    (done,) = anna.get(f"{path(made)}/deliveries").json["deliveries"]
    assert (done["state"], done["status"], done["error"]) == ("delivered", 204, None)
    assert [got.headers["webhook-id"] for got in receiver.received] == [done["id"]] * 2


def test_a_disabled_webhook_says_why_and_is_enabled_again(anna: Person, cluster: Cluster) -> None:
    made = register(anna)
    job_id = end_a_job(cluster, anna)
    with cluster.control() as session:
        disabled = {"state": WebhookState.DISABLED, "reason": "its receiver answered 410 Gone", "failures": 3}
        session.execute(update(Webhook).values(disabled))
        token = session.scalar(select(WebhookDelivery.token))
    assert anna.get(path(made)).json["reason"] == "its receiver answered 410 Gone"
    message = f"{path(made)}/deliveries/{message_id(UUID(job_id), token)}/redeliver"
    assert anna.post(message, None).status_code == 409
    enabled = anna.post(f"{path(made)}/enable", None).json
    assert (enabled["state"], enabled["reason"]) == ("active", None)
    assert anna.post(message, None).status_code == 202


@pytest.mark.parametrize("message", ["x", "msg_1_1", f"msg_{'0' * 32}_1", f"msg_{'0' * 32}_1234567890"])
def test_a_message_that_never_was_is_not_found(anna: Person, message: str) -> None:
    made = register(anna)
    assert anna.post(f"{path(made)}/deliveries/{message}/redeliver", None).status_code == 404


def test_a_webhook_of_somebody_else_is_not_there(anna: Person, stranger: Person, cluster: Cluster) -> None:
    made = register(anna)
    end_a_job(cluster, anna)
    (delivery,) = anna.get(f"{path(made)}/deliveries").json["deliveries"]
    for method, below in (
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/rotate"),
        ("POST", "/enable"),
        ("GET", "/deliveries"),
        ("POST", f"/deliveries/{delivery['id']}/redeliver"),
    ):
        assert stranger.send(method, path(made) + below).status_code == 404, (method, below)
    assert stranger.get("/v1/webhooks").json == {"webhooks": []}
    assert anna.get(path(made)).json == made["webhook"]


def test_a_message_of_somebody_elses_webhook_is_not_there_under_ones_own(
    anna: Person, stranger: Person, cluster: Cluster
) -> None:
    made, own = register(anna), register(stranger)
    end_a_job(cluster, anna)
    (delivery,) = anna.get(f"{path(made)}/deliveries").json["deliveries"]
    below = f"deliveries/{delivery['id']}/redeliver"
    assert stranger.post(f"{path(own)}/{below}", None).status_code == 404
