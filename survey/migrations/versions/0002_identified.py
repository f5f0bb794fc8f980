"""Visits and invitations: the side on which people have names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import survey.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INVITATION_STATES = (
    "state IN ('due','claimed','handing_over','sent','failed','unknown','suppressed','cancelled')"
)


def upgrade() -> None:
    _visit()
    _invitation()
    _invitation_indexes()
    _opt_out()
    _cap_mark()
    _mail_run()
    _sent_total()


def downgrade() -> None:
    op.drop_table("sent_total")
    op.drop_table("mail_run")
    op.drop_table("cap_mark")
    op.drop_table("opt_out")
    op.drop_table("invitation")
    op.drop_table("visit")


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("visit_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("client_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("clinician_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("visit_type", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["clinician.practice_id", "clinician.id"],
            name=op.f("fk_visit_practice_id_clinician"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "location_id"],
            ["location.practice_id", "location.id"],
            name=op.f("fk_visit_practice_id_location"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_visit_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "visit_tag", name=op.f("pk_visit")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_visit_client", "visit", ["practice_id", "client_tag"], unique=False)


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("cell_id", sa.BigInteger(), nullable=False),
        sa.Column("visit_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("contact_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("issue_week", sa.Integer(), nullable=False),
        sa.Column("send_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(length=320), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", survey.db.Instant(timezone=True), nullable=True),
        sa.Column("not_before", survey.db.Instant(timezone=True), nullable=True),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.CheckConstraint(INVITATION_STATES, name=op.f("ck_invitation_known_state")),
        sa.CheckConstraint("length(address_sealed) = 320", name=op.f("ck_invitation_address_length")),
        sa.ForeignKeyConstraint(
            ["practice_id", "cell_id"],
            ["cell.practice_id", "cell.id"],
            name=op.f("fk_invitation_practice_id_cell"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "label"],
            ["published_instrument.practice_id", "published_instrument.label"],
            name=op.f("fk_invitation_practice_id_published_instrument"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_invitation_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("practice_id", "visit_tag", name=op.f("uq_invitation_practice_id")),
        sqlite_with_rowid=False,
    )


def _invitation_indexes() -> None:
    op.create_index("ix_invitation_outbox", "invitation", ["practice_id", "state", "send_day"], unique=False)
    op.create_index("ix_invitation_week", "invitation", ["practice_id", "issue_week"], unique=False)


def _opt_out() -> None:
    op.create_table(
        "opt_out",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_tag", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_opt_out_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "contact_tag", name=op.f("pk_opt_out")),
        sqlite_with_rowid=False,
    )


def _cap_mark() -> None:
    op.create_table(
        "cap_mark",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_cap_mark_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "contact_tag", name=op.f("pk_cap_mark")),
        sqlite_with_rowid=False,
    )


def _mail_run() -> None:
    op.create_table(
        "mail_run",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_mail_run_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "day", "kind", name=op.f("pk_mail_run")),
        sqlite_with_rowid=False,
    )


def _sent_total() -> None:
    op.create_table(
        "sent_total",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("cell_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "cell_id"],
            ["cell.practice_id", "cell.id"],
            name=op.f("fk_sent_total_practice_id_cell"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_sent_total_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "cell_id", "month", name=op.f("pk_sent_total")),
        sqlite_with_rowid=False,
    )
