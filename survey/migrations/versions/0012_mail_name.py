"""A practice's neutral name for mails, and the language of its letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "practice", sa.Column("mail_name", sa.String(length=120), server_default="", nullable=False)
    )
    op.add_column(
        "practice", sa.Column("mail_language", sa.String(length=8), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("practice", "mail_language")
    op.drop_column("practice", "mail_name")
