"""Spent links and sealed answers: the side on which nobody has a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _spent()
    _pool_key()
    _pool()
    _scratch()


def downgrade() -> None:
    op.drop_table("scratch")
    op.drop_table("pool")
    op.drop_table("pool_key")
    op.drop_table("spent")


def _spent() -> None:
    op.create_table(
        "spent",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("issue_week", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_spent_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "tag", name=op.f("pk_spent")),
        sqlite_with_rowid=False,
    )


def _pool_key() -> None:
    op.create_table(
        "pool_key",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("kid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("last_tick", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('ratings', 'comments')", name=op.f("ck_pool_key_known_kind")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_pool_key_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "kind", name=op.f("pk_pool_key")),
        sqlite_with_rowid=False,
    )


def _pool() -> None:
    op.create_table(
        "pool",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cell_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("kid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'ratings' AND length(sealed) = 560) OR (kind = 'comments' AND length(sealed) = 4144)",
            name=op.f("ck_pool_one_length"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "cell_id"], ["cell.practice_id", "cell.id"], name=op.f("fk_pool_practice_id_cell")
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_pool_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_pool")),
        sqlite_with_rowid=False,
    )


def _scratch() -> None:
    op.create_table(
        "scratch",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cell_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("kid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'ratings' AND length(sealed) = 560) OR (kind = 'comments' AND length(sealed) = 4144)",
            name=op.f("ck_scratch_one_length"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "cell_id"],
            ["cell.practice_id", "cell.id"],
            name=op.f("fk_scratch_practice_id_cell"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_scratch_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_scratch")),
        sqlite_with_rowid=False,
    )
