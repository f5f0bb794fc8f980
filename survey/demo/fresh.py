"""Three fresh invitations over real SMTP, opened and answered over real HTTP."""

from __future__ import annotations

import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta

from werkzeug.serving import WSGIRequestHandler, make_server

from survey import clock, jobs
from survey.app import make_app
from survey.demo import feelings, story
from survey.demo.mailbag import Letter, to_patients
from survey.demo.sink import listening
from survey.demo.story import Visit
from survey.demo.year import DemoFailed, Year, form_of
from survey.invitations.mailer import mailer_for
from survey.runtime import Runtime

FRESH = 3


def send_and_answer(year: Year) -> int:
    """Import three visits, send their mails to a local sink, answer each over HTTP; returns the number."""
    letters = send_fresh(year)
    if len(letters) != FRESH:
        raise DemoFailed(f"{FRESH} mails were due, {len(letters)} arrived at the mail sink")
    with serving(year.runtime) as address:
        for number, letter in enumerate(letters):
            answer_over_http(year, address, letter, number)
    return len(letters)


def send_fresh(year: Year) -> list[Letter]:
    """Visits of today by new people; their mails on the next sending day, over SMTP."""
    runtime, practice = year.runtime, year.practice
    today = clock.local_day(runtime.clock.now(), practice.time_zone)
    visits = tuple(
        Visit(
            f"F-{n}",
            today,
            story.CLINICIANS[n][0],
            "Main Street",
            f"fresh{n}@example.org",
            True,
            "en",
            2,
            False,
        )
        for n in range(FRESH)
    )
    year.last_visit.update((visit.email, visit) for visit in visits)
    year.counted.visits += FRESH
    intake = year.take(visits)
    year.counted.invited += intake.invited
    day = min(intake.mornings, default=today)
    with listening() as sink:
        settings = replace(
            runtime.settings, mail="smtp", smtp_host="127.0.0.1", smtp_port=sink.port, smtp_tls="none"
        )
        year.move_to(day, 9, minute=5)
        with closing(mailer_for(settings)) as mailer:
            jobs.run_due(replace(runtime, settings=settings), mailer)
        mails = to_patients(sink.mails)
        year.counted.mails_over_smtp += len(mails)
    return [letter for letter in mails if letter.to.startswith("fresh")]


def answer_over_http(year: Year, address: str, letter: Letter, number: int) -> None:
    """Open the page, then send the form, as a browser does."""
    place = address + letter.path
    with urllib.request.urlopen(place, timeout=10) as page:  # noqa: S310 — an address of our own
        if b"<fieldset" not in page.read():
            raise DemoFailed("the survey page has no questions")
    visit = year.last_visit[letter.to]
    answer = feelings.feel(
        year.rng,
        year.instrument,
        clinician=visit.clinician,
        day=visit.day,
        language="en",
        spell=year.story.spell,
    )
    body = urllib.parse.urlencode(form_of(letter, answer)).encode("ascii")
    with urllib.request.urlopen(place, data=body, timeout=10) as thanks:  # noqa: S310
        if thanks.status != 200:
            raise DemoFailed(f"answer {number + 1} was refused with status {thanks.status}")
    year.counted.posted += 1


def to_next_tick(year: Year) -> None:
    """On to the night of the next Monday, so that the fresh answers can be published."""
    today = clock.local_day(year.runtime.clock.now(), year.practice.time_zone)
    for ahead in range(1, 8 - today.weekday()):  # this morning has been lived through
        year.move_to(today + timedelta(days=ahead), 3)
        jobs.run_due(year.runtime, year.mailer)


@contextmanager
def serving(runtime: Runtime) -> Iterator[str]:
    """The web application on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, make_app(runtime), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()


class Quiet(WSGIRequestHandler):
    """Writes no line per request: who answered when is nobody's business."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 — werkzeug's own name
        return
