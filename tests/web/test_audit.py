"""The page about who did what: in words, filtered, in pages, as a table, and whether it is whole."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from survey.db import transaction
from survey.insight.words import plain
from survey.practice import auditing, recording
from survey.practice.model import Practice, Staff
from survey.reports import audit_words
from survey.runtime import Runtime
from tests.web.desk import TOKEN, enter, make_auditor, make_front_desk, make_owner, token_of

PAGE = "/staff/audit"


def write(
    runtime: Runtime, practice: Practice, action: str, subject: str = "", actor: str = "olu@example.org"
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        recording.record(
            db, practice.id, actor=actor, action=action, subject=subject, now=runtime.clock.now()
        )


def table(client: FlaskClient, **fields: str) -> list[list[str]]:
    answer = client.post(f"{PAGE}/csv", data={"csrf_token": token_of(client, PAGE), **fields})
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_entries_are_told_in_words_with_names(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    write(runtime, practice, "exported a report", "2026-Q1 csv")
    write(runtime, practice, "signed in", actor="job")
    page = client.get(PAGE).text
    assert "Downloaded a quarterly report" in page
    assert "2026-Q1 csv" in page
    assert "Olu Bello" in page
    assert "The program" in page
    assert "None between two" not in page
    assert "Every entry is as it was written" in page


def test_filters_hold_on_the_page_and_in_the_table(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    write(runtime, practice, "paused sending")
    found = client.get(PAGE, query_string={"kind": "mail"}).text
    assert "Paused mail" in found
    assert "<td>Signed in</td>" not in found
    assert [row[2] for row in table(client, kind="mail")] == ["What", "Paused mail"]
    assert "There is no such entry" in client.get(PAGE, query_string={"month": "2020-01"}).text
    assert "Paused mail" in client.get(PAGE, query_string={"kind": "x", "who": "x", "month": "2026-13"}).text


def test_fifty_stand_on_a_page_and_the_filter_goes_along(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        for _each in range(51):
            recording.record(
                db, practice.id, actor=olu.email, action="paused sending", subject="", now=runtime.clock.now()
            )
    first = client.get(PAGE, query_string={"kind": "mail"}).text
    assert first.count("<td>Paused mail</td>") == 50
    assert "page=2&amp;kind=mail" in first
    second = client.get(PAGE, query_string={"kind": "mail", "page": "2"}).text
    assert second.count("<td>Paused mail</td>") == 1
    assert client.get(PAGE, query_string={"page": "9" * 30}).status_code == 200


def test_taking_the_log_away_is_an_entry_and_looking_is_none(client: FlaskClient, olu: Staff) -> None:
    client.get(PAGE)
    assert "Downloaded this log" not in client.get(PAGE).text
    table(client)
    assert client.get(PAGE).text.count("<td>Downloaded this log</td>") == 1


def test_no_cell_of_the_table_is_a_formula(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    write(runtime, practice, "made API key", "=1+1", actor="@evil.example")
    row = next(row for row in table(client) if "1+1" in row[3])
    assert (row[1], row[3]) == ("'@evil.example", "'=1+1")


def test_a_changed_entry_is_said_to_be_changed(
    runtime: Runtime, owned: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    write(runtime, practice, "paused sending")
    with transaction(owned.engine, practice.id) as db:
        db.execute(text("UPDATE audit_entry SET action = 'resumed sending' WHERE action = 'paused sending'"))
    page = client.get(PAGE).text
    assert "The log is not whole" in page
    assert "Every entry is as it was written" not in page


def tells_a_release(runtime: Runtime, practice: Practice, client: FlaskClient) -> bool:
    """Whether page or table are any different after a release of this month."""
    rows = table(client)
    looks = {"kind": "sign-ins"}
    before = TOKEN.sub("", client.get(PAGE, query_string=looks).text)
    write(runtime, practice, "release", "ratings", actor="job")
    told = [row for row in table(client) if row[2] != "Downloaded this log"]
    page = TOKEN.sub("", client.get(PAGE, query_string=looks).text)
    return told != rows or page != before


def test_the_day_of_a_release_shows_nowhere(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    assert not tells_a_release(runtime, practice, client)


def test_the_check_finds_a_page_that_lists_releases_among_the_others(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    olu: Staff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(auditing, "RELEASE", "something else")
    assert tells_a_release(runtime, practice, client)


def test_a_closed_month_of_releases_is_named(
    runtime: Runtime, practice: Practice, client: FlaskClient, olu: Staff
) -> None:
    now = runtime.clock.now()
    with transaction(runtime.engine, practice.id) as db:
        recording.record(
            db, practice.id, actor="job", action="release", subject="ratings", now=now - timedelta(days=40)
        )
    assert "In no closed month yet" not in client.get(PAGE).text


@pytest.mark.parametrize(
    ("action", "subject"),
    [
        ("hid a comment", "0a" * 16 + ": insults somebody"),
        ("sorted a comment", "0a" * 16),
        ("printed comments for the team", "12 comments"),
        ("imported visits", "3 visits, 2 invitations"),
        ("never heard of", "somebody@example.com"),
    ],
)
def test_keys_of_comments_counts_and_what_nobody_thought_about_are_not_told(
    action: str, subject: str
) -> None:
    told = audit_words.about(action, subject, plain)
    assert told == ("It insults somebody" if action == "hid a comment" else "")


def test_every_kind_of_entry_has_words() -> None:
    bare = {action for action in auditing.KNOWN if audit_words.what(action, plain) == action}
    assert bare == set()


def test_the_front_desk_does_not_read_it(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    enter(client, runtime, make_front_desk(runtime, practice))
    assert client.get(PAGE).status_code == 403


def test_an_auditor_begins_here_and_takes_the_log_away(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    make_owner(runtime, practice)
    enter(client, runtime, make_auditor(runtime, practice))
    assert client.get("/staff/").location == PAGE
    assert "Ada Lind" in client.get(f"{PAGE}?kind=sign-ins").text
    answer = client.post(f"{PAGE}/csv", data={"csrf_token": token_of(client, PAGE)})
    assert answer.mimetype == "text/csv"
    assert "Downloaded this log" in client.get(PAGE).text
