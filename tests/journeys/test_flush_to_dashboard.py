"""From a night to the pages: what was enough is told in rounded words, the rest is not told at all."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests import builders
from tests.journeys.days import MONDAY, answer_often, live_through, numbers, seen
from tests.web.desk import enter, make_clinician_account, make_owner, token_of

WEDNESDAY, NEXT_MONDAY = date(2026, 3, 4), date(2026, 3, 9)
#: What nobody may find: how many answered and were counted, and how many of them how.
EXACT = {"14", "13", "17", "11", "3", "2", "77", "79", "85", "21", "15", "23"}


@pytest.fixture
def people(runtime: Runtime, practice: Practice, app: Flask) -> tuple[Clinician, Clinician]:
    """Fourteen answer about Ana, three of them unhappy with the phone; three answer about Ben."""
    ana = builders.make_clinician(runtime, practice)
    ben = builders.make_clinician(runtime, practice, "Ben Yu")
    live_through(runtime, practice, WEDNESDAY, 12)
    patient = app.test_client()
    answer_often(runtime, practice, ana, client=patient, times=14, phone=("no", 3))
    answer_often(runtime, practice, ben, client=patient, times=3)
    return ana, ben


def page_of(runtime: Runtime, practice: Practice, app: Flask, clinician: Clinician) -> str:
    client = app.test_client()
    account = make_clinician_account(runtime, practice, clinician, email=f"{clinician.id}@example.org")
    enter(client, runtime, account)
    return seen(client.get("/staff/clinician"))


def test_before_the_monday_nobody_sees_anything(
    runtime: Runtime, practice: Practice, app: Flask, people: tuple[Clinician, Clinician]
) -> None:
    live_through(runtime, practice, date(2026, 3, 5), 3)
    assert "Not enough answers yet" in page_of(runtime, practice, app, people[0])


def test_after_the_monday_one_sees_a_rounded_share_and_the_other_that_it_is_not_enough(
    runtime: Runtime, practice: Practice, app: Flask, people: tuple[Clinician, Clinician]
) -> None:
    live_through(runtime, practice, NEXT_MONDAY, 3)
    ana, ben = (page_of(runtime, practice, app, person) for person in people)
    assert "Phone and messages" in ana
    assert "80%" in ana, "10 or 11 of 13, as the lot fell, to the next tenth"
    assert "10+ answers" in ana
    assert "Early picture: fewer than 30 answers" in ana
    assert not numbers(ana) & EXACT
    assert "Not enough answers yet" in ben
    assert "%" not in ben.replace("95%", "")
    assert "Ana" not in ben


def test_the_owner_and_the_file_tell_no_more_than_the_page(
    runtime: Runtime, practice: Practice, app: Flask, people: tuple[Clinician, Clinician]
) -> None:
    live_through(runtime, practice, NEXT_MONDAY, 3)
    client = app.test_client()
    enter(client, runtime, make_owner(runtime, practice))
    page = seen(client.get("/staff/practice"))
    assert "10+ answers" in page
    assert not numbers(page) & EXACT
    row = page[page.index("Ben Yu") :][:80]
    assert "too few answers" in row.lower() or "withheld" in row.lower(), row
    form = {"csrf_token": token_of(client, "/staff/reports")}
    table = client.post("/staff/reports/2026-Q1/csv", data=form).text
    assert "10+" in table
    assert "80%" in table
    assert not numbers(table.replace(",", " ")) & EXACT
    ben = next(line for line in table.splitlines() if "Ben Yu" in line)
    assert "withheld" in ben


def test_the_search_for_exact_numbers_finds_one_that_is_told() -> None:
    assert numbers("Phone: 75% of 12 answers (9 of them)") >= {"75", "12", "9"}
    assert numbers("10+ answers, 2026-03, in the last 3 months of 2026") == {"3", "2026"}
    assert MONDAY.weekday() == 0
