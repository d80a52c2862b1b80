"""Lean plans: a row keeps what was decided, and the catalogue's versions are kept beside them.

Plans of the version before are packed here. Processes of that version cannot work on this schema: stop the
platform, migrate, start it.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from planners.lean import Catalogue, carried, pack, unpack
from planners.spec import Kind

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

CHUNK = 500
SET_DAYS = "UPDATE plan SET days = coalesce((request ->> 'days')::int, 7 * (request ->> 'weeks')::int)"

plan = sa.table(
    "plan",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("request", postgresql.JSONB()),
    sa.column("body", postgresql.JSONB()),
    sa.column("catalogue_id", sa.Uuid()),
    sa.column("content", sa.LargeBinary()),
)
catalogue = sa.table(
    "catalogue",
    sa.column("id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("content", sa.LargeBinary()),
)


def upgrade() -> None:
    op.create_table(
        "catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nutrition", "workout", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
    )
    op.add_column("plan", sa.Column("days", sa.SmallInteger(), nullable=True))
    op.execute(SET_DAYS)
    op.alter_column("plan", "days", nullable=False)
    op.add_column("plan", sa.Column("catalogue_id", sa.Uuid(), nullable=True))
    op.add_column("plan", sa.Column("content", sa.LargeBinary(), nullable=True))
    _pack()
    op.alter_column("plan", "catalogue_id", nullable=False)
    op.alter_column("plan", "content", nullable=False)
    op.drop_column("plan", "request")
    op.drop_column("plan", "body")


def _pack() -> None:
    for kind in Kind:
        wanted = sa.select(plan.c.id, plan.c.request, plan.c.body).where(
            plan.c.kind == str(kind), plan.c.content.is_(None)
        )
        version = carried(kind)
        while rows := op.get_bind().execute(wanted.limit(CHUNK)).all():
            _keep(version)
            contents = {row.id: pack(row.body, row.request, version).content for row in rows}
            _set([{"of": of, "by": version.id, "as": content} for of, content in contents.items()])


def _keep(version: Catalogue) -> None:
    texts = json.dumps({"table": version.table, "examples": version.examples}).encode()
    kept = postgresql.insert(catalogue).values(
        id=version.id, kind=str(version.kind), content=zlib.compress(texts, 9)
    )
    op.get_bind().execute(kept.on_conflict_do_nothing())


def _set(rows: list[dict[str, Any]]) -> None:
    values: dict[str, Any] = {"catalogue_id": sa.bindparam("by"), "content": sa.bindparam("as")}
    op.get_bind().execute(sa.update(plan).where(plan.c.id == sa.bindparam("of")).values(values), rows)


def downgrade() -> None:
    op.add_column("plan", sa.Column("request", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("plan", sa.Column("body", postgresql.JSONB(none_as_null=True), nullable=True))
    _unpack()
    op.alter_column("plan", "request", nullable=False)
    op.alter_column("plan", "body", nullable=False)
    op.drop_column("plan", "days")
    op.drop_column("plan", "catalogue_id")
    op.drop_column("plan", "content")
    op.drop_table("catalogue")


def _unpack() -> None:
    versions = {
        row.id: Catalogue(kind=Kind(row.kind), **json.loads(zlib.decompress(row.content)))
        for row in op.get_bind().execute(sa.select(catalogue))
    }
    wanted = sa.select(plan.c.id, plan.c.catalogue_id, plan.c.content).where(plan.c.body.is_(None))
    values: dict[str, Any] = {"body": sa.bindparam("whole"), "request": sa.bindparam("asked")}
    put = sa.update(plan).where(plan.c.id == sa.bindparam("of")).values(values)
    while rows := op.get_bind().execute(wanted.limit(CHUNK)).all():
        whole = [(row.id, *unpack(row.content, versions[row.catalogue_id])) for row in rows]
        op.get_bind().execute(put, [{"of": of, "whole": body, "asked": asked} for of, body, asked in whole])
