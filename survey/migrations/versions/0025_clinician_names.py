"""Former names of clinicians, and records found to be of one person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.migrations.wall import put_behind, take_away

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("clinician_alias", "clinician_merge")


def upgrade() -> None:
    whose = ["practice_id", "clinician_id"], ["clinician.practice_id", "clinician.id"]
    op.create_table(
        "clinician_alias",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("clinician_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_clinician_alias_practice_id_practice")
        ),
        sa.ForeignKeyConstraint(*whose, name=op.f("fk_clinician_alias_practice_id_clinician")),
        sa.PrimaryKeyConstraint("practice_id", "name", name=op.f("pk_clinician_alias")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "clinician_merge",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("clinician_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("into_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("into_id <> clinician_id", name=op.f("ck_clinician_merge_not_into_itself")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_clinician_merge_practice_id_practice")
        ),
        sa.ForeignKeyConstraint(*whose, name="fk_clinician_merge_whose"),
        sa.ForeignKeyConstraint(["practice_id", "into_id"], whose[1], name="fk_clinician_merge_into"),
        sa.PrimaryKeyConstraint("practice_id", "clinician_id", name=op.f("pk_clinician_merge")),
        sqlite_with_rowid=False,
    )
    put_behind(*TABLES)


def downgrade() -> None:
    take_away(*TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
