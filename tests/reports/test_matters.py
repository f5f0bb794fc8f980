"""What matters most beside how it is: only where the survey asks, from 30 answers on, in rounded shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest
from flask.testing import FlaskClient

from survey.app import make_app
from survey.clock import SimulatedClock, at_local
from survey.db import reading, transaction
from survey.instruments.item import Item
from survey.instruments.model import Instrument
from survey.instruments.scale import Option, Scale, Standing
from survey.practice import publishing
from survey.practice.model import Practice
from survey.reports import tables
from survey.reports.pdf import pdf_bytes
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.runtime import Runtime
from tests import builders
from tests.reports.building import TOUCHPOINTS
from tests.web import stage
from tests.web.desk import enter, make_owner

NAMED = {"phone": 15, "billing": 12, "waiting_room": 2}


def asking(instrument: Instrument) -> Instrument:
    """The survey with a question more: what matters most to you?"""
    options = [
        Option(value=name, standing=Standing.BEST, touchpoint=name, text={"en": name, "es": name})
        for name in NAMED
    ]
    options.append(
        Option(value="none", standing=Standing.ASIDE, alone=True, text={"en": "None", "es": "Nada"})
    )
    item = Item(
        id="matters",
        revision=1,
        touchpoint="overall",
        several=True,
        importance=True,
        text={"en": "What matters most to you?", "es": "¿Qué es lo más importante para usted?"},
        scale=Scale(id="matters", options=tuple(options)),
    )
    return instrument.model_copy(update={"items": (*instrument.items, item), "version": 2})


def fill(runtime: Runtime, practice: Practice, *, months: int, asked: bool = True) -> None:
    """Twenty answers a month up to March; the phone, which matters to most, is bad."""
    instrument = builders.load_instrument(runtime)
    counts: dict[str, Mapping[str, int]] = dict(stage.month_counts(instrument, best=18, problem=2))
    if asked:
        counts |= {
            f"matters.1.{name}": {"chosen": n, "not_chosen": 20 - n}
            for name, n in {**NAMED, "none": 1}.items()
        }
    person = builders.make_clinician(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        if asked:
            publishing.publish(db, practice.id, asking(instrument), from_day=date(2020, 1, 1))
        for number in range(months):
            builders.make_atom(db, practice, counts=counts, clinician=person, month=f"2026-0{3 - number}")
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(at_local(date(2026, 4, 20), 10, practice.time_zone))


@pytest.fixture
def practice(sqlite_runtime: Runtime) -> Practice:
    return builders.make_practice(sqlite_runtime)


def page(runtime: Runtime, practice: Practice) -> str:
    client: FlaskClient = make_app(runtime).test_client()
    enter(client, runtime, make_owner(runtime, practice))
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>", "", client.get("/staff/practice").text, flags=re.S))


def report(runtime: Runtime, practice: Practice) -> QuarterlyReport:
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(
            db, practice, "2026-Q1", today=date(2026, 4, 2), touchpoints=TOUCHPOINTS, language="en"
        )


def test_what_is_named_by_many_and_is_bad_comes_first(sqlite_runtime: Runtime, practice: Practice) -> None:
    fill(sqlite_runtime, practice, months=3)
    found = page(sqlite_runtime, practice)
    told = found[found.index('id="matters"') :][:3000]
    assert "What matters most to you?" in told
    assert "Matters to many, and has fewer best answers than the rest: Phone and messages." in told
    assert told.index('<th scope="row">Phone') < told.index('<th scope="row">Bill')
    assert "75%" in told
    assert "nobody’s choice is set against their own answers" in told


def test_paper_and_table_say_the_same(sqlite_runtime: Runtime, practice: Practice) -> None:
    fill(sqlite_runtime, practice, months=3)
    made = report(sqlite_runtime, practice)
    assert made.matters is not None
    rows = [row for row in tables.rows(made) if row.measure == "named_as_important"]
    assert [(row.item, row.value) for row in rows] == [
        (line.item, line.named_text) for line in made.matters.lines
    ]
    assert rows[0].value == "75%"
    assert rows[0].note.startswith("Phone and messages: named by 75%; ")
    assert pdf_bytes(made).startswith(b"%PDF")


def test_under_thirty_answers_there_are_words_and_no_figure(
    sqlite_runtime: Runtime, practice: Practice
) -> None:
    fill(sqlite_runtime, practice, months=1)
    found = page(sqlite_runtime, practice)
    told = found[found.index('id="matters"') :][:500].partition("</section>")[0]
    assert "Not enough answers yet: it takes at least 30 to say what matters most." in told
    assert "%" not in told


def test_where_the_survey_does_not_ask_nothing_is_said(sqlite_runtime: Runtime, practice: Practice) -> None:
    fill(sqlite_runtime, practice, months=3, asked=False)
    assert 'id="matters"' not in page(sqlite_runtime, practice)
    made = report(sqlite_runtime, practice)
    assert made.matters is None
    assert not [row for row in tables.rows(made) if row.measure == "named_as_important"]


def test_its_options_get_no_verdict(sqlite_runtime: Runtime, practice: Practice) -> None:
    fill(sqlite_runtime, practice, months=3)
    assert not [line for line in report(sqlite_runtime, practice).items if line.item.startswith("matters")]
