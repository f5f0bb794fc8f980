"""Patients' pages are made anew by the process itself, before a visitor has to wait for one.

A page that is remembered for a minute is made for whoever comes first, who waits some milliseconds longer. So
anybody who asked again and again could measure whether somebody else had looked, or answered, in the minute
before. Where pages are at hand all the time there is nothing to measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from survey.clock import local_day
from survey.db import reading
from survey.practice import declaring, publishing
from survey.web import patient, survey_page
from survey.web.installation import now, runtime

#: Seconds between two rounds: well within the minute for which a page is at hand.
EVERY = 25.0
#: Surveys that are kept at hand. Of a larger installation the others are made as somebody asks for them.
MOST = 100
#: Seconds between two surveys of a round, so that visitors do not wait for all of them.
REST = 0.05


def keep_at_hand(app: Flask) -> tuple[Thread, Event]:
    """Makes all pages now and then anew, beside the visitors, until the event is set or the process ends."""
    ended = Event()
    thread = Thread(target=_rounds, args=(app, ended), name="remaking", daemon=True)
    thread.start()
    return thread, ended


def make_all(app: Flask, *, rest: Callable[[], object] = bool) -> None:
    """Every survey that is in force or was asked for, in each of its languages, and its page of thanks.

    ``rest`` is called after each survey. Raises SQLAlchemyError where the database does not answer.
    """
    with app.test_request_context():  # nobody's, but pages name other files by their addresses
        for slug, label in _wanted():
            opened = survey_page.read_anew(slug, label)
            if opened is not None and opened.practice.closed_on is None:
                _make(opened)
            rest()


def _make(opened: survey_page.OpenSurvey) -> None:
    for language in opened.instrument.languages:
        survey_page.blank_page(opened, language)
        patient.thanks_anew(opened, language)


def _rounds(app: Flask, ended: Event) -> None:
    while not ended.is_set():
        with suppress(SQLAlchemyError):  # visitors are told; the next round makes up for it
            make_all(app, rest=lambda: ended.wait(REST))
        ended.wait(EVERY)


def _wanted() -> list[tuple[str, str]]:
    known = dict.fromkeys(survey_page.shelf().surveys)
    if len(known) < MOST:
        known |= dict.fromkeys(_in_force())
    return list(known)[:MOST]


def _in_force() -> Iterator[tuple[str, str]]:
    """The names of each practice's survey of today, as they stand in its links."""
    with reading(runtime().engine) as db:
        practices = declaring.practices(db)
    for practice in practices[:MOST]:
        with reading(runtime().engine, practice.id) as db:
            today = local_day(now(), practice.time_zone)
            found = publishing.version_on(db, practice.id, practice.instrument, today)
        if found is not None and practice.closed_on is None:
            yield practice.slug, found.label
