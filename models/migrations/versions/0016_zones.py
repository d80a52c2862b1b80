"""Where a member is: the time zone that his days go by, while he is away from his tenant's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("zone", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("member", "zone")
