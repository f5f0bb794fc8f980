"""Uploads that wait, and how files of this practice were read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("begun", Instant(), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'taking', 'taken')", name=op.f("ck_upload_state")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_upload_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_upload")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "remembered_match",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("shape", sa.String(length=32), nullable=False),
        sa.Column("match", sa.Text(), nullable=False),
        sa.Column("used", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_remembered_match_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "shape", name=op.f("pk_remembered_match")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("remembered_match")
    op.drop_table("upload")
