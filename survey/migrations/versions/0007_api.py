"""Keys and repeated requests of the visits interface."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import survey.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_api_key_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "secret_hash", name=op.f("pk_api_key")),
        sa.UniqueConstraint("practice_id", "name", name=op.f("uq_api_key_practice_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "api_request",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lease_until", survey.db.Instant(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_api_request_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "tag", name=op.f("pk_api_request")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("api_request")
    op.drop_table("api_key")
