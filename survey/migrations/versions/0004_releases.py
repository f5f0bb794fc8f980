"""Atoms, tallies, released comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _atom()
    _tally()
    _comment()
    _unreleased()


def downgrade() -> None:
    op.drop_table("unreleased")
    op.drop_table("comment")
    op.drop_table("tally")
    op.drop_table("atom")


def _atom() -> None:
    op.create_table(
        "atom",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cell_id", sa.BigInteger(), nullable=True),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind <> 'comments' OR n >= 10", name=op.f("ck_atom_least_n_comments")),
        sa.CheckConstraint("kind IN ('ratings', 'comments')", name=op.f("ck_atom_known_kind")),
        sa.CheckConstraint("n >= 5", name=op.f("ck_atom_least_n")),
        sa.ForeignKeyConstraint(
            ["practice_id", "cell_id"], ["cell.practice_id", "cell.id"], name=op.f("fk_atom_practice_id_cell")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_atom_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_atom")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_atom_month", "atom", ["practice_id", "kind", "month"], unique=False)


def _tally() -> None:
    op.create_table(
        "tally",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("atom_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 1", name=op.f("ck_tally_counted")),
        sa.ForeignKeyConstraint(
            ["practice_id", "atom_id"],
            ["atom.practice_id", "atom.id"],
            name=op.f("fk_tally_practice_id_atom"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_tally_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "atom_id", "item", "value", name=op.f("pk_tally")),
        sqlite_with_rowid=False,
    )


def _comment() -> None:
    op.create_table(
        "comment",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("atom_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("box", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint("audience IN ('all', 'management')", name=op.f("ck_comment_known_audience")),
        sa.ForeignKeyConstraint(
            ["practice_id", "atom_id"],
            ["atom.practice_id", "atom.id"],
            name=op.f("fk_comment_practice_id_atom"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_comment_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )


def _unreleased() -> None:
    op.create_table(
        "unreleased",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("cause", sa.String(length=8), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("cause IN ('expired', 'lost')", name=op.f("ck_unreleased_known_cause")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_unreleased_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "month", "kind", "cause", name=op.f("pk_unreleased")),
        sqlite_with_rowid=False,
    )
