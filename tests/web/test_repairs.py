"""The register's pages: one step after the other, each role its own, two people at once, odd words."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.actions import acting
from survey.actions.model import Action, ActionState
from survey.clock import local_day
from survey.db import reading, transaction
from survey.practice.model import AuditEntry, Clinician, Practice
from survey.releases.model import Comment
from survey.runtime import Runtime
from tests.actions.register import open_repair, repair
from tests.web import stage
from tests.web.desk import enter, make_front_desk, token_of

REGISTER = "/staff/repairs"


def today(runtime: Runtime, practice: Practice) -> date:
    return local_day(runtime.clock.now(), practice.time_zone)


def send(client: FlaskClient, way: str = "", **form: str) -> TestResponse:
    return client.post(f"{REGISTER}{way}", data={"csrf_token": token_of(client, f"{REGISTER}/new"), **form})


def opened(client: FlaskClient, **form: str) -> str:
    answer = send(client, **{"touchpoint": "phone", "heard": "Calls wait.", **form})
    assert answer.status_code == 302
    return answer.location


def move(client: FlaskClient, page: str, to: str, **form: str) -> TestResponse:
    seen = re.search(r'name="seen" value="(\d+)"', client.get(page).text)
    assert seen is not None
    number = page.rpartition("/")[2]
    return send(client, "/step", repair=number, seen=seen.group(1), to=to, **form)


def only(runtime: Runtime, practice: Practice) -> Action:
    with reading(runtime.engine, practice.id) as db:
        return db.scalars(select(Action)).one()


def notes(runtime: Runtime, practice: Practice) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        rows = db.execute(select(AuditEntry.action).order_by(AuditEntry.number))
        return [row.action for row in rows if "repair" in row.action]


def test_a_repair_goes_its_way_and_patients_are_told(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    page, due = opened(owner), str(today(runtime, practice) + timedelta(days=5))
    assert move(owner, page, "acknowledged").status_code == 302
    assert move(owner, page, "apologised", words="A note at the desk.").status_code == 302
    promised = {"words": "A second line.", "owner": "Fay", "due_on": due, "span": "6"}
    assert move(owner, page, "promised", **promised).status_code == 302
    assert "release months before and after" in re.sub(r"\s+", " ", owner.get(page).text)
    assert move(owner, page, "done").status_code == 302
    assert "The one promise due was kept in time" in owner.get(REGISTER).text
    assert move(owner, page, "checked", words="Called twice.").status_code == 302
    action = only(runtime, practice)
    assert (action.state, action.measure, action.span) == (ActionState.CHECKED, "phone.1", 6)
    told = {"repair": str(action.id), "seen": "6", "said_en": "Calls wait.", "did_en": "A second line."}
    assert send(owner, "/tell", **told, said_es="Se espera.", did_es="Otra línea.").status_code == 302
    assert "Too early to tell" in owner.get(page).text
    for language in ("en", "es"):
        sheet = send(owner, "/sheet", language=language, paper="a4")
        assert sheet.data.startswith(b"%PDF-")
    assert send(owner, "/tell-no-longer", repair=str(action.id), seen="7").status_code == 302
    assert send(owner, "/sheet", language="en", paper="a4").status_code == 400
    assert notes(runtime, practice) == [
        "opened a repair",
        *["moved a repair"] * 5,
        "told patients of a repair",
        "no longer told patients of a repair",
    ]


def test_no_step_is_skipped_or_taken_twice_from_the_page(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    page = opened(owner)
    for wanted in ("apologised", "done", "checked", "", "breakdown"):
        assert move(owner, page, wanted, words="x").status_code == 400
    assert only(runtime, practice).state == ActionState.BREAKDOWN
    assert notes(runtime, practice) == ["opened a repair"]


def test_the_second_of_two_is_told_and_keeps_what_they_wrote(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    page = opened(owner)
    number = page.rpartition("/")[2]
    form = {"repair": number, "seen": "1", "to": "acknowledged"}
    assert send(owner, "/step", **form, words="First here.").status_code == 302
    answer = send(owner, "/step", **form, words="Mine, too.")
    assert answer.status_code == 409
    assert "Somebody else has moved this repair" in answer.text
    assert "Mine, too." in answer.text
    assert "First here." in answer.text
    with reading(runtime.engine, practice.id) as db:
        action = acting.find_action(db, practice.id, int(number))
        assert action is not None
        assert [step.note for step in acting.history(db, action)] == ["", "First here."]


def test_a_clinician_opens_and_reads_their_own_and_moves_none(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    theirs, mine = opened(owner, heard="The owner's."), opened(ana, heard="Ana's own.")
    assert "Ana&#39;s own." in ana.get(mine).text
    assert "The owner" not in ana.get(REGISTER).text
    assert ana.get(theirs).status_code == 404
    assert "Ana Ortiz" in owner.get(mine).text
    assert 'name="to"' not in ana.get(mine).text
    for way in ("/step", "/tell", "/tell-no-longer", "/sheet"):
        assert send(ana, way, repair=mine.rpartition("/")[2], seen="1").status_code == 403
    with reading(runtime.engine, practice.id) as db:
        assert len(db.scalars(select(Action).where(Action.clinician_id.is_not(None))).all()) == 1


def test_the_front_desk_and_other_practices_stay_outside(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    from tests import builders

    desk = owner.application.test_client()
    enter(desk, runtime, make_front_desk(runtime, practice))
    assert desk.get(REGISTER).status_code == 403
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    with transaction(runtime.engine, other.id) as db:
        number = open_repair(db, other, date(2026, 3, 2)).id
    assert owner.get(f"{REGISTER}/{number}").status_code == 404
    assert send(owner, "/step", repair=str(number), seen="1", to="acknowledged").status_code == 404


def test_a_repair_opened_from_a_comment_keeps_its_key_and_none_of_its_words(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        words = db.scalars(select(Comment).where(Comment.text.contains("for ever"))).one()
        key, other = words.id.hex(), db.scalars(select(Comment).where(Comment.id != words.id)).first()
        assert other is not None
        other.audience, secret = "management", other.id.hex()
    assert "The phone rang for ever." in ana.get(f"{REGISTER}/new/comment/{key}").text
    assert ana.get(f"{REGISTER}/new/comment/{secret}").status_code == 404
    assert owner.get(f"{REGISTER}/new/comment/{secret}").status_code == 200
    page = opened(ana, comment=key)
    assert "The phone rang for ever." in ana.get(page).text
    action = only(runtime, practice)
    assert (action.comment_id, action.heard) == (bytes.fromhex(key), "Calls wait.")
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Comment, (practice.id, bytes.fromhex(key))).hidden = True
    assert "The phone rang for ever." not in ana.get(page).text


@pytest.mark.parametrize("heard", ["", " \u200b", "x" * 1001])
def test_nothing_or_too_much_is_answered_with_a_sentence(owner: FlaskClient, heard: str) -> None:
    answer = send(owner, touchpoint="phone", heard=heard)
    assert answer.status_code == 400
    assert "There is a problem" in answer.text


def test_odd_words_are_shown_and_never_as_markup(owner: FlaskClient) -> None:
    odd = "<script>alert(1)</script> \u202eمرحبا\x00 🎈 " + "W" * 300
    text = owner.get(opened(owner, heard=odd)).text
    assert "&lt;script&gt;" in text
    assert "مرحبا 🎈" in text
    assert "\u202e" not in text
    assert "<script>alert" not in text
    for address in ("/new/nonsense", "/new/comment/zz", "/x", "/" + "9" * 30):
        assert owner.get(REGISTER + address).status_code == 404
    assert send(owner, touchpoint="nonsense", heard="x").status_code == 400


@pytest.mark.parametrize(
    ("did", "words"),
    [
        ("My therapist has moved.", "would tell who is treated"),
        ("d" * 121, "at most 120 characters"),
        ("Call 555-0100 or see www.example.org", "leave out links"),
        ("", "write both lines"),
    ],
)
def test_a_line_that_patients_must_not_read_is_refused_and_kept_in_the_form(
    runtime: Runtime, practice: Practice, owner: FlaskClient, did: str, words: str
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        action = repair(db, practice, date(2026, 4, 1), until=ActionState.DONE)
        number = str(action.id)
    answer = send(owner, "/tell", repair=number, seen="5", said_en="Calls wait.", did_en=did)
    assert answer.status_code == 400
    assert words in answer.text
    assert "Calls wait." in answer.text
    assert not only(runtime, practice).published


def test_overdue_is_a_shape_and_a_word(runtime: Runtime, practice: Practice, owner: FlaskClient) -> None:
    with transaction(runtime.engine, practice.id) as db:
        repair(db, practice, date(2026, 3, 1), due_on=date(2026, 3, 9))
        repair(db, practice, date(2026, 3, 1), until=ActionState.DONE, due_on=date(2026, 3, 9))
    text = owner.get(REGISTER).text
    assert "1 of 2 promises kept in time" in text
    assert "One is overdue" in text
    assert re.search(r"▲</span> Overdue", text)


def test_the_dashboards_lead_to_the_form(owner: FlaskClient, ana: FlaskClient) -> None:
    assert f"{REGISTER}/new/phone" in owner.get("/staff/practice").text
    assert f"{REGISTER}/new/phone" in ana.get("/staff/clinician").text
    assert "Phone and messages" in ana.get(f"{REGISTER}/new/phone").text


def test_words_of_the_comment_are_not_copied_into_the_register(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], owner: FlaskClient
) -> None:
    stage.add_comments(runtime, practice, people[0], texts=("Nobody ever called me back on that Monday.",))
    with reading(runtime.engine, practice.id) as db:
        key = db.scalars(select(Comment.id).where(Comment.text.contains("that Monday"))).one().hex()
    copied = "Nobody EVER called me back on that day"
    answer = send(owner, touchpoint="phone", comment=key, heard=copied)
    assert answer.status_code == 400
    assert "words of the comment" in answer.text
    assert send(owner, touchpoint="phone", comment=key, heard="Calls back are slow.").status_code == 302
