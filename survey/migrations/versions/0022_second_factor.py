"""Second factors of staff, their recovery codes, sign-ins that wait for a code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.db import Instant
from survey.migrations.wall import put_behind, take_away

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NEW = ("pending_sign_in", "recovery_code", "second_factor")


def upgrade() -> None:
    op.add_column(
        "practice", sa.Column("second_factor", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _make_second_factor()
    _make_recovery_code()
    _make_pending_sign_in()
    put_behind(*NEW)


def downgrade() -> None:
    take_away(*NEW)
    for table in NEW:
        op.drop_table(table)
    op.drop_column("practice", "second_factor")


def _make_second_factor() -> None:
    _make(
        "second_factor",
        [
            sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("sealed", sa.LargeBinary(length=160), nullable=True),
            sa.Column("waiting", sa.LargeBinary(length=160), nullable=True),
            sa.Column("last_step", sa.BigInteger(), nullable=False),
            sa.Column("since", sa.Date(), nullable=True),
        ],
        key=["staff_id"],
        rules={"in_use_since": "(sealed IS NULL) = (since IS NULL)"},
    )


def _make_recovery_code() -> None:
    _make(
        "recovery_code",
        [
            sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        ],
        key=["staff_id", "code_hash"],
    )


def _make_pending_sign_in() -> None:
    _make(
        "pending_sign_in",
        [
            sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
            sa.Column("staff_id", sa.BigInteger(), nullable=False),
            sa.Column("begun_at", Instant(), nullable=False),
            sa.Column("tries", sa.Integer(), nullable=False),
        ],
        key=["secret_hash"],
        rules={"few_tries": "tries BETWEEN 0 AND 5"},
    )


def _make(
    name: str, columns: list[sa.Column[object]], *, key: list[str], rules: dict[str, str] | None = None
) -> None:
    """A table that belongs to an account of a practice."""
    op.create_table(
        name,
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        *columns,
        *(sa.CheckConstraint(text, name=op.f(f"ck_{name}_{rule}")) for rule, text in (rules or {}).items()),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f(f"fk_{name}_practice_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f(f"fk_{name}_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", *key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )
