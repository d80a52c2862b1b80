"""`reveille audit`: whether the audit log is as it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from models.access.audit import Checked, chains, digest_at, verify
from operations.database import data_option, database
from operations.table import json_option, print_json, print_table

COLUMNS = ("tenant_id", "entries", "head", "fault")


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command("verify")
@click.option(
    "--since", "noted", type=click.Path(exists=True, dir_okay=False),
    help="What `verify --json` printed earlier, kept elsewhere: its heads must still be in the chains.",
)  # fmt: skip
@json_option
@data_option
def verify_(noted: str | None, as_json: bool, data: str | None) -> None:
    """Compute every digest again; exit with 1 when an entry was changed, taken out or put between.

    Whoever can rewrite the whole chain, or cut off its end, is found only by --since.
    """
    earlier = _noted(noted) if noted else {}
    with database(data) as cluster, cluster.control() as session:
        tenants = sorted({*chains(session), *earlier})
        rows = [_row(session, verify(session, tenant_id), earlier.get(tenant_id)) for tenant_id in tenants]
    if as_json:
        print_json({"chains": rows})
    else:
        print_table(COLUMNS, rows)
    raise SystemExit(1 if any(row["fault"] for row in rows) else 0)


def _noted(path: str) -> dict[UUID, tuple[int, str]]:
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))["chains"]
        return {UUID(row["tenant_id"]): (int(row["entries"]), str(row["head"])) for row in kept}
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{path} is not what `reveille audit verify --json` prints") from error


def _row(session: Session, found: Checked, earlier: tuple[int, str] | None) -> dict[str, Any]:
    fault = None
    if found.broken_at is not None:
        fault = f"entry {found.broken_at} is not as it was written, or one before it is missing"
    elif earlier and earlier[0] and _digest(session, found.tenant_id, earlier[0]) != earlier[1]:
        fault = f"entry {earlier[0]} is not the one that was noted"
    return {
        "tenant_id": found.tenant_id, "entries": found.entries, "head": found.head.hex(), "fault": fault
    }  # fmt: skip


def _digest(session: Session, tenant_id: UUID, number: int) -> str:
    return (digest_at(session, tenant_id, number) or b"").hex()
