"""Requests of patients who want to be contacted; where they go, who takes complaints, a practice that closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, length in (("contact_address", 254), ("complaints_to", 200)):
        op.add_column(
            "practice", sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        )
    op.add_column("practice", sa.Column("closed_on", sa.Date(), nullable=True))
    op.create_table(
        "contact_request",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("issue_week", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sealed) = 4144", name=op.f("ck_contact_request_one_length")),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_contact_request_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_contact_request")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("contact_request")
    for name in ("closed_on", "complaints_to", "contact_address"):
        op.drop_column("practice", name)
