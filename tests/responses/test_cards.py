"""Printed cards: one answer for each, and nothing kept of a code but its tag."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from survey import clock as time
from survey import jobs
from survey.db import random_id, reading, transaction
from survey.invitations.mailer import FolderMailer
from survey.keys import cards, codes, tokens
from survey.practice import declaring, mail_scheduling
from survey.practice.model import CARDS, Cell, Practice
from survey.prepared import plain_transaction
from survey.responses import minting, submitting
from survey.responses.model import Card, Pool, Scratch, Spent, SpentCard
from survey.runtime import Runtime
from tests import builders
from tests.responses.test_submitting import answer, count, statements

LAST_DAY = date(2026, 4, 16)


def move_to(runtime: Runtime, practice: Practice, day: date) -> None:
    runtime.clock.move_to(time.at_local(day, 12, practice.time_zone))  # type: ignore[attr-defined]


def test_a_card_answers_once_into_a_cell_of_its_own(runtime: Runtime, practice: Practice) -> None:
    code, *_ = builders.make_cards(runtime, practice)
    for typed in (code, codes.grouped(code).lower(), code):
        answer(runtime, practice, typed)
    assert (count(runtime, SpentCard), count(runtime, Spent), count(runtime, Pool)) == (1, 0, 2)
    with reading(runtime.engine, practice.id) as db:
        cells = select(Cell.visit_type, Cell.clinician_id).join(Pool, Pool.cell_id == Cell.id)
        assert {tuple(row) for row in db.execute(cells)} == {(CARDS, None)}


def test_a_first_and_a_second_use_run_the_same_statements(runtime: Runtime, practice: Practice) -> None:
    code, other, *_ = builders.make_cards(runtime, practice)
    answer(runtime, practice, other)
    with statements(runtime.engine) as first:
        answer(runtime, practice, code)
    with statements(runtime.engine) as second:
        answer(runtime, practice, code)
    assert len(first) >= 4
    assert [text.replace("INTO pool", "INTO scratch") for text in first] == second


def test_racing_answers_of_one_card_store_one(runtime: Runtime, practice: Practice) -> None:
    printed = builders.make_cards(runtime, practice)[:4]
    with ThreadPoolExecutor(max_workers=5) as racers:
        list(racers.map(lambda code: answer(runtime, practice, code), printed * 5))
    assert (count(runtime, SpentCard), count(runtime, Pool)) == (4, 8)


def test_a_code_that_was_never_printed_is_no_code(runtime: Runtime, practice: Practice) -> None:
    with pytest.raises(tokens.BadToken):
        answer(runtime, practice, codes.new_code("2026-Q1"))  # no card of the quarter, and no key
    builders.make_cards(runtime, practice)
    for quarter in ("2026-Q1", "2026-Q2"):
        with pytest.raises(tokens.BadToken):
            answer(runtime, practice, codes.new_code(quarter))
    assert count(runtime, SpentCard) == count(runtime, Pool) == 0


def test_a_card_of_another_practice_or_survey_is_refused(runtime: Runtime, practice: Practice) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    code, *_ = builders.make_cards(runtime, other)
    with pytest.raises(tokens.BadToken):
        answer(runtime, practice, code)
    mine, *_ = builders.make_cards(runtime, practice)
    fft = builders.load_instrument(runtime, "fft")
    item = fft.items[0]
    with plain_transaction(runtime.engine, practice.id) as connection, pytest.raises(submitting.ForeignToken):
        submitting.submit(
            connection,
            runtime.files,
            practice,
            fft,
            token=mine,
            ratings={item.id: item.scale.options[0].value},
            comments={},
            today=date(2026, 3, 2),
        )
    assert count(runtime, SpentCard) == count(runtime, Pool) == count(runtime, Scratch) == 0


def test_a_card_ends_and_so_do_its_key_and_every_tag(runtime: Runtime, practice: Practice) -> None:
    code, late, over, *_ = builders.make_cards(runtime, practice)
    answer(runtime, practice, code)
    move_to(runtime, practice, LAST_DAY)
    answer(runtime, practice, late)
    jobs.run_due(runtime, FolderMailer(runtime.settings.mailbox))
    assert (count(runtime, SpentCard), count(runtime, Card)) == (2, 8)
    move_to(runtime, practice, date(2026, 4, 17))
    with pytest.raises(submitting.ExpiredCard):
        answer(runtime, practice, over)
    jobs.run_due(runtime, FolderMailer(runtime.settings.mailbox))
    assert (count(runtime, SpentCard), count(runtime, Card)) == (0, 0)
    assert "2026-Q1" not in cards.quarters_held(runtime.files)
    with pytest.raises(submitting.ExpiredCard):
        answer(runtime, practice, over)


def test_only_what_was_printed_can_be_used(runtime: Runtime, practice: Practice) -> None:
    """The database itself refuses a used card that nobody printed, and a second use."""
    builders.make_cards(runtime, practice)
    with reading(runtime.engine, practice.id) as db:
        tag = db.scalars(select(Card.tag)).first()
    use = insert(SpentCard)
    with transaction(runtime.engine, practice.id) as db:
        db.execute(use, {"practice_id": practice.id, "tag": tag})
    for wrong in (tag, random_id()):
        with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
            db.execute(use, {"practice_id": practice.id, "tag": wrong})


@pytest.mark.parametrize("number", [-1, 0, minting.MOST + 1])
def test_a_number_that_cannot_be_printed_is_refused(number: int) -> None:
    with pytest.raises(minting.CannotMint, match="from 1 to 1000"):
        minting.new_codes(number, today=date(2026, 3, 2))


@pytest.mark.parametrize(("number", "made"), [(1, 8), (8, 8), (9, 16), (1000, 1000)])
def test_only_whole_sheets_are_made(number: int, made: int) -> None:
    assert len(set(minting.new_codes(number, today=date(2026, 3, 2)))) == made


def test_no_practice_may_take_the_name_of_the_cards(runtime: Runtime, practice: Practice) -> None:
    with (
        transaction(runtime.engine, practice.id) as db,
        pytest.raises(declaring.CannotDeclare, match="cards"),
    ):
        mail_scheduling.set_visit_type(db, practice.id, CARDS, "after_visit")
