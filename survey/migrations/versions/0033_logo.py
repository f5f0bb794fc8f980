"""A practice may have a logo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.migrations.wall import put_behind, take_away

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("practice", sa.Column("logo", sa.String(length=12), server_default="", nullable=False))
    op.create_table(
        "logo",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(png) <= 131072", name=op.f("ck_logo_logo_is_light")),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_logo_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", name=op.f("pk_logo")),
        sqlite_with_rowid=False,
    )
    put_behind("logo")


def downgrade() -> None:
    take_away("logo")
    op.drop_table("logo")
    op.drop_column("practice", "logo")
