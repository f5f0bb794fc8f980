"""What is known of the last backup."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import Instant

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("backup_night", sa.Date(), nullable=True))
    op.add_column("installation", sa.Column("backup_tried", Instant(), nullable=True))
    op.add_column(
        "installation", sa.Column("backup_trouble", sa.String(length=400), server_default="", nullable=False)
    )


def downgrade() -> None:
    for column in ("backup_trouble", "backup_tried", "backup_night"):
        op.drop_column("installation", column)
