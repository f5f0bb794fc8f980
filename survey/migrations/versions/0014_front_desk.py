"""The front desk as a role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = {"ck_staff_known_role": "role IN ('owner', 'clinician')"}
AFTER = {
    "ck_staff_known_role": "role IN ('owner', 'clinician', 'front_desk')",
    "ck_staff_front_desk_has_none": "role <> 'front_desk' OR clinician_id IS NULL",
}


def upgrade() -> None:
    """Whoever is signed in signs in again: SQLite writes the table anew, and its rows may not be in use."""
    op.execute("DELETE FROM staff_session")
    _exchange(BEFORE, AFTER)


def downgrade() -> None:
    """Accounts of the front desk go: without the role nobody could tell what they may see."""
    op.execute("DELETE FROM staff_session")
    op.execute("DELETE FROM staff WHERE role = 'front_desk'")
    _exchange(AFTER, BEFORE)


def _exchange(before: dict[str, str], after: dict[str, str]) -> None:
    """SQLite does not tell its checks, so the table is written out here."""
    options = {"sqlite_with_rowid": False}
    with op.batch_alter_table("staff", copy_from=_staff(before), table_kwargs=options) as staff:
        for name in before:
            staff.drop_constraint(op.f(name), type_="check")
        for name, rule in after.items():
            staff.create_check_constraint(op.f(name), rule)


def _staff(checks: dict[str, str]) -> sa.Table:
    return sa.Table(
        "staff",
        sa.MetaData(),
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("clinician_id", sa.BigInteger(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role <> 'clinician' OR clinician_id IS NOT NULL", name=op.f("ck_staff_clinician_has_results")
        ),
        *(sa.CheckConstraint(rule, name=op.f(name)) for name, rule in checks.items()),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["clinician.practice_id", "clinician.id"],
            name=op.f("fk_staff_practice_id_clinician"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_staff_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_staff")),
        sa.UniqueConstraint("practice_id", "email", name=op.f("uq_staff_practice_id")),
    )
