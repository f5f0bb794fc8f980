"""Frozen reports and the repair register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _report()
    _action()
    _action_step()


def downgrade() -> None:
    op.drop_table("action_step")
    op.drop_table("action")
    op.drop_table("report")


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_report_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "quarter", name=op.f("pk_report")),
        sqlite_with_rowid=False,
    )


def _action() -> None:
    op.create_table(
        "action",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("touchpoint", sa.String(length=40), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('breakdown', 'acknowledged', 'promised', 'done', 'checked')",
            name=op.f("ck_action_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_action_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_action")),
        sqlite_with_rowid=False,
    )


def _action_step() -> None:
    op.create_table(
        "action_step",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "action_id"],
            ["action.practice_id", "action.id"],
            name=op.f("fk_action_step_practice_id_action"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_action_step_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "action_id", "number", name=op.f("pk_action_step")),
        sqlite_with_rowid=False,
    )
