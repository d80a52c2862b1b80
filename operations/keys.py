"""`reveille keys`: API keys of machines, for whoever runs the platform; and the keys of sealed rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.account import Account
from models.access.addresses import is_of
from models.access.api_key import ApiKey
from models.access.api_keys import api_keys_of, make_api_key, revoke_api_key
from models.access.audit import write_down
from operations.data_keys import list_data, rewrap_, rotate_data
from operations.database import data_option, database, signature
from operations.table import json_option, print_json, print_table
from web.api_key_schemas import LONGEST_LIFE_DAYS
from web.api_keys import scopes_of
from web.app import ROUTES

COLUMNS = ("id", "name", "scopes", "created_at", "expires_at", "revoked_at")

account_option = click.option("--account", "email", required=True, help="E-mail of the account.")


@click.group()
def keys() -> None:
    """API keys, a machine's login in an account's name; and the data keys that rows are sealed with."""


for command in (list_data, rotate_data, rewrap_):
    keys.add_command(command)


@keys.command()
@account_option
@click.option("--name", required=True, help="What the key is for.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(scopes_of(ROUTES)),
    help="What it reaches; again for each.",
)  # fmt: skip
@click.option(
    "--days",
    default=90,
    show_default=True,
    type=click.IntRange(1, LONGEST_LIFE_DAYS),
    help="Until it expires.",
)
@data_option
def make(email: str, name: str, scopes: tuple[str, ...], days: int, data: str | None) -> None:
    """Make an API key and print it, this once."""
    with database(data) as cluster, cluster.control() as session:
        account = _account(session, email)
        row, key = make_api_key(session, account, name=name, scopes=sorted(set(scopes)), days=days)
        write_down(
            session, account.tenant_id, actor=signature(), action="make_key", subject=f"API key {row.id}",
            detail={"scopes": " ".join(row.scopes), "days": str(days)},
        )  # fmt: skip
        click.echo(f"{row.id} expires {row.expires_at:%Y-%m-%d}", err=True)
    click.echo(key)


@keys.command("list")
@account_option
@json_option
@data_option
def list_(email: str, as_json: bool, data: str | None) -> None:
    """List an account's API keys."""
    with database(data) as cluster, cluster.control() as session:
        rows = [_line(row) for row in api_keys_of(session, _account(session, email).id)]
    if as_json:
        print_json({"api_keys": rows})
        return
    print_table(COLUMNS, [{**row, "scopes": " ".join(row["scopes"])} for row in rows])


@keys.command()
@click.argument("key_id", metavar="ID", type=click.UUID)
@data_option
def revoke(key_id: UUID, data: str | None) -> None:
    """Make an API key void at once."""
    with database(data) as cluster, cluster.control() as session:
        row = session.get(ApiKey, key_id)
        if row is None:
            raise click.ClickException(f"there is no API key {key_id}")
        revoke_api_key(session, key_id)
        write_down(
            session, row.tenant_id, actor=signature(), action="revoke_key", subject=f"API key {key_id}"
        )
    click.echo(f"{key_id} is void")


def _account(session: Session, email: str) -> Account:
    account = session.scalar(select(Account).where(is_of(session, email)))
    if account is None:
        raise click.ClickException(f"there is no account {email}")
    return account


def _line(row: ApiKey) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}
