"""Days as they are lived through in the journeys: visits, the morning mails, answers over HTTP, a night."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import clock, jobs
from survey.app import make_app
from survey.clock import SimulatedClock
from survey.demo.mailbag import Letter, to_patients
from survey.invitations.mailer import FolderMailer
from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests import builders
from tests.web import wizard

HEADER = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey"
MONDAY = date(2026, 3, 2)
PAGE = "/s/riverside/after-visit-1/en"
#: Everything the instrument asks, answered as most people do.
CONTENT = {
    "overall": "very_good",
    "phone": "definitely",
    "timeliness": "on_time",
    "breakdown": "nothing_wrong",
}


AXIS = "0% 25% 50% 75% 100%"


def live_through(runtime: Runtime, practice: Practice, day: date, *hours: int) -> None:
    """The clock moves to these hours of a day; at each the worker does what is due."""
    assert isinstance(runtime.clock, SimulatedClock)
    for hour in hours:
        runtime.clock.move_to(clock.at_local(day, hour, practice.time_zone, 5))
        jobs.run_due(runtime, FolderMailer(runtime.settings.mailbox))


def letters(runtime: Runtime) -> list[Letter]:
    """What lies in the patients' mailboxes, oldest first."""
    return to_patients(path.read_bytes() for path in sorted(runtime.settings.mailbox.glob("*.eml")))


def upload(client: FlaskClient, *lines: str) -> TestResponse:
    """The owner brings in a visits file by the pages; returns what was said before it was taken."""
    address = wizard.begin(client, "\n".join([HEADER, *lines, ""]))
    preview = wizard.send(client, address + "/preview")
    assert wizard.send(client, address + "/take").status_code == 302
    return preview


def send(
    client: FlaskClient, token: str, ratings: Mapping[str, str], words: str = "", path: str = PAGE
) -> TestResponse:
    """One answer as a browser sends it."""
    fields = {f"item.{key}": value for key, value in ratings.items()}
    return client.post(path, data={"token": token, "box.to_change": words, **fields})


def later(runtime: Runtime) -> FlaskClient:
    """A patient's browser after the minute for which a web process remembers what stands on its pages; the
    simulated days pass in less."""
    return make_app(runtime).test_client()


def answer_often(
    runtime: Runtime,
    practice: Practice,
    clinician: Clinician,
    *,
    client: FlaskClient,
    times: int,
    words: int = 0,
    **changed: tuple[str, int],
) -> None:
    """So many people answer over HTTP, ``words`` of them with a comment. ``phone=("no", 3)``: the first
    three of them answer so."""
    for number in range(times):
        ratings = dict(CONTENT)
        ratings.update({item: value for item, (value, often) in changed.items() if number < often})
        text = f"Please call back sooner, said person {'abcdefghijklmnop'[number]}." if number < words else ""
        reply = send(client, builders.make_token(runtime, practice, clinician), ratings, text)
        assert reply.status_code == 200


def seen(page: TestResponse) -> str:
    """The words on a page as a person reads them: no markup, one blank between words."""
    without = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


def numbers(text: str) -> set[str]:
    """Whole numbers in a text, without a chart’s axis and without parts of dates or of bands (10+)."""
    return set(re.findall(r"(?<![\w.+-])\d+(?![\w+-]|\.\d)", text.replace(AXIS, " ")))
