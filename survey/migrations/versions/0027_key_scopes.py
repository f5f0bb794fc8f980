"""What a key may do. Keys that exist may send visits, as before, and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("scopes", sa.String(length=60), server_default="visits:write", nullable=False)
    op.add_column("api_key", column)


def downgrade() -> None:
    op.drop_column("api_key", "scopes")
