"""Earlier links to choose a password can be voided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("links", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("staff", "links")
