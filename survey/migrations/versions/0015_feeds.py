"""Folders and calendars that are looked at by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import Instant

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
    op.create_table(
        "calendar_feed",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("clinician", sa.String(length=120), nullable=False),
        sa.Column("next_look", Instant(), nullable=False),
        sa.Column("read_day", sa.Date(), nullable=True),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("modified", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.CheckConstraint("(failing_since IS NULL) = (trouble = '')", name=op.f("ck_calendar_feed_failing")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_calendar_feed_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "number", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("practice_id", "secret", name=op.f("uq_calendar_feed_practice_id")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    op.drop_table("watched_folder")
