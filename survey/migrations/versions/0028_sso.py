"""Staff sign in with another service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import Instant
from survey.migrations.wall import put_behind, take_away

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sso_binding",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_sso_binding_practice_id_practice")
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_sso_binding_practice_id_staff"),
        ),
        sa.PrimaryKeyConstraint("practice_id", "staff_id", name=op.f("pk_sso_binding")),
        sa.UniqueConstraint("practice_id", "subject_hash", name=op.f("uq_sso_binding_practice_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sso_attempt",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("state_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_sso_attempt_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "state_hash", name=op.f("pk_sso_attempt")),
        sqlite_with_rowid=False,
    )
    put_behind("sso_binding", "sso_attempt")


def downgrade() -> None:
    take_away("sso_binding", "sso_attempt")
    op.drop_table("sso_attempt")
    op.drop_table("sso_binding")
