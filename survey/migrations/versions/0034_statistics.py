"""PostgreSQL plans without samples of answers, spent links and cards.

A server's ANALYZE keeps the commonest values of each column and how common they are. Of waiting answers that
is how many waited for each clinician on some earlier day, and it outlives the rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = ("pool", "scratch", "spent", "spent_card", "card")


def upgrade() -> None:
    _keep(0)


def downgrade() -> None:
    _keep(-1)


def _keep(values: int) -> None:
    """How many values of each column the server keeps; -1 stands for as many as it likes."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for column in sa.inspect(op.get_bind()).get_columns(table):
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column['name']} SET STATISTICS {values}")
