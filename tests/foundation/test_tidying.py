"""After the night PostgreSQL's rows of links and mails tell no order: one transaction, places by random key.

On SQLite rows have neither; what it leaves in its file is tested in ``test_db.py``.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from itertools import combinations

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import ProgrammingError

from survey import db
from survey.db import as_owner, insert_once, reading, tidy_after_flush, transaction
from survey.invitations.mailer import NOTHING_AHEAD, Ahead, FolderMailer
from survey.invitations.model import Invitation, InvitationState
from survey.invitations.sending import send_due
from survey.practice.model import Practice
from survey.responses.model import Spent
from survey.runtime import Runtime
from tests.invitations.post import invitations, invite_people, mailbox, mails, next_morning, states

ROWS = 80
TABLES = {"spent": "tag", "invitation": "id"}


#: SQLite keeps no transaction numbers; its files are searched in test_db.py.
ON_POSTGRES = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


@pytest.fixture
def served(owned: Runtime) -> Runtime:
    """On PostgreSQL alone: SQLite's rows carry no number of a transaction."""
    assert owned.engine.dialect.name == "postgresql"
    return owned


def fill(runtime: Runtime, practice: Practice) -> dict[str, list[bytes]]:
    """Links are used and mails are marked as sent one by one; the keys of each table in that order."""
    invite_people(runtime, practice, *(f"p{number}" for number in range(ROWS)))
    made = [row.id for row in invitations(runtime, practice)]
    secrets.SystemRandom().shuffle(made)
    order: dict[str, list[bytes]] = {"spent": [], "invitation": made}
    for key in order["invitation"]:
        with transaction(runtime.engine, practice.id) as session:
            session.execute(update(Invitation).where(Invitation.id == key).values(state=InvitationState.SENT))
        tag = secrets.token_bytes(16)
        order["spent"].append(tag)
        with transaction(runtime.engine, practice.id) as session:
            assert insert_once(session, Spent, practice_id=practice.id, tag=tag, issue_week=1)
    return order


def told(runtime: Runtime, order: dict[str, list[bytes]]) -> dict[str, tuple[int, float]]:
    """For each table: how many transactions its rows name, and Kendall's tau of place and arrival."""
    found = {}
    with reading(runtime.engine) as session:
        for table, key in TABLES.items():
            rows = session.execute(text(f"SELECT xmin::text, {key} FROM {table}")).all()
            places = [order[table].index(bytes(row[1])) for row in rows]
            signs = [1 if first < second else -1 for first, second in combinations(places, 2)]
            found[table] = (len({row[0] for row in rows}), sum(signs) / len(signs))
    return found


def sigma(rows: int) -> float:
    """Standard deviation of Kendall's tau where there is no order (Kendall 1938)."""
    return math.sqrt(2 * (2 * rows + 5) / (9 * rows * (rows - 1)))


@ON_POSTGRES
def test_after_the_night_no_row_tells_when_it_was_written(served: Runtime, practice: Practice) -> None:
    order = fill(served, practice)
    before = invitations(served, practice)
    assert tidy_after_flush(served.engine)
    for transactions, tau in told(served, order).values():
        assert transactions == 1
        assert abs(tau) < 4 * sigma(ROWS)
    assert sorted(invitations(served, practice)) == sorted(before), "nothing else has changed"


@ON_POSTGRES
def test_links_and_mails_do_not_share_a_transaction(served: Runtime, practice: Practice) -> None:
    fill(served, practice)
    tidy_after_flush(served.engine)
    with reading(served.engine) as session:
        shared = "SELECT count(*) FROM spent, invitation WHERE spent.xmin = invitation.xmin"
        assert session.scalar(text(shared)) == 0


def keeping_numbers(tables: Mapping[str, str]) -> list[str]:
    """Broken: rows are put in order and deleted ones dropped, with the numbers they had."""
    return [f"CLUSTER {name} USING pk_{name}" for name in tables]


def keeping_places(tables: Mapping[str, str]) -> list[str]:
    """Broken: written back in the order of arrival."""
    return [order.partition(" ORDER BY ")[0] for order in db.renewal(tables)]


@ON_POSTGRES
def test_a_night_that_leaves_numbers_would_be_noticed(
    served: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "renewal", keeping_numbers)
    order = fill(served, practice)
    assert tidy_after_flush(served.engine)
    assert told(served, order)["spent"][0] == ROWS


@ON_POSTGRES
def test_a_night_that_leaves_places_would_be_noticed(
    served: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = {"spent": keeping_places({"spent": ""})}
    monkeypatch.setattr(db, "renewal", lambda tables: broken.get(next(iter(tables)), []))
    order = fill(served, practice)
    assert tidy_after_flush(served.engine)
    assert abs(told(served, order)["spent"][1]) > 0.9


def bytes_of(runtime: Runtime, table: str) -> bytes:
    """The table's file as it lies on the disk."""
    outside = {"isolation_level": "AUTOCOMMIT", "writing": None}
    with runtime.engine.connect().execution_options(**outside) as connection:
        connection.execute(text("CHECKPOINT"))
        file = "SELECT pg_read_binary_file(pg_relation_filepath(:table))"
        return bytes(connection.scalar(text(file), {"table": table}))


def deleted_while_somebody_looks(runtime: Runtime, practice: Practice) -> tuple[list[bytes], bytes]:
    """Half of the used links are deleted while a transaction older than that is open, as a copy, a report or
    the server's own counting keeps one open; then comes the night. The deleted tags and the file after it."""
    gone = fill(runtime, practice)["spent"][: ROWS // 2]
    assert all(tag in bytes_of(runtime, "spent") for tag in gone)
    with runtime.engine.connect().execution_options(isolation_level="REPEATABLE READ") as looking:
        looking.execute(text("SELECT count(*) FROM practice"))
        with transaction(runtime.engine, practice.id) as session:
            session.execute(delete(Spent).where(Spent.tag.in_(gone)))
        assert tidy_after_flush(runtime.engine)
        return gone, bytes_of(runtime, "spent")


@ON_POSTGRES
def test_nothing_deleted_is_kept_for_somebody_elses_older_look(served: Runtime, practice: Practice) -> None:
    gone, left = deleted_while_somebody_looks(served, practice)
    assert not any(tag in left for tag in gone)
    with reading(served.engine) as session:
        assert session.scalar(select(func.count()).select_from(Spent)) == ROWS - len(gone)


@ON_POSTGRES
def test_deleted_rows_kept_for_an_older_look_would_be_noticed(
    served: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "renewal", keeping_numbers)
    gone, left = deleted_while_somebody_looks(served, practice)
    assert all(tag in left for tag in gone)


@ON_POSTGRES
def test_a_table_in_use_is_left_for_the_next_night_and_the_others_are_done(
    served: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "LOCK_WAIT", "100ms")
    order = fill(served, practice)
    with transaction(served.engine, practice.id) as session:
        session.execute(update(Invitation).where(Invitation.id == order["invitation"][0]).values(attempts=1))
        assert not tidy_after_flush(served.engine)
    assert told(served, order)["spent"][0] == 1
    assert told(served, order)["invitation"][0] == ROWS
    assert tidy_after_flush(served.engine), "the next night"
    assert told(served, order)["invitation"][0] == 1


class Interrupted:
    """A relay during whose every mail the night's tidying runs."""

    def __init__(self, runtime: Runtime, mailer: FolderMailer) -> None:
        self._runtime, self._mailer = runtime, mailer
        self.tidied: list[bool] = []

    def hand_over(self, content: bytes, *, to: str, ahead: Ahead = NOTHING_AHEAD) -> None:
        with as_owner(self._runtime.settings, self._runtime.engine) as owner:
            self.tidied.append(tidy_after_flush(owner))
        self._mailer.hand_over(content, to=to, ahead=ahead)


def test_a_worker_in_the_middle_of_its_mails_keeps_its_claim(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, *(f"p{number}" for number in range(12)))
    relay = Interrupted(runtime, mailbox(runtime))
    send_due(runtime, practice.id, relay, now=next_morning(runtime.clock.now()))
    assert relay.tidied == [True] * 12
    assert states(runtime, practice) == {InvitationState.SENT: 12}
    assert len(mails(runtime)) == 12


@ON_POSTGRES
def test_a_role_that_sees_part_of_the_rows_loses_none(
    runtime: Runtime, served: Runtime, practice: Practice
) -> None:
    """Row-level security would hide rows from the copy that is written back."""
    fill(served, practice)
    let_empty(runtime, served)
    with runtime.engine.connect() as connection, connection.begin():
        assert connection.scalar(text("SELECT count(*) FROM spent")) == 0, "it sees nothing"
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.exec_driver_sql("; ".join(db.renewal({"spent": "practice_id, tag"})))
    assert left(served) == ROWS


@ON_POSTGRES
def test_a_copy_that_does_not_insist_on_every_row_would_lose_them(
    runtime: Runtime, served: Runtime, practice: Practice
) -> None:
    """The broken variant: what the role may not see is emptied and not written back."""
    fill(served, practice)
    let_empty(runtime, served)
    insisting, *rest = db.renewal({"spent": "practice_id, tag"})
    assert "row_security" in insisting
    with runtime.engine.begin() as connection:
        connection.exec_driver_sql("; ".join(rest))
    assert left(served) == 0


def let_empty(runtime: Runtime, served: Runtime) -> None:
    """The role of the product may empty the table of used links, which it cannot see."""
    with runtime.engine.connect() as connection:
        role = connection.scalar(text("SELECT current_user"))
    with served.engine.begin() as connection:
        connection.execute(text(f"GRANT TRUNCATE ON spent TO {role}"))


def left(served: Runtime) -> int | None:
    with reading(served.engine) as session:
        return session.scalar(select(func.count()).select_from(Spent))
