"""What rows hold on a person is sealed, and e-mail addresses are found by a blind index.

Every row that holds such a thing is sealed and its table written anew, so that nothing of it is left in the
table's files. The root keys must be set when there are such rows. Processes of the version before cannot
work meanwhile nor after it: stop the platform, migrate, start it. Write-ahead logs and backups of before
still hold what was not sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

from models.migrations.policies import protect
from models.sealing.place import Place, Sealed
from models.sealing.ring import Ring

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PAGE = 5_000  # rows


class Change(NamedTuple):
    """A column to be: what is sealed in it, the columns that it replaces, and how those are had back."""

    table: str
    keys: tuple[str, ...]
    column: str
    plain: str  # SQL: JSON, or bytes where `raw`
    replaces: tuple[tuple[str, str, str], ...]  # name, definition, and SQL that has it from `opened`
    raw: bool = False
    empty: bool = False  # whether it may be null


CHANGES = (
    Change("account", ("id",), "email", "to_jsonb(email)", (("email", "text", "opened #>> '{}'"),)),
    Change("account", ("id",), "name", "to_jsonb(name)", (("name", "text", "opened #>> '{}'"),)),
    Change("member", ("id",), "profile", "nullif(profile, '{}')",
           (("profile", "jsonb", "opened"),), empty=True),
    Change("identity", ("id",), "subject", "to_jsonb(subject)",
           (("subject", "text", "opened #>> '{}'"),)),
    Change("weight_log", ("member_id", "date"), "entry", "jsonb_build_object('weight_kg', weight_kg)",
           (("weight_kg", "double precision", "(opened ->> 'weight_kg')::double precision"),)),
    Change("intake_log", ("member_id", "date"), "entry",
           "jsonb_build_object('kcal', kcal, 'protein_g', protein_g)",
           (("kcal", "double precision", "(opened ->> 'kcal')::double precision"),
            ("protein_g", "double precision", "(opened ->> 'protein_g')::double precision"))),
    Change("workout_log", ("member_id", "id"), "entry", "entry", (("entry", "jsonb", "opened"),)),
    Change("archive_key", ("member_id",), "key", "key", (("key", "bytea", "opened"),), raw=True),
    Change("webhook", ("id",), "secret", "secret", (("secret", "bytea", "opened"),), raw=True),
    Change("webhook", ("id",), "old_secret", "old_secret",
           (("old_secret", "bytea", "opened"),), raw=True, empty=True),
)  # fmt: skip

INDEXES = (
    ("account", "email_index", "SELECT id, email FROM account", "account.email"),
    (
        "identity",
        "subject_index",
        "SELECT id, issuer || chr(10) || subject FROM identity",
        "identity.subject",
    ),
)


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("root_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "version", name=op.f("pk_data_key")),
    )
    protect("data_key")
    op.create_table(
        "login_failure",
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email_index", name=op.f("pk_login_failure")),
    )
    op.create_index(op.f("ix_login_failure_failed_at"), "login_failure", ["failed_at"])
    op.add_column("member", sa.Column("measured", sa.Boolean(), server_default="false", nullable=False))
    op.execute(
        "UPDATE member SET measured = profile ?& ARRAY['weight_kg', 'height_cm'] WHERE profile <> '{}'"
    )
    op.drop_constraint("uq_identity_issuer_subject", "identity")
    op.drop_column("account", "failures")
    op.drop_column("account", "failed_at")
    for table, column, wanted, of in INDEXES:
        op.add_column(table, sa.Column(column, sa.LargeBinary()))
        _fill_index(table, column, wanted, of)
        op.alter_column(table, column, nullable=False)
        op.create_unique_constraint(op.f(f"uq_{table}_{column}"), table, [column])
    for change in CHANGES:
        _seal(change)
    for table in dict.fromkeys(change.table for change in CHANGES):
        _write_anew(table)


def downgrade() -> None:
    for change in CHANGES:
        _open(change)
    for table, column, _, _ in INDEXES:
        op.drop_column(table, column)
    op.create_unique_constraint("uq_account_email", "account", ["email"])
    op.create_unique_constraint("uq_identity_issuer_subject", "identity", ["issuer", "subject"])
    op.add_column("account", sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
    op.add_column("account", sa.Column("failed_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE member SET profile = '{}' WHERE profile IS NULL")
    op.alter_column("member", "profile", server_default="{}", nullable=False)
    op.drop_column("member", "measured")
    op.create_check_constraint("weight", "weight_log", "weight_kg BETWEEN 25 AND 350")
    op.create_check_constraint("kcal", "intake_log", "kcal BETWEEN 0 AND 15000")
    op.drop_table("login_failure")
    op.drop_table("data_key")


def _seal(change: Change) -> None:
    ring = _ring()
    op.add_column(change.table, sa.Column("sealed", sa.LargeBinary()))
    for rows in _pages(change, change.plain):
        found = [{"sealed": _sealed(ring, change, row), **_named(change, row)} for row in rows]
        _update(change, "sealed = :sealed", found)
    for name, _, _ in change.replaces:
        op.drop_column(change.table, name)
    op.alter_column(change.table, "sealed", new_column_name=change.column, nullable=change.empty)


def _open(change: Change) -> None:
    ring = _ring()
    op.alter_column(change.table, change.column, new_column_name="sealed")
    kind = "bytea" if change.raw else "jsonb"
    op.execute(f"ALTER TABLE {change.table} ADD COLUMN opened {kind}")
    for rows in _pages(change, "sealed"):
        found = [{"opened": _opened(ring, change, row), **_named(change, row)} for row in rows]
        _update(change, f"opened = cast(:opened AS {kind})", found)
    for name, definition, value in change.replaces:
        op.execute(f"ALTER TABLE {change.table} ADD COLUMN {name} {definition}")
        op.execute(f"UPDATE {change.table} SET {name} = {value}")  # noqa: S608 (ours)
        if not change.empty and name != "protein_g":
            op.alter_column(change.table, name, nullable=False)
    op.drop_column(change.table, "opened")
    op.drop_column(change.table, "sealed")


def _pages(change: Change, value: str) -> Iterator[Sequence[Any]]:
    """Key, tenant and value of every row that has one, by their keys."""
    keys = ", ".join(change.keys)
    columns = f"{keys}, tenant_id, {value} AS value"
    after, told = "", dict[str, Any]()
    while True:
        wanted = f"""
        SELECT {columns} FROM {change.table} WHERE {value} IS NOT NULL {after} ORDER BY {keys} LIMIT {PAGE}
        """  # noqa: S608 (ours)
        rows = op.get_bind().execute(sa.text(wanted), told).all()
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        after = f"AND ({keys}) > ({', '.join(f':{key}' for key in change.keys)})"
        told = _named(change, rows[-1])


def _update(change: Change, what: str, rows: list[dict[str, Any]]) -> None:
    its = " AND ".join(f"{key} = :{key}" for key in change.keys)
    if rows:
        op.get_bind().execute(sa.text(f"UPDATE {change.table} SET {what} WHERE {its}"), rows)  # noqa: S608 (ours)


def _named(change: Change, row: Any) -> dict[str, Any]:
    return {key: getattr(row, key) for key in change.keys}


def _place(change: Change, row: Any) -> Place:
    return Place(row.tenant_id, change.table, change.column, tuple(row[: len(change.keys)]))


def _sealed(ring: Ring, change: Change, row: Any) -> bytes:
    place = _place(change, row)
    return ring.seal(place, row.value) if change.raw else ring.seal_json(place, row.value)


def _opened(ring: Ring, change: Change, row: Any) -> object:
    place, sealed = _place(change, row), Sealed(row.value)
    return ring.open(place, sealed) if change.raw else json.dumps(ring.open_json(place, sealed))


def _fill_index(table: str, column: str, wanted: str, of: str) -> None:
    ring = _ring()
    rows = op.get_bind().execute(sa.text(wanted)).all()
    found = [{"key": key, "index": ring.blind_index(of, text)} for key, text in rows]
    if found:
        op.get_bind().execute(sa.text(f"UPDATE {table} SET {column} = :index WHERE id = :key"), found)  # noqa: S608


def _write_anew(table: str) -> None:
    """A default that differs from row to row makes PostgreSQL copy the table, without dropped columns."""
    op.execute(f"ALTER TABLE {table} ADD COLUMN anew uuid DEFAULT gen_random_uuid()")
    op.drop_column(table, "anew")


def _ring() -> Ring:
    """The keys, in the migration's own transaction."""

    @contextmanager
    def reach(_tenant_id: object) -> Iterator[sa.Connection]:
        yield op.get_bind()

    config = op.get_context().config
    assert config is not None  # noqa: S101 (for the type checker)
    return Ring(config.attributes.get("root_keys", ""), reach)
