""" "You said, we did": only what is done, neutral, short, in staff's own words; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from survey.actions import acting, telling
from survey.actions.acting import Measure, NotReady
from survey.actions.model import ActionState, StepKind
from survey.actions.telling import Fault, Line, NotFit
from survey.actions.words import quotes
from survey.db import transaction
from survey.practice.model import Practice
from survey.reports import told_sheet
from survey.reports.poster import Done
from survey.runtime import Runtime
from tests import builders
from tests.actions.register import WHO, repair
from tests.web.stage import add_comments

DAY = date(2026, 3, 2)
GOOD = Line("Calls wait too long.", "Two people share the phone.")


@pytest.fixture
def db(runtime: Runtime, practice: Practice) -> Iterator[Session]:
    person = builders.make_clinician(runtime, practice, "Ana Ortiz")
    add_comments(runtime, practice, person, texts=("Nobody ever called me back on that dreadful Monday.",))
    with transaction(runtime.engine, practice.id) as session:
        yield session


def test_only_what_is_done_is_published(db: Session, practice: Practice) -> None:
    action = repair(db, practice, DAY)
    with pytest.raises(NotReady, match="done"):
        telling.publish(db, action, {"en": GOOD}, by=WHO, today=DAY)


def test_it_is_published_once_reworded_and_withdrawn_and_the_history_keeps_all(
    db: Session, practice: Practice
) -> None:
    action = repair(db, practice, DAY, until=ActionState.DONE, lines={"en": GOOD})
    telling.publish(db, action, {"en": GOOD}, by=WHO, today=DAY)
    telling.publish(db, action, {"en": Line("Calls wait.", GOOD.did)}, by=WHO, today=DAY)
    (told,) = telling.told(db, practice.id, language="en")
    assert (told.line.said, told.before) == ("Calls wait.", None)
    assert telling.told(db, practice.id, language="es") == ()
    telling.withdraw(db, action, by=WHO, today=DAY)
    telling.withdraw(db, action, by=WHO, today=DAY)
    assert telling.told(db, practice.id, language="en") == ()
    said = [(step.kind, step.note) for step in acting.history(db, action)[5:]]
    assert said == [
        (StepKind.PUBLISHED, f"{GOOD.said} – {GOOD.did}"),
        (StepKind.PUBLISHED, f"Calls wait. – {GOOD.did}"),
        (StepKind.WITHDRAWN, ""),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (Line("", GOOD.did), Fault.EMPTY),
        (Line("\x00\u202e", GOOD.did), Fault.EMPTY),
        (Line(GOOD.said, "d" * 121), Fault.LONG),
        (Line("My therapist was late.", GOOD.did), Fault.TELLS),
        (Line(GOOD.said, "Dr. Ortiz has a second line."), Fault.TELLS),
        (Line(GOOD.said, "See https://example.org/new"), Fault.LINK),
        (Line(GOOD.said, "Write to us@example.org"), Fault.LINK),
        (Line("“Nobody EVER called me back on Mondays”", GOOD.did), Fault.QUOTES),
    ],
)
def test_what_is_empty_long_telling_or_a_patients_own_words_is_refused(
    db: Session, practice: Practice, line: Line, fault: Fault
) -> None:
    action = repair(db, practice, DAY, until=ActionState.DONE)
    with pytest.raises(NotFit) as trouble:
        telling.publish(db, action, {"en": GOOD, "es": line}, by=WHO, today=DAY)
    assert (trouble.value.fault, trouble.value.language) == (fault, "es")
    assert telling.texts(db, action) == {}
    assert not action.published


def test_a_line_that_a_new_clinicians_name_makes_telling_stays_out_of_letters(
    db: Session, practice: Practice
) -> None:
    repair(db, practice, DAY, until=ActionState.DONE, lines={"en": Line("Calls wait.", "Park gate opens.")})
    assert set(telling.newest_line(db, practice.id, languages=("en", "es"))) == {"en"}
    from survey.practice import declaring

    declaring.declare_clinician(db, practice, "Sue Gate")
    assert telling.newest_line(db, practice.id, languages=("en", "es")) == {}


def test_a_measured_change_of_the_practice_is_told_and_a_clinicians_never(
    runtime: Runtime, db: Session, practice: Practice
) -> None:
    action = repair(
        db,
        practice,
        DAY,
        until=ActionState.DONE,
        measure=Measure("phone.1", 3),
        lines={"en": GOOD},
    )
    action.effect, action.share_before, action.band_before = "worse", 60, 30
    action.share_after, action.band_after = 40, 50
    db.flush()
    (told,) = telling.told(db, practice.id, language="en")
    assert told.before is not None
    assert told.after is not None
    assert (told.before.text, told.after.text, told.after.n.text) == ("60%", "40%", "50+")
    from survey.practice import declaring

    action.clinician_id = declaring.clinicians(db, practice.id)[0].id
    db.flush()
    (told,) = telling.told(db, practice.id, language="en")
    assert told.before is None


def test_six_words_in_a_row_are_a_quotation_and_five_are_not() -> None:
    comment = ["Tardaron una semana en devolverme la llamada."]
    assert quotes("«tardaron una semana en devolverme lá»", comment)
    assert not quotes("una semana en devolverme la", comment)
    assert not quotes("", comment)


def test_the_longest_lines_fit_one_sheet_and_what_tells_is_left_out() -> None:
    long = Done("l" * 120, "m" * 120, "Best answers before: 30%. Since then: 50%.")
    shown = told_sheet.fitting([Done("My therapist is late.", "No more."), *[long] * 9], people=())
    assert shown == (long,) * 3
    practice = Practice(name="Riverside", slug="riverside", mail_name="R " * 60)
    for size in ("a4", "letter"):
        made = told_sheet.sheet_pdf(practice, shown, language="es", size=size, day=DAY)
        assert made.count(b"/Type/Page/") == 1
