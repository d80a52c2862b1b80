"""`reveille accounts`: who is there, and who has which role; the way to the first administrator."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.account import Account, AccountState, Role
from models.access.addresses import email_of, is_of
from models.access.audit import write_down
from models.access.login_failure import forget_failures
from models.access.shut import end_logins
from models.members.member import Member
from models.members.tenant import Tenant
from models.members.units import units_of
from operations.database import data_option, database, signature
from operations.table import json_option, print_json, print_table
from planners.errors import InvalidRequest
from planners.reading import read
from web.passwords import hash_password
from web.schemas import Registration
from web.weak_passwords import check_password

COLUMNS = ("email", "tenant", "role", "state", "unit", "id", "member_id")

words = click.Choice


@click.group()
def accounts() -> None:
    """Accounts: roles, states and units."""


@accounts.command("list")
@click.option("--tenant", help="Only accounts of the tenant with this short name.")
@click.option("--role", type=words([str(role) for role in Role]), help="Only accounts of this role.")
@click.option(
    "--limit", default=100, type=click.IntRange(1, 10_000), show_default=True, help="At most so many."
)
@json_option
@data_option
def list_(tenant: str | None, role: str | None, limit: int, as_json: bool, data: str | None) -> None:
    """List accounts, the newest first."""
    wanted = _rows()
    if tenant:
        wanted = wanted.where(Tenant.slug == tenant)
    if role:
        wanted = wanted.where(Account.role == Role(role))
    with database(data) as cluster, cluster.control() as session:
        found = session.execute(wanted.order_by(Account.id.desc()).limit(limit)).all()
        units = units_of(cluster, [account.member_id for account, _ in found])
        rows = [_line(session, account, slug, units.get(account.member_id)) for account, slug in found]
    if as_json:
        print_json({"accounts": rows})
        return
    print_table(COLUMNS, rows)


@accounts.command("set")
@click.argument("email")
@click.option("--role", type=words([str(role) for role in Role]), help="The role to give.")
@click.option("--state", type=words([str(state) for state in AccountState]), help="Whether it may log in.")
@click.option("--unit", help="The unit to put the member into; an empty text: none.")
@data_option
def set_(email: str, role: str | None, state: str | None, unit: str | None, data: str | None) -> None:
    """Give the account of EMAIL a role, a state or a unit."""
    told = {"role": role, "state": state, "unit": unit}
    given = {name: value for name, value in told.items() if value is not None}
    if not given:
        raise click.UsageError("say what to set: --role, --state or --unit")
    with database(data) as cluster:
        with cluster.control() as session:
            account = session.scalar(select(Account).where(is_of(session, email)))
        if account is None:
            raise click.ClickException(f"there is no account {email}")
        with cluster.write_beside_control(account.member_id) as (shard, control):
            _give(shard, control, account.id, given)
    click.echo(f"{email} has " + ", ".join(f"{name} {value or 'none'}" for name, value in given.items()))


def _give(shard: Session, control: Session, account_id: UUID, given: dict[str, str]) -> None:
    account = control.scalars(select(Account).where(Account.id == account_id).with_for_update()).one()
    if "role" in given:
        account.role = Role(given["role"])
    if "state" in given:
        account.state = AccountState(given["state"])
        if account.state == AccountState.DISABLED:
            end_logins(control, account.id)
    member = shard.get(Member, account.member_id)
    if "unit" in given and member is not None:
        member.unit = given["unit"] or None
    write_down(
        control, account.tenant_id, actor=signature(), action="set_account",
        subject=f"account {account.id}", detail=dict(given),
    )  # fmt: skip


@accounts.command("password")
@click.argument("email")
@click.password_option(help="The new password; asked for when it is left out.")
@data_option
def password_(email: str, password: str, data: str | None) -> None:
    """Give the account of EMAIL a new password, and end its logins and API keys."""
    try:
        read(Registration, {"email": email, "password": password, "name": email})
        check_password(password, email=email, name="")
    except InvalidRequest as error:
        raise click.ClickException(str(error)) from error
    with database(data) as cluster, cluster.control() as session:
        account = session.scalar(select(Account).where(is_of(session, email)).with_for_update())
        if account is None:
            raise click.ClickException(f"there is no account {email}")
        account.password_hash = hash_password(password)
        forget_failures(session, account.email_index)
        end_logins(session, account.id)
        write_down(
            session, account.tenant_id, actor=signature(), action="set_password",
            subject=f"account {account.id}",
        )  # fmt: skip
    click.echo(f"{email} has a new password")


def _rows() -> Any:
    return select(Account, Tenant.slug).join(Tenant, Tenant.id == Account.tenant_id)


def _line(session: Session, account: Account, tenant: str, unit: str | None) -> dict[str, Any]:
    return {
        "email": email_of(session, account), "tenant": tenant, "role": account.role, "state": account.state,
        "unit": unit, "id": account.id, "member_id": account.member_id,
    }  # fmt: skip
