"""A breakdown: answers tell of it, it is promised, done, told to patients, and in time measured."""

from __future__ import annotations

import re
from datetime import date

from flask.testing import FlaskClient

from survey import clock, jobs
from survey.clock import SimulatedClock
from survey.demo.mailbag import read_letter
from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests import builders
from tests.actions.test_measuring import months
from tests.invitations.post import invite
from tests.journeys.days import CONTENT, later, live_through, seen, send
from tests.journeys.test_visits_to_mails import FILE
from tests.web import stage
from tests.web.desk import enter, make_owner, token_of

MONDAY, TUESDAY = date(2026, 4, 20), date(2026, 4, 21)
OVER = date(2026, 10, 1)
STEPS = (
    {"to": "acknowledged"},
    {"to": "apologised", "words": "A note at the desk."},
    {"to": "promised", "words": "A second line.", "owner": "Front desk", "due_on": "2026-04-30", "span": "3"},
    {"to": "done"},
)


def post(client: FlaskClient, way: str, **form: str) -> str:
    token = token_of(client, "/staff/repairs/new")
    answer = client.post(f"/staff/repairs{way}", data={"csrf_token": token, **form})
    assert answer.status_code == 302
    return answer.location


def to_night(runtime: Runtime, practice: Practice, day: date) -> None:
    """The clock alone moves on, and the night's work of that day is done."""
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(clock.at_local(day, 3, practice.time_zone))
    jobs.run_night(runtime, practice, runtime.clock.now())


def good_months(runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]) -> None:
    for person in people[:3]:
        months(runtime, practice, person, ("2026-07", "2026-08", "2026-09"), 17)


def test_from_a_breakdown_in_the_answers_to_a_measured_change_told_to_patients(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    people = stage.stage_year(runtime, practice)
    olu = make_owner(runtime, practice)
    enter(client, runtime, olu)
    overview = client.get("/staff/practice").text
    assert "Phone and messages" in overview[overview.index("What needs attention") :]
    (link,) = set(re.findall(r'href="(/staff/repairs/new/phone)"', overview))
    assert client.get(link).status_code == 200

    page = post(client, "", touchpoint="phone", heard="Nobody called back.")
    number = page.rpartition("/")[2]
    for count, form in enumerate(STEPS, start=1):
        post(client, "/step", repair=number, seen=str(count), **form)
    lines = {"said_en": "Calls wait too long.", "did_en": "A second line."}
    lines |= {"said_es": "Se espera demasiado.", "did_es": "Otra línea."}
    post(client, "/tell", repair=number, seen="5", **lines)
    assert "Too early to tell" in seen(client.get(page))
    assert "from Oct 2026 on" in seen(client.get(page))

    invite(runtime, practice, FILE[0].replace("2026-03-02", MONDAY.isoformat()))
    live_through(runtime, practice, TUESDAY, 9)
    mails = [path.read_bytes() for path in runtime.settings.mailbox.glob("*.eml")]
    (mail,) = (one for one in mails if "/s/riverside/after-visit" in " ".join(letter_words(one)))
    letter, words = read_letter(mail), " ".join(letter_words(mail))
    assert "You said: Calls wait too long. We did: A second line." in words
    thanks = seen(send(later(runtime), letter.token, CONTENT, "", letter.path))
    assert "Calls wait too long. A second line." in thanks
    assert "Best answers before" not in thanks

    good_months(runtime, practice, people)
    to_night(runtime, practice, date(2026, 9, 30))
    enter(client, runtime, olu)
    assert "from Oct 2026 on" in seen(client.get(page))
    to_night(runtime, practice, OVER)
    enter(client, runtime, olu)
    assert "Best answers before: 10% (100+ answers). After: 85% (100+ answers)." in seen(client.get(page))
    assert "Better" in seen(client.get("/staff/repairs"))
    token = builders.make_token(runtime, practice, people[0])
    thanks = seen(send(later(runtime), token, CONTENT))
    assert "Best answers before: 10%. Since then: 85%." in thanks
    form = {"csrf_token": token_of(client, "/staff/repairs"), "language": "es", "paper": "letter"}
    assert client.post("/staff/repairs/sheet", data=form).data.startswith(b"%PDF-")


def letter_words(mail: bytes) -> list[str]:
    from email import message_from_bytes, policy

    body = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content()).split()
