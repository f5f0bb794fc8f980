"""Passkeys of staff, and challenges that were answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import Instant
from survey.migrations.wall import put_behind, take_away

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

NEW = ("passkey", "used_challenge")


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(length=2048), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_count_from_zero")),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_passkey_practice_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_passkey_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "credential_id", name=op.f("pk_passkey")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "used_challenge",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_used_challenge_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "challenge_hash", name=op.f("pk_used_challenge")),
        sqlite_with_rowid=False,
    )
    put_behind(*NEW)


def downgrade() -> None:
    take_away(*NEW)
    for table in NEW:
        op.drop_table(table)
