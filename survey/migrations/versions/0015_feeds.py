"""Folders and calendars that are looked at by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watched_folder",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_watched_folder_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "path", name=op.f("pk_watched_folder")),
        sa.UniqueConstraint("path", name=op.f("uq_watched_folder_path")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("watched_folder")
