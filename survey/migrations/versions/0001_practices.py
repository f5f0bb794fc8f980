"""Practices, their people, their surveys, their cells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import survey.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _installation()
    _practice()
    _cell_practice()
    _location()
    _clinician()
    _cell()
    _published_instrument()
    _staff()
    _staff_session()
    _audit_entry()
    _job_run()


def downgrade() -> None:
    op.drop_table("job_run")
    op.drop_table("audit_entry")
    op.drop_table("staff_session")
    op.drop_table("staff")
    op.drop_table("published_instrument")
    op.drop_table("cell")
    op.drop_table("clinician")
    op.drop_table("location")
    op.drop_table("cell_practice")
    op.drop_table("practice")
    op.drop_table("installation")


def _installation() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.LargeBinary(length=16), nullable=False),
        sa.Column("contact_check", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )


def _practice() -> None:
    op.create_table(
        "practice",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("k_ratings", sa.Integer(), nullable=False),
        sa.Column("k_comments", sa.Integer(), nullable=False),
        sa.Column("least_texts", sa.Integer(), nullable=False),
        sa.Column("reminders", sa.String(length=12), nullable=False),
        sa.Column("sending", sa.Boolean(), nullable=False),
        sa.CheckConstraint("k_comments >= 10", name=op.f("ck_practice_k_comments_least")),
        sa.CheckConstraint("k_ratings >= 5", name=op.f("ck_practice_k_ratings_least")),
        sa.CheckConstraint("least_texts >= 3", name=op.f("ck_practice_least_texts_least")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint("slug", name=op.f("uq_practice_slug")),
        sqlite_with_rowid=False,
    )


def _cell_practice() -> None:
    op.create_table(
        "cell_practice",
        sa.Column("cell_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_cell_practice_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("cell_id", name=op.f("pk_cell_practice")),
        sqlite_with_rowid=False,
    )


def _location() -> None:
    op.create_table(
        "location",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_location_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_location")),
        sa.UniqueConstraint("practice_id", "name", name=op.f("uq_location_practice_id")),
        sqlite_with_rowid=False,
    )


def _clinician() -> None:
    op.create_table(
        "clinician",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_clinician_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_clinician")),
        sa.UniqueConstraint("practice_id", "name", name=op.f("uq_clinician_practice_id")),
        sqlite_with_rowid=False,
    )


def _cell() -> None:
    op.create_table(
        "cell",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("visit_type", sa.String(length=40), nullable=False),
        sa.Column("clinician_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["clinician.practice_id", "clinician.id"],
            name=op.f("fk_cell_practice_id_clinician"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_cell_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_cell")),
        sa.UniqueConstraint(
            "practice_id", "instrument", "visit_type", "clinician_id", name=op.f("uq_cell_practice_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_cell_practice_level",
        "cell",
        ["practice_id", "instrument", "visit_type"],
        unique=True,
        sqlite_where=sa.text("clinician_id IS NULL"),
        postgresql_where=sa.text("clinician_id IS NULL"),
    )


def _published_instrument() -> None:
    op.create_table(
        "published_instrument",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("instrument", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_published_instrument_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "label", name=op.f("pk_published_instrument")),
        sa.UniqueConstraint(
            "practice_id", "instrument", "version", name=op.f("uq_published_instrument_practice_id")
        ),
        sqlite_with_rowid=False,
    )


def _staff() -> None:
    op.create_table(
        "staff",
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
        sa.CheckConstraint("role IN ('owner', 'clinician')", name=op.f("ck_staff_known_role")),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["clinician.practice_id", "clinician.id"],
            name=op.f("fk_staff_practice_id_clinician"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_staff_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_staff")),
        sa.UniqueConstraint("practice_id", "email", name=op.f("uq_staff_practice_id")),
        sqlite_with_rowid=False,
    )


def _staff_session() -> None:
    op.create_table(
        "staff_session",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", survey.db.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", survey.db.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "staff_id"],
            ["staff.practice_id", "staff.id"],
            name=op.f("fk_staff_session_practice_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_staff_session_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "secret_hash", name=op.f("pk_staff_session")),
        sqlite_with_rowid=False,
    )


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", survey.db.Instant(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("before", sa.LargeBinary(length=32), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_audit_entry_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "number", name=op.f("pk_audit_entry")),
        sqlite_with_rowid=False,
    )


def _job_run() -> None:
    op.create_table(
        "job_run",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_job_run_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "job", "day", name=op.f("pk_job_run")),
        sqlite_with_rowid=False,
    )
