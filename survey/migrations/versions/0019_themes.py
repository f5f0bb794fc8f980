"""Themes of comments as people corrected them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "theme_correction",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("themes", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "comment_id"],
            ["comment.practice_id", "comment.id"],
            name=op.f("fk_theme_correction_practice_id_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_theme_correction_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "comment_id", name=op.f("pk_theme_correction")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("theme_correction")
