"""Visits known again from several programs; the history of imports and what the last one changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import survey.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visit", sa.Column("scope", sa.String(length=60), server_default="", nullable=False))
    op.add_column("visit", sa.Column("address_tag", sa.LargeBinary(length=16), nullable=True))
    op.add_column("visit", sa.Column("start_tag", sa.LargeBinary(length=16), nullable=True))
    op.add_column("visit", sa.Column("import_number", sa.Integer(), nullable=True))
    op.create_index("ix_visit_address", "visit", ["practice_id", "address_tag"], unique=False)
    _visit_identity()
    _visit_import()
    _visit_before()


def downgrade() -> None:
    op.drop_table("visit_before")
    op.drop_table("visit_import")
    op.drop_table("visit_identity")
    op.drop_index("ix_visit_address", table_name="visit")
    for column in ("import_number", "start_tag", "address_tag", "scope"):
        op.drop_column("visit", column)


def _visit_identity() -> None:
    op.create_table(
        "visit_identity",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("visit_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("import_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "visit_tag"],
            ["visit.practice_id", "visit.visit_tag"],
            name="fk_visit_identity_visit",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_visit_identity_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "tag", name=op.f("pk_visit_identity")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_visit_identity_visit", "visit_identity", ["practice_id", "visit_tag"], unique=False)


def _visit_import() -> None:
    op.create_table(
        "visit_import",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lease_until", survey.db.Instant(timezone=True), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_visit_import_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "number", name=op.f("pk_visit_import")),
        sqlite_with_rowid=False,
    )


def _visit_before() -> None:
    op.create_table(
        "visit_before",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("import_number", sa.Integer(), nullable=False),
        sa.Column("visit_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("client_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("clinician_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("visit_type", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.Column("address_tag", sa.LargeBinary(length=16), nullable=True),
        sa.Column("start_tag", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_visit_before_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "import_number", "visit_tag", name=op.f("pk_visit_before")),
        sqlite_with_rowid=False,
    )
