"""From the link in the mail to the sealed pool: one answer, kept unreadable, thanked in the same bytes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading
from survey.demo.mailbag import Letter
from survey.keys import issue
from survey.keys.sealing import SEALED_COMMENTS, SEALED_RATINGS
from survey.practice.model import Practice
from survey.responses.model import Pool
from survey.runtime import Runtime
from tests.invitations.post import invite_people
from tests.journeys.days import CONTENT, letters, live_through, seen, send
from tests.web.patients import NOTHING, ONE_ANSWER, Kept, kept, told_apart

TUESDAY = date(2026, 3, 3)


@pytest.fixture
def letter(runtime: Runtime, practice: Practice) -> Letter:
    """The mail that lies in Rita's mailbox on Tuesday."""
    invite_people(runtime, practice, "rita")
    live_through(runtime, practice, TUESDAY, 9, 18)
    (found,) = letters(runtime)
    return found


def test_an_answer_is_sealed_and_thanked(
    runtime: Runtime, practice: Practice, client: FlaskClient, letter: Letter
) -> None:
    page = client.get(letter.path)
    assert page.status_code == 200
    assert "About your visit" in seen(page)
    assert letter.token not in page.text
    first = send(client, letter.token, CONTENT, "The chairs are hard.", letter.path)
    assert "Thank you" in seen(first)
    again = send(client, letter.token, {"overall": "very_poor"}, "", letter.path)
    assert told_apart(first, again) == set()
    live_through(runtime, practice, date(2026, 3, 4), 3)
    assert kept(runtime, practice) == ONE_ANSWER, "the second one left nothing over night"
    with reading(runtime.engine, practice.id) as db:
        boxes = {row.kind: row.sealed for row in db.execute(select(Pool.kind, Pool.sealed))}
    assert {kind: len(box) for kind, box in boxes.items()} == {
        "ratings": SEALED_RATINGS,
        "comments": SEALED_COMMENTS,
    }
    assert not any(b"chairs" in box or b"very_good" in box for box in boxes.values())


def test_a_link_that_a_mail_program_bent_leads_back(client: FlaskClient, letter: Letter) -> None:
    bent = client.get(f"{letter.path}%23{letter.token}")
    assert (bent.status_code, bent.location) == (302, f"{letter.path}#{letter.token}")


@pytest.mark.parametrize(
    ("form", "words", "status"),
    [
        ({"token": ""}, "Put in the code from the mail or card", 422),
        ({"token": "x" * 55}, "Part of the code is missing or changed", 400),
        ({"item.overall": ""}, "Answer at least one question", 422),
        ({"item.overall": "splendid"}, "Question 1: choose one of the answers shown", 400),
        ({"item.therapist": "good"}, "This survey has no question", 400),
    ],
)
def test_what_cannot_be_taken_says_why_and_spends_nothing(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    letter: Letter,
    form: dict[str, str],
    words: str,
    status: int,
) -> None:
    answer = client.post(letter.path, data={"token": letter.token, "item.overall": "good", **form})
    assert answer.status_code == status
    assert words in seen(answer)
    assert kept(runtime, practice) == NOTHING
    assert send(client, letter.token, CONTENT, "", letter.path).status_code == 200, "the link still works"
    assert kept(runtime, practice) == ONE_ANSWER


def test_after_its_last_day_a_link_is_over_and_says_so(
    runtime: Runtime, practice: Practice, client: FlaskClient, letter: Letter
) -> None:
    (week,) = issue.weeks_held(runtime.files)
    live_through(runtime, practice, issue.last_day(week) + timedelta(days=1), 3)
    answer = send(client, letter.token, CONTENT, "", letter.path)
    assert answer.status_code in {400, 410}
    assert "Thank you" not in seen(answer)
    assert "link" in seen(answer)
    assert kept(runtime, practice) == Kept(0, 0, 0)
