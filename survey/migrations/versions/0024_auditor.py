"""The auditor as a role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BEFORE = {"ck_staff_known_role": "role IN ('owner', 'clinician', 'front_desk')"}
AFTER = {
    "ck_staff_known_role": "role IN ('owner', 'clinician', 'front_desk', 'auditor')",
    "ck_staff_auditor_has_none": "role <> 'auditor' OR clinician_id IS NULL",
}
#: Rows that point at an account and are worth keeping; whoever is signed in signs in again.
KEPT = {
    "second_factor": ("practice_id", "staff_id", "sealed", "waiting", "last_step", "since"),
    "recovery_code": ("practice_id", "staff_id", "code_hash"),
}
GONE = ("staff_session", "pending_sign_in")
POINTING = (*KEPT, *GONE)
STAFF = sa.table("staff", sa.column("practice_id"), sa.column("id"), sa.column("role"))


def upgrade() -> None:
    _exchange(BEFORE, AFTER)


def downgrade() -> None:
    """Accounts of auditors go: without the role nobody could tell what they may see."""
    auditors = sa.select(STAFF.c.practice_id, STAFF.c.id).where(STAFF.c.role == "auditor")
    for name in POINTING:
        whose = sa.table(name, sa.column("practice_id"), sa.column("staff_id"))
        op.execute(sa.delete(whose).where(sa.tuple_(whose.c.practice_id, whose.c.staff_id).in_(auditors)))
    op.execute(sa.delete(STAFF).where(STAFF.c.role == "auditor"))
    _exchange(AFTER, BEFORE)


def _exchange(before: dict[str, str], after: dict[str, str]) -> None:
    """SQLite writes the table anew, so nothing may point at it meanwhile; PostgreSQL changes its rules."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _change_rules(before, after)
        return
    kept = {}
    for name, columns in KEPT.items():
        table = sa.table(name, *(sa.column(column) for column in columns))
        kept[name] = table, [dict(row) for row in connection.execute(sa.select(table)).mappings()]
    for name in POINTING:
        op.execute(sa.delete(sa.table(name)))
    _change_rules(before, after)
    for table, rows in kept.values():
        if rows:
            connection.execute(table.insert(), rows)


def _change_rules(before: dict[str, str], after: dict[str, str]) -> None:
    """SQLite does not tell its checks, so the table is written out here."""
    options = {"sqlite_with_rowid": False}
    with op.batch_alter_table("staff", copy_from=_staff(before), table_kwargs=options) as staff:
        for name in before:
            staff.drop_constraint(op.f(name), type_="check")
        for name, rule in after.items():
            staff.create_check_constraint(op.f(name), rule)


def _staff(checks: dict[str, str]) -> sa.Table:
    rules = {
        "ck_staff_clinician_has_results": "role <> 'clinician' OR clinician_id IS NOT NULL",
        "ck_staff_front_desk_has_none": "role <> 'front_desk' OR clinician_id IS NULL",
        **checks,
    }
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
        sa.Column("news", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("news_month", sa.String(length=7), server_default="", nullable=False),
        sa.Column("links", sa.Integer(), server_default="0", nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(name)) for name, rule in rules.items()),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["clinician.practice_id", "clinician.id"],
            name=op.f("fk_staff_practice_id_clinician"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_staff_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_staff")),
        sa.UniqueConstraint("practice_id", "email", name=op.f("uq_staff_practice_id")),
    )
