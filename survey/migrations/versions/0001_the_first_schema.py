"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import survey.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.LargeBinary(length=16), nullable=False),
        sa.Column("contact_check", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
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
    op.create_table(
        "action",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("touchpoint", sa.String(length=40), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('breakdown', 'acknowledged', 'promised', 'done', 'checked')",
            name=op.f("ck_action_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_action_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_action")),
        sqlite_with_rowid=False,
    )
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
    op.create_table(
        "report",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("frozen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_report_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "quarter", name=op.f("pk_report")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("issue_week", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_spent_practice_id_practice")),
        sa.PrimaryKeyConstraint("practice_id", "tag", name=op.f("pk_spent")),
        sqlite_with_rowid=False,
    )
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
    op.create_table(
        "action_step",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "action_id"],
            ["action.practice_id", "action.id"],
            name=op.f("fk_action_step_practice_id_action"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_action_step_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "action_id", "number", name=op.f("pk_action_step")),
        sqlite_with_rowid=False,
    )
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
    with op.batch_alter_table("cell", schema=None) as batch_op:
        batch_op.create_index(
            "uq_cell_practice_level",
            ["practice_id", "instrument", "visit_type"],
            unique=True,
            sqlite_where=sa.text("clinician_id IS NULL"),
            postgresql_where=sa.text("clinician_id IS NULL"),
        )

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
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_client", ["practice_id", "client_tag"], unique=False)

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
    with op.batch_alter_table("atom", schema=None) as batch_op:
        batch_op.create_index("ix_atom_month", ["practice_id", "kind", "month"], unique=False)

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
        sa.CheckConstraint(
            "state IN ('due','claimed','handing_over','sent','failed','unknown','suppressed','cancelled')",
            name=op.f("ck_invitation_known_state"),
        ),
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
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_outbox", ["practice_id", "state", "send_day"], unique=False)
        batch_op.create_index("ix_invitation_week", ["practice_id", "issue_week"], unique=False)

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


def downgrade() -> None:
    op.drop_table("tally")
    op.drop_table("comment")
    op.drop_table("staff_session")
    op.drop_table("sent_total")
    op.drop_table("scratch")
    op.drop_table("pool")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_week")
        batch_op.drop_index("ix_invitation_outbox")

    op.drop_table("invitation")
    with op.batch_alter_table("atom", schema=None) as batch_op:
        batch_op.drop_index("ix_atom_month")

    op.drop_table("atom")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_client")

    op.drop_table("visit")
    op.drop_table("staff")
    with op.batch_alter_table("cell", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cell_practice_level",
            sqlite_where=sa.text("clinician_id IS NULL"),
            postgresql_where=sa.text("clinician_id IS NULL"),
        )

    op.drop_table("cell")
    op.drop_table("action_step")
    op.drop_table("unreleased")
    op.drop_table("spent")
    op.drop_table("report")
    op.drop_table("published_instrument")
    op.drop_table("pool_key")
    op.drop_table("opt_out")
    op.drop_table("mail_run")
    op.drop_table("location")
    op.drop_table("job_run")
    op.drop_table("clinician")
    op.drop_table("cell_practice")
    op.drop_table("cap_mark")
    op.drop_table("audit_entry")
    op.drop_table("action")
    op.drop_table("practice")
    op.drop_table("installation")
