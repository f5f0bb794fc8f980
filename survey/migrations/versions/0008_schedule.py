"""Holidays, hours, daily limits, the test mail."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import survey.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

HOURS = "6 <= from_hour AND from_hour < until_hour AND until_hour <= 21"


def upgrade() -> None:
    """Whoever sent mail before sends on only after a test mail has arrived."""
    _mail_schedule()
    _table(
        "mail_test",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("begun_at", survey.db.Instant(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_mail_test_few_tries")),
    )
    _table(
        "own_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        also="day",
    )
    _table(
        "visit_type",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        also="name",
    )
    op.execute("UPDATE practice SET sending = false")


def downgrade() -> None:
    for name in ("visit_type", "own_day", "mail_test", "mail_schedule"):
        op.drop_table(name)


def _mail_schedule() -> None:
    _table(
        "mail_schedule",
        sa.Column("from_hour", sa.Integer(), nullable=False),
        sa.Column("until_hour", sa.Integer(), nullable=False),
        sa.Column("most_per_day", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=True),
        sa.CheckConstraint(HOURS, name=op.f("ck_mail_schedule_quiet_hours")),
        sa.CheckConstraint("most_per_day >= 1", name=op.f("ck_mail_schedule_some_mail")),
        sa.CheckConstraint("tested_on IS NULL OR sender <> ''", name=op.f("ck_mail_schedule_tested_sender")),
    )


def _table(name: str, *parts: Any, also: str = "") -> None:
    """A table of the practice's own, with its practice first in the key."""
    key = ["practice_id", also] if also else ["practice_id"]
    op.create_table(
        name,
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f(f"fk_{name}_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
