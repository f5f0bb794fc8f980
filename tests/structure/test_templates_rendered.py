"""Every template is used by a real page or mail; one that nobody renders any more is found."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jinja2
import pyotp
import pytest
from flask.testing import FlaskClient

from survey import beginning
from survey.alerting import alarm_letter
from survey.announcing import ready_letter
from survey.app import make_app
from survey.db import transaction
from survey.invitations import contact, letters
from survey.invitations.house_mail import house_mail
from survey.keys import issue
from survey.noticing import Part
from survey.practice import declaring
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import Settings, shipped
from tests import builders
from tests.invitations.post import HEAD
from tests.invitations.test_letters import ALL, NOW, STOP, TOKEN
from tests.journeys.days import CONTENT, send
from tests.structure.crawling import House, addresses, furnish
from tests.web.desk import GOOD, enter, make_owner, token_of
from tests.web.editing import DRAFT, PHONE, press
from tests.web.identity_house import application, provider
from tests.web.wizard import TIED, begin, upload

#: The report is set by another program, from a template of that program; the words of a page are data.
ASIDE = {".typ", ".yaml"}


def unused(folder: Path, loaded: set[Path]) -> set[str]:
    """Templates of a folder that were not loaded."""
    there = {path for path in folder.rglob("*") if path.is_file() and path.suffix not in ASIDE}
    return {path.relative_to(folder).as_posix() for path in there - loaded}


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> set[Path]:
    """The files that Jinja reads from now on."""
    found: set[Path] = set()
    real = jinja2.FileSystemLoader.get_source

    def noting(self: jinja2.FileSystemLoader, environment: jinja2.Environment, template: str) -> Any:
        source = real(self, environment, template)
        found.add(Path(str(source[1])))
        return source

    monkeypatch.setattr(jinja2.FileSystemLoader, "get_source", noting)
    letters._environment.cache_clear()
    return found


def look_everywhere(house: House) -> None:
    for client in house.visitors.values():
        for address in addresses(house.app, house.values):
            client.get(address).close()


def do_everything(house: House, practice: Practice) -> None:
    """What is shown only after something was sent: thanks, an expired link, a stop, a refusal, a result."""
    runtime, patient = house.runtime, house.stranger
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    assert "Thank you" in send(patient, token, CONTENT).text
    assert send(patient, token, {}).status_code == 422
    for week in issue.weeks_held(runtime.files):
        issue.destroy_week(runtime.files, week)
    assert send(patient, token, CONTENT).status_code == 410
    assert patient.post(f"/stop/en/{house.values['stop']}").status_code == 200
    assert patient.post("/staff/mail/pause").status_code == 401
    assert upload(house.owner, b"%PDF").status_code == 400
    assert "Whose visits" in house.owner.get(begin(house.owner, *TIED) + "/preview").text
    edit_a_survey(house.owner)
    form = {"csrf_token": token_of(patient, "/staff/forgotten"), "email": "nobody@example.org"}
    assert "says the same for every address" in patient.post("/staff/forgotten", data=form).text
    use_a_second_factor(house)
    sign_on(house)
    send_a_false_passkey(runtime)
    send_what_was_begun_before_signing_in_again(house.auditor)
    ask_about_a_merge(house.owner)
    assert house.clinician.get("/staff/visits").status_code == 403
    house.close_comments()
    assert "Open the comments" in house.owner.get("/staff/practice/comments").text
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).closed_on = runtime.clock.now().date()
    assert "closed" in send(make_app(runtime).test_client(), token, CONTENT).text
    with transaction(runtime.engine) as db:
        bare = declaring.create_practice(db, slug="bare", name="Bare", time_zone="America/New_York")
    enter(house.owner, runtime, make_owner(runtime, bare))
    assert house.owner.get("/staff/practice").status_code == 409


def use_a_second_factor(house: House) -> None:
    """Recovery codes that were just made; a sign-in that waits for a code."""
    page, way_in = "/staff/account/second-factor", {"email": "olu@example.org", "password": GOOD}
    form = {"csrf_token": token_of(house.owner, page), "password": GOOD, "go": "begin"}
    secret = re.sub(r"\s", "", house.owner.post(page, data=form, follow_redirects=True).text)
    secret = secret.partition('<codeclass="anywhere">')[2].partition("<")[0]
    code = pyotp.TOTP(secret).at(house.runtime.clock.now())
    assert "recovery codes" in house.owner.post(f"{page}/confirm", data={**form, "code": code}).text
    client = house.app.test_client()
    form = {"csrf_token": token_of(client, "/staff/sign-in"), **way_in}
    assert "Your password is right" in client.post("/staff/sign-in", data=form, follow_redirects=True).text


def sign_on(house: House) -> None:
    """To a provider of single sign-on and back; nobody has the address that it vouches for."""
    with provider(int(house.runtime.clock.now().timestamp())) as there, TemporaryDirectory() as folder:
        client = application(house.runtime, there, Path(folder)).test_client()
        there.claims = {"email": "nobody@example.org"}
        form = {"csrf_token": token_of(client, "/staff/sign-in"), "practice": "riverside"}
        leaving = client.post("/staff/sso", data=form)
        given = there.authorize(leaving.headers["Refresh"].partition("url=")[2])
        assert "One moment" in client.get("/staff/sso/callback", query_string=given).text
        form = {"csrf_token": token_of(client, "/staff/sign-in"), **given}
        assert "You are not signed in" in client.post("/staff/sso/callback", data=form).text


def send_a_false_passkey(runtime: Runtime) -> None:
    """At an address that browsers take passkeys for."""
    named = replace(runtime, settings=replace(runtime.settings, base_url="http://localhost"))
    client = make_app(named).test_client()
    form = {"csrf_token": token_of(client, "/staff/sign-in"), "answer": "{}"}
    assert client.post("/staff/passkey", data=form).status_code == 401


def send_what_was_begun_before_signing_in_again(auditor: FlaskClient) -> None:
    """A form of one's earlier sign-in is shown once more."""
    token = token_of(auditor, "/staff/audit")
    auditor.post("/staff/sign-out", data={"csrf_token": token})
    form = {"csrf_token": token_of(auditor, "/staff/sign-in"), "email": "ada@example.org", "password": GOOD}
    assert auditor.post("/staff/sign-in", data=form).status_code == 302
    late = {"csrf_token": token, "month": "2026-03"}
    again = auditor.post("/staff/audit/csv", data=late, headers={"Origin": "http://localhost"})
    assert "What you wrote is here" in again.text


def ask_about_a_merge(owner: FlaskClient) -> None:
    """What merging two clinicians would do, before it is done."""
    page = "/staff/clinicians"
    one, into, *_ = dict.fromkeys(re.findall(r'name="clinician" value="(\d+)"', owner.get(page).text))
    form = {"csrf_token": token_of(owner, page), "clinician": one, "into": into, "go": "merge"}
    assert "What it does" in owner.post(page, data=form).text


def edit_a_survey(owner: FlaskClient) -> None:
    """A list of answers; a test that was sent; words that can no longer be saved."""
    assert "Edit answers" in owner.get(f"{DRAFT}/answers/definitely").text
    assert "Nothing was stored" in press(owner, PHONE, **{"item.phone": "definitely"}).text
    form = {"csrf_token": token_of(owner, DRAFT), "text.en": "Words to keep"}
    assert "Words to keep" in owner.post(f"{DRAFT}/question/nowhere", data=form).text


def write_letters(settings: Settings) -> None:
    for language in ("en", "es"):
        here = Practice(name="Hill", contact_address="desk@example.org", mail_language=language)
        contact.daily_letter(settings, here, [contact.Asked("Ana", "555-0199")], now=NOW)
        for since in (date(2026, 3, 3), None):
            alarm_letter(settings, here, Part.NIGHT, since=since, to="ana@example.org", now=NOW)
        ready_letter(settings, here, to="ana@example.org", quarter="2026-Q1", now=NOW)
        house_mail(settings, here, "account", {"link": "", "hours": 48}, to="ana@example.org", now=NOW)
        house_mail(settings, here, "forgotten", {"link": "", "minutes": 60}, to="ana@example.org", now=NOW)
        house_mail(settings, here, "news", {"page": "", "stop": ""}, to="ana@example.org", now=NOW)
        for name in ("leaving", "leaving_soon", "staying"):
            words: dict[str, object] = {"day": "March 16, 2026", "link": "", "page": "", "notice": 3}
            house_mail(settings, here, name, words, to="ana@example.org", now=NOW)
    for language, kind in ALL:
        letters.invitation_letter(
            replace(HEAD, language=language),
            to="person@example.org",
            token=TOKEN,
            signed_stop=STOP,
            message_id="abc",
            expires=date(2026, 3, 24),
            now=NOW,
            kind=kind,
        )


def begin_the_first_practice(runtime: Runtime) -> None:
    """What is read before there is a practice."""
    code = beginning.code(runtime.settings)
    assert "Your practice" in make_app(runtime).test_client().get(f"/staff/begin/{code}").text


def test_every_template_is_used(sqlite_runtime: Runtime, loaded: set[Path]) -> None:
    begin_the_first_practice(sqlite_runtime)
    practice = builders.make_practice(sqlite_runtime)
    house = furnish(sqlite_runtime, practice)
    look_everywhere(house)
    do_everything(house, practice)
    write_letters(sqlite_runtime.settings)
    assert unused(shipped("templates"), loaded) == set()


def test_a_forgotten_template_is_found(tmp_path: Path, loaded: set[Path]) -> None:
    for name in ("used.html", "frame.html", "forgotten.html", "report.typ"):
        (tmp_path / name).write_text("words")
    (tmp_path / "used.html").write_text('{% include "frame.html" %}')
    jinja2.Environment(loader=jinja2.FileSystemLoader(tmp_path), autoescape=True).get_template(
        "used.html"
    ).render()
    assert unused(tmp_path, loaded) == {"forgotten.html"}
