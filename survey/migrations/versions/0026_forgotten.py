"""Staff ask for a new password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import Instant
from survey.migrations.wall import put_behind, take_away

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_request",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("hour", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_password_request_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_password_request")),
        sqlite_with_rowid=False,
    )
    put_behind("password_request")


def downgrade() -> None:
    take_away("password_request")
    op.drop_table("password_request")
