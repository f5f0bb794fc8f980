"""An owner may ask that a closed practice be deleted."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A column's own check, so that SQLite can add it, and drop it again.
    op.execute(
        "ALTER TABLE practice ADD COLUMN leaves_on DATE "
        "CONSTRAINT ck_practice_leaving_is_closed CHECK (leaves_on IS NULL OR closed_on IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_column("practice", "leaves_on")
