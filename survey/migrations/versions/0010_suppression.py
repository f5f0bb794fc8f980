"""Bounces, complaints, people who are not to be written to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_count",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_mail_count_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "day", "cause", name=op.f("pk_mail_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mail_complaint",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("invitation_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_mail_complaint_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "invitation_id", name=op.f("pk_mail_complaint")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("mail_complaint")
    op.drop_table("mail_count")
