"""How the outbox looks after a relay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import survey.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relay_rest",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("relay", sa.String(length=270), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rest_until", survey.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_relay_rest_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "relay", name=op.f("pk_relay_rest")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("relay_rest")
