"""Repairs: an apology before the promise, a comparison fixed beforehand, lines for patients in two languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATES = "state IN ('breakdown', 'acknowledged', 'apologised', 'promised', 'done', 'checked')"
STATES_BEFORE = "state IN ('breakdown', 'acknowledged', 'promised', 'done', 'checked')"
RULES = {
    "known_state": STATES,
    "says_what_was_heard": "heard <> ''",
    "promise_is_whole": "state NOT IN ('promised', 'done', 'checked') OR "
    "(promise <> '' AND owner <> '' AND due_on IS NOT NULL)",
    "done_has_a_day": "(done_on IS NOT NULL) = (state IN ('done', 'checked'))",
    "published_is_done": "NOT published OR state IN ('done', 'checked')",
    "measure_has_a_span": "(measure = '') = (span IS NULL)",
    "known_span": "span IS NULL OR span IN (3, 6)",
    "known_effect": "effect IS NULL OR effect IN ('better', 'worse', 'not_clear', 'few')",
    "effect_of_a_deed": "effect IS NULL OR (measure <> '' AND done_on IS NOT NULL)",
    "effect_needs_thirty": "(effect IN ('better', 'worse', 'not_clear') AND share_before IS NOT NULL AND "
    "share_after IS NOT NULL AND band_before IS NOT NULL AND band_after IS NOT NULL AND share_before BETWEEN 1 AND 99 AND "
    "share_after BETWEEN 1 AND 99 AND band_before >= 30 AND band_after >= 30) OR "
    "(effect IS NULL OR effect = 'few') AND share_before IS NULL AND share_after IS NULL AND "
    "band_before IS NULL AND band_after IS NULL",
}


def upgrade() -> None:
    _set_aside()
    _action(*_new_columns(), *_rules("action", RULES))
    _action_step(kind=True)
    _action_text()
    op.execute(
        "INSERT INTO action (practice_id, id, touchpoint, heard, promise, owner, due_on, done_on, state, "
        "published, measure) SELECT practice_id, id, touchpoint, heard, promise, owner, due_on, done_on, "
        "state, published, '' FROM action_before"
    )
    op.execute(
        "INSERT INTO action_step (practice_id, action_id, number, kind, state, day, by, note) "
        "SELECT practice_id, action_id, number, CASE WHEN note = 'published' THEN 'published' ELSE 'moved' END, "
        "state, day, by, CASE WHEN note = 'published' THEN '' ELSE note END FROM action_step_before"
    )
    # What was published stays so where it fits a line; the rest waits for shorter words.
    op.execute(
        "INSERT INTO action_text (practice_id, action_id, language, said, did) "
        "SELECT practice_id, id, 'en', heard, promise FROM action_before "
        "WHERE published AND length(heard) BETWEEN 1 AND 120 AND length(promise) BETWEEN 1 AND 120"
    )
    op.execute(
        "UPDATE action SET published = FALSE WHERE published AND NOT EXISTS (SELECT 1 FROM action_text "
        "WHERE action_text.practice_id = action.practice_id AND action_text.action_id = action.id)"
    )
    _throw_away()


def downgrade() -> None:
    op.drop_table("action_text")
    _set_aside()
    _action(*_rules("action", {"known_state": STATES_BEFORE}))
    _action_step(kind=False)
    op.execute("UPDATE action_before SET state = 'acknowledged' WHERE state = 'apologised'")
    op.execute("UPDATE action_step_before SET state = 'acknowledged' WHERE state = 'apologised'")
    op.execute("UPDATE action_step_before SET note = 'published' WHERE kind = 'published'")
    op.execute(
        "INSERT INTO action (practice_id, id, touchpoint, heard, promise, owner, due_on, done_on, state, "
        "published) SELECT practice_id, id, touchpoint, heard, promise, owner, due_on, done_on, state, "
        "published FROM action_before"
    )
    op.execute(
        "INSERT INTO action_step (practice_id, action_id, number, state, day, by, note) "
        "SELECT practice_id, action_id, number, state, day, by, note FROM action_step_before"
    )
    _throw_away()


def _set_aside() -> None:
    """SQLite cannot change a rule of a table that others point to, so both are written anew."""
    op.execute("CREATE TABLE action_before AS SELECT * FROM action")
    op.execute("CREATE TABLE action_step_before AS SELECT * FROM action_step")
    op.drop_table("action_step")
    op.drop_table("action")


def _throw_away() -> None:
    op.drop_table("action_step_before")
    op.drop_table("action_before")


def _rules(table: str, rules: dict[str, str]) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items()]


def _new_columns() -> list[SchemaItem]:
    return [
        sa.Column("clinician_id", sa.BigInteger(), nullable=True),
        sa.Column("comment_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("span", sa.Integer(), nullable=True),
        sa.Column("effect", sa.String(length=12), nullable=True),
        sa.Column("share_before", sa.Integer(), nullable=True),
        sa.Column("band_before", sa.Integer(), nullable=True),
        sa.Column("share_after", sa.Integer(), nullable=True),
        sa.Column("band_after", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "clinician_id"],
            ["clinician.practice_id", "clinician.id"],
            name=op.f("fk_action_practice_id_clinician"),
        ),
    ]


def _action(*more: SchemaItem) -> None:
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
        *more,
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_action_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_action")),
        sqlite_with_rowid=False,
    )


def _action_step(*, kind: bool) -> None:
    rules = {"counted": "number >= 1", "known_kind": "kind IN ('moved', 'published', 'withdrawn')"}
    op.create_table(
        "action_step",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *([sa.Column("kind", sa.String(length=12), nullable=False)] if kind else []),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *(_rules("action_step", rules | {"known_state": STATES}) if kind else []),
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


def _action_text() -> None:
    rules = {
        "known_language": "language IN ('en', 'es')",
        "short": "length(said) BETWEEN 1 AND 120 AND length(did) BETWEEN 1 AND 120",
    }
    op.create_table(
        "action_text",
        sa.Column("practice_id", sa.BigInteger(), nullable=False),
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("said", sa.String(length=120), nullable=False),
        sa.Column("did", sa.String(length=120), nullable=False),
        *_rules("action_text", rules),
        sa.ForeignKeyConstraint(
            ["practice_id", "action_id"],
            ["action.practice_id", "action.id"],
            name=op.f("fk_action_text_practice_id_action"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_action_text_practice_id_practice")
        ),
        sa.PrimaryKeyConstraint("practice_id", "action_id", "language", name=op.f("pk_action_text")),
        sqlite_with_rowid=False,
    )
