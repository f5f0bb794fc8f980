"""Printed cards: tags of those that may be used, and of those that were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_card_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "tag", name=op.f("pk_card")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent_card",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "tag"],
            ["card.practice_id", "card.tag"],
            name=op.f("fk_spent_card_practice_id_card"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_spent_card_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "tag", name=op.f("pk_spent_card")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("spent_card")
    op.drop_table("card")
