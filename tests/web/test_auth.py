"""Register, log in, refresh, log out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from models.access.account import Account, AccountState
from models.access.addresses import email_index
from models.access.login_failure import WINDOW, LoginFailure, record_attempt
from models.access.refresh import RefreshToken
from models.cluster import Cluster
from models.ids import bucket_of, new_id
from models.members.tenant import Tenant, TenantState
from tests.web.people import PASSWORD, Person, join, login, pointers, register


def renew(app: Flask, token: str) -> tuple[int, dict[str, object]]:
    answer = app.test_client().post("/v1/auth/refresh", json={"refresh_token": token})
    return answer.status_code, answer.json


def add_tenant(cluster: Cluster, slug: str, state: TenantState = TenantState.ACTIVE) -> None:
    with cluster.control() as session:
        session.add(Tenant(id=new_id(0), slug=slug, name=slug, state=state))


def change_account(cluster: Cluster, person: Person, **values: object) -> None:
    with cluster.control() as session:
        session.execute(update(Account).where(Account.id == person.account_id).values(**values))


def fail_logins(cluster: Cluster, email: str, **values: object) -> None:
    """Let the address have as many wrong passwords behind it, and since then."""
    with cluster.control() as session:
        index = email_index(session, email)
        if "failures" in values:
            record_attempt(session, index, right=False)
        session.execute(update(LoginFailure).where(LoginFailure.email_index == index).values(**values))


def test_registering_makes_an_account_of_the_default_tenant(app: Flask) -> None:
    answer = register(app, "anna@example.mil")
    assert answer.status_code == 201
    assert answer.json["email"] == "anna@example.mil"
    assert answer.json["tenant"] == "default"
    assert answer.json["role"] == "member"
    assert not {"password", "password_hash"} & answer.json.keys()


def test_a_login_gives_tokens_and_the_account(app: Flask) -> None:
    registered = register(app, "anna@example.mil").json
    answer = login(app, "anna@example.mil")
    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 900
    assert answer.json["account"] == registered
    assert answer.headers["Cache-Control"] == "no-store"


def test_upper_and_lower_case_of_an_address_are_one(app: Flask) -> None:
    register(app, "Anna@Example.mil")
    assert login(app, "anna@EXAMPLE.mil").status_code == 200


def test_an_address_registers_once(app: Flask) -> None:
    register(app, "anna@example.mil")
    answer = register(app, "ANNA@example.mil")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/taken")


def test_the_password_is_kept_as_argon2id_only(app: Flask, cluster: Cluster) -> None:
    register(app, "anna@example.mil")
    with cluster.control() as session:
        kept = session.scalar(select(Account.password_hash))
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_named_tenant_gets_the_account(app: Flask, cluster: Cluster) -> None:
    add_tenant(cluster, "first-unit")
    assert register(app, "anna@example.mil", tenant="first-unit").json["tenant"] == "first-unit"


def test_a_tenant_that_takes_no_members_is_refused(app: Flask, cluster: Cluster) -> None:
    add_tenant(cluster, "gone", TenantState.SUSPENDED)
    assert pointers(register(app, "anna@example.mil", tenant="gone")) == ["/tenant"]
    assert pointers(register(app, "anna@example.mil", tenant="nowhere")) == ["/tenant"]


def test_nobody_makes_themselves_an_operator(app: Flask) -> None:
    assert pointers(register(app, "anna@example.mil", role="operator")) == ["/role"]


def test_a_password_has_at_least_eight_characters(app: Flask) -> None:
    data = {"email": "anna@example.mil", "name": "Anna"}
    client = app.test_client()
    assert pointers(client.post("/v1/auth/register", json={**data, "password": "kq7mzt2"})) == ["/password"]
    assert client.post("/v1/auth/register", json={**data, "password": "kq7mzt2x"}).status_code == 201


@pytest.mark.parametrize("email", ["", "anna", "anna@", "@example.mil", "an na@example.mil", "anna@exa mple"])
def test_an_address_must_look_like_one(app: Flask, email: str) -> None:
    assert pointers(register(app, email)) == ["/email"]


def test_closed_registration_says_whom_to_ask(make_app: Callable[..., Flask]) -> None:
    answer = register(make_app(open_registration=False), "anna@example.mil")
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/forbidden")


def test_a_wrong_password_and_an_unknown_address_answer_alike(app: Flask) -> None:
    register(app, "anna@example.mil")
    wrong, unknown = login(app, "anna@example.mil", "wrong wrong"), login(app, "nobody@example.mil")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json["detail"] == unknown.json["detail"]


def test_the_third_wrong_password_locks_the_account(app: Flask) -> None:
    register(app, "anna@example.mil")
    statuses = [login(app, "anna@example.mil", "wrong wrong").status_code for _ in range(3)]
    answer = login(app, "anna@example.mil")
    assert statuses == [401, 401, 401]
    assert (answer.status_code, answer.json["type"]) == (429, "/problems/account-locked")
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_two_wrong_passwords_do_not_lock_it(app: Flask) -> None:
    register(app, "anna@example.mil")
    for _ in range(2):
        login(app, "anna@example.mil", "wrong wrong")
    assert login(app, "anna@example.mil").status_code == 200


def test_a_right_password_forgets_the_wrong_ones(app: Flask) -> None:
    register(app, "anna@example.mil")
    for password in ("wrong wrong", "wrong wrong", PASSWORD, "wrong wrong", "wrong wrong"):
        login(app, "anna@example.mil", password)
    assert login(app, "anna@example.mil").status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (30, 429)])
def test_the_lock_ends_after_fifteen_minutes(app: Flask, cluster: Cluster, seconds: int, status: int) -> None:
    anna = join(app, "anna@example.mil")
    since = func.now() - WINDOW + timedelta(seconds=seconds)
    fail_logins(cluster, anna.email, failures=3, failed_at=since)
    assert login(app, anna.email).status_code == status


def test_wrong_passwords_long_ago_do_not_count(app: Flask, cluster: Cluster) -> None:
    anna = join(app, "anna@example.mil")
    fail_logins(cluster, anna.email, failures=2, failed_at=func.now() - WINDOW - timedelta(seconds=1))
    login(app, anna.email, "wrong wrong")
    assert login(app, anna.email).status_code == 200


def test_the_window_runs_from_the_latest_wrong_password(app: Flask, cluster: Cluster) -> None:
    anna = join(app, "anna@example.mil")
    for _ in range(3):
        login(app, anna.email, "wrong wrong")
        fail_logins(cluster, anna.email, failed_at=LoginFailure.failed_at - timedelta(minutes=14))
    assert login(app, anna.email).status_code == 429


def test_guesses_sent_at_once_are_counted_one_by_one(app: Flask, anna: Person) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: login(app, anna.email, "wrong wrong").status_code, range(6)))
    assert sorted(answers) == [401, 401, 401, 429, 429, 429]


def test_a_password_is_the_same_however_its_accents_are_typed(app: Flask) -> None:
    data = {"email": "anna@example.mil", "name": "Anna", "password": "cafe\u0301 au lait"}
    assert app.test_client().post("/v1/auth/register", json=data).status_code == 201
    assert login(app, "anna@example.mil", "caf\u00e9 au lait").status_code == 200


def test_a_disabled_account_logs_in_no_more(app: Flask, cluster: Cluster, anna: Person) -> None:
    change_account(cluster, anna, state=AccountState.DISABLED)
    assert login(app, anna.email).status_code == 401
    assert renew(app, anna.tokens["refresh_token"])[0] == 401


def test_a_suspended_tenant_logs_in_no_more(app: Flask, cluster: Cluster, anna: Person) -> None:
    with cluster.control() as session:
        session.execute(update(Tenant).values(state=TenantState.SUSPENDED))
    assert login(app, anna.email).status_code == 401
    assert renew(app, anna.tokens["refresh_token"])[0] == 401


def test_a_refresh_token_gives_new_tokens(app: Flask, anna: Person) -> None:
    status, tokens = renew(app, anna.tokens["refresh_token"])
    assert status == 200
    assert tokens["account"] == anna.tokens["account"]
    assert tokens["refresh_token"] != anna.tokens["refresh_token"]
    assert Person(app, anna.email, tokens).get("/v1/profile").status_code == 200


def test_reuse_of_a_refresh_token_ends_the_login(app: Flask, anna: Person) -> None:
    first = anna.tokens["refresh_token"]
    second = renew(app, first)[1]["refresh_token"]
    assert renew(app, first)[0] == 401
    assert renew(app, second)[0] == 401


def test_reuse_ends_that_login_only(app: Flask, anna: Person) -> None:
    other = login(app, anna.email).json["refresh_token"]
    renew(app, anna.tokens["refresh_token"])
    renew(app, anna.tokens["refresh_token"])
    assert renew(app, other)[0] == 200


def test_logging_out_ends_the_login(app: Flask, anna: Person) -> None:
    second = renew(app, anna.tokens["refresh_token"])[1]["refresh_token"]
    answer = app.test_client().post("/v1/auth/logout", json={"refresh_token": second})
    assert (answer.status_code, answer.data) == (204, b"")
    assert renew(app, second)[0] == 401


def test_an_unknown_refresh_token_is_401(app: Flask) -> None:
    status, problem = renew(app, "made up")
    assert (status, problem["type"]) == (401, "/problems/bad-credentials")


def test_an_expired_refresh_token_is_401(app: Flask, cluster: Cluster, anna: Person) -> None:
    with cluster.control() as session:
        session.execute(update(RefreshToken).values(expires_at=func.now()))
    assert renew(app, anna.tokens["refresh_token"])[0] == 401


def test_tokens_are_kept_as_digests_only(cluster: Cluster, anna: Person) -> None:
    with cluster.control() as session:
        row = session.scalars(select(RefreshToken)).one()
    assert bucket_of(row.family) == bucket_of(anna.member_id)
    assert anna.tokens["refresh_token"].encode() not in row.digest
    assert len(row.digest) == 32
