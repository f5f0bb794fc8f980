"""Drafts of surveys, and the note that goes with a published version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_draft_counted")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_draft_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "instrument", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "published_instrument", sa.Column("note", sa.String(length=300), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("published_instrument", "note")
    op.drop_table("draft")
