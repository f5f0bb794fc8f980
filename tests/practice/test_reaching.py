"""Nobody begins sending where a patient in need would read no number to call."""

from __future__ import annotations

from datetime import date

import pytest

from survey.db import transaction
from survey.invitations import trying_out
from survey.practice import reaching
from survey.practice.declaring import CannotDeclare
from survey.practice.model import Practice
from survey.practice.reaching import NotReachable
from survey.runtime import Runtime


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("phone", "", "a number of the practice"),
        ("phone", "call us", "a number of the practice"),
        ("country", "XX", "no lines for help in need"),
        ("closed_on", date(2026, 3, 2), "the practice is closed"),
    ],
)
def test_sending_does_not_begin_or_resume_without_numbers_to_call(
    runtime: Runtime, practice: Practice, field: str, value: object, words: str
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        here.sending = False
        setattr(here, field, value)
        code = trying_out.begin(db, runtime.settings, here.id, now=runtime.clock.now())
    for begin in (
        lambda db, here: trying_out.confirm(db, runtime.settings, here, code, now=runtime.clock.now()),
        lambda db, here: trying_out.resume(db, runtime.settings, here.id),
    ):
        with pytest.raises(NotReachable, match=words), transaction(runtime.engine, practice.id) as db:
            begin(db, db.get_one(Practice, practice.id))
        with transaction(runtime.engine, practice.id) as db:
            assert db.get_one(Practice, practice.id).sending is False
            assert trying_out.is_waiting(db, practice.id, now=runtime.clock.now()), "no try was lost"


def test_with_numbers_it_resumes(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        here.sending = False
        db.flush()
        trying_out.resume(db, runtime.settings, here.id)
        db.refresh(here)
        assert here.sending


@pytest.mark.parametrize("phone", ["", "call us", "5" * 41, "555-0100\nX: y"])
def test_a_number_that_cannot_be_called_is_refused(practice: Practice, phone: str) -> None:
    with pytest.raises(CannotDeclare, match="phone"):
        reaching.set_phone(practice, phone)
    assert practice.phone == "555-0100"


def test_a_country_without_lines_and_too_many_words_are_refused(runtime: Runtime, practice: Practice) -> None:
    with pytest.raises(CannotDeclare, match="There are: AU, CA, DE"):
        reaching.set_country(runtime.settings, practice, "XX")
    with pytest.raises(CannotDeclare, match="200 characters"):
        reaching.set_complaints_to(practice, "x" * 201)


def test_closing_pauses_mail_and_reopening_leaves_it_paused(practice: Practice) -> None:
    reaching.close(practice, today=date(2026, 3, 2))
    reaching.close(practice, today=date(2026, 3, 9))
    assert (practice.closed_on, practice.sending) == (date(2026, 3, 2), False)
    reaching.reopen(practice)
    assert (practice.closed_on, practice.sending) == (None, False)
