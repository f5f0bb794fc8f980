"""A monthly mail to clinicians that new feedback is ready; when a practice's year begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("news", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("staff", sa.Column("news_month", sa.String(length=7), server_default="", nullable=False))
    # A column's own check, so that SQLite can add it, and drop it again.
    op.execute(
        "ALTER TABLE practice ADD COLUMN year_begins INTEGER DEFAULT 1 NOT NULL "
        "CONSTRAINT ck_practice_year_of_quarters CHECK (year_begins IN (1, 4, 7, 10))"
    )


def downgrade() -> None:
    op.drop_column("practice", "year_begins")
    op.drop_column("staff", "news_month")
    op.drop_column("staff", "news")
