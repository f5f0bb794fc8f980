"""A practice may have a colour of its own."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A column's own check, so that SQLite can add it, and drop it again.
    op.execute(
        "ALTER TABLE practice ADD COLUMN accent VARCHAR(7) DEFAULT '' NOT NULL "
        "CONSTRAINT ck_practice_accent_is_a_colour CHECK (accent = '' OR accent LIKE '#______')"
    )


def downgrade() -> None:
    op.drop_column("practice", "accent")
