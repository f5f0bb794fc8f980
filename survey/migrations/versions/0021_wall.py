"""On PostgreSQL, a wall between practices."""

from __future__ import annotations

from survey.migrations.wall import put_behind, take_away

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = (
    "action",
    "action_step",
    "action_text",
    "api_key",
    "api_request",
    "atom",
    "audit_entry",
    "calendar_feed",
    "cap_mark",
    "card",
    "cell",
    "clinician",
    "comment",
    "contact_request",
    "draft",
    "invitation",
    "location",
    "mail_complaint",
    "mail_count",
    "mail_run",
    "mail_schedule",
    "mail_test",
    "opt_out",
    "own_day",
    "pool",
    "pool_key",
    "published_instrument",
    "relay_rest",
    "remembered_match",
    "report",
    "scratch",
    "sent_total",
    "spent",
    "spent_card",
    "staff",
    "staff_session",
    "tally",
    "theme_correction",
    "unreleased",
    "upload",
    "visit",
    "visit_before",
    "visit_identity",
    "visit_import",
    "visit_type",
)


def upgrade() -> None:
    put_behind(*TABLES)


def downgrade() -> None:
    take_away(*TABLES)
