"""The survey editor: beginning, files, what somebody typed is never lost, and publishing."""

from __future__ import annotations

import io
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading, transaction
from survey.practice import drafting, publishing
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from tests import builders
from tests.web.desk import enter, make_owner, token_of
from tests.web.editing import DRAFT, HOME, begin, do, filled, press, publish, question, saved

PUBLISH = f"{HOME}/after_visit/publish"


@pytest.fixture
def owner(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    enter(client, runtime, make_owner(runtime, practice))
    return client


def bring(owner: FlaskClient, text: str | bytes) -> tuple[int, str]:
    """Bring in a file; status and page."""
    raw = text if isinstance(text, bytes) else text.encode()
    form = {"csrf_token": token_of(owner, HOME), "file": (io.BytesIO(raw), "ours.yaml")}
    answer = owner.post(f"{HOME}/file", data=form)
    return answer.status_code, answer.text


def order(runtime: Runtime, practice: Practice) -> list[str]:
    """The questions that are asked, in their order."""
    return [each["id"] for each in saved(runtime, practice)["items"] if "off" not in each]


def test_a_draft_begins_from_the_version_in_force_or_a_shipped_one_and_only_once(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    assert begin(owner).location == DRAFT
    assert begin(owner, "shipped:short").location == f"{HOME}/short/draft"
    again = begin(owner)
    assert (again.status_code, "There is a draft of this survey already" in again.text) == (409, True)
    assert begin(owner, "shipped:nowhere").status_code == 400
    with reading(runtime.engine, practice.id) as db:
        assert drafting.drafts(db, practice.id) == ["after_visit", "short"]


def test_a_version_taken_away_and_brought_in_again_is_the_same(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    file = owner.get(f"{HOME}/file/after-visit-1.yaml")
    assert file.mimetype == "application/yaml"
    assert bring(owner, file.data)[0] == 302
    assert owner.get(f"{DRAFT}/file.yaml").data == file.data
    assert "Nothing: it says what version 1 says." in owner.get(PUBLISH).text


@pytest.mark.parametrize(
    "hostile",
    [
        "a: &a [x]\nb: [*a, *a]",
        "!!python/object/apply:os.system ['true']",
        "[" * 5000,
        "x: " + "{a: " * 400,
        "id: after_visit\nitems: 7",
        b"\xff\xfe\x00",
        "\x00",
        "- " * 20000,
    ],
)
def test_a_hostile_or_faulty_file_gets_a_page_with_its_faults_and_its_text_back(
    owner: FlaskClient, hostile: str | bytes
) -> None:
    status, page = bring(owner, hostile)
    assert (status, "Line " in page, "There is a problem" in page) == (400, True, True)
    if isinstance(hostile, str) and "\x00" not in hostile:
        assert hostile[:20] in unescape(page)


def test_a_file_over_the_limit_and_no_file_are_said(owner: FlaskClient) -> None:
    assert "larger than 256 KB" in bring(owner, "x" * 300_000)[1]
    assert "Choose a file, or paste its text." in bring(owner, "")[1]


SPANISH = {"Accept-Language": "es"}


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("denominator: most", "denominator</code>: esta palabra no se conoce aquí. Use uno de estos:"),
        ("denominator: most", "'answered' o 'all'."),
        ("denominater: all", "“denominater” no es una clave conocida. ¿Quiso decir denominator?"),
        ("a: b: c", "esto no es YAML correcto (hay dos puntos donde no puede haberlos). Revise los espacios"),
        ("a: @b", "esto no es YAML correcto. Revise los espacios"),
    ],
)
def test_the_faults_of_a_file_are_said_in_spanish(owner: FlaskClient, broken: str, words: str) -> None:
    form = {"csrf_token": token_of(owner, HOME), "text": f"id: ours\n{broken}\n"}
    answer = owner.post(f"{HOME}/file", data=form, headers=SPANISH)
    page = unescape(answer.text)
    assert (answer.status_code, "Línea 2" in page, words in page) == (400, True, True)
    assert 'lang="en"' not in page.partition("<main")[2].partition("Línea")[2].partition("</ul>")[0]


def test_a_fault_of_a_draft_that_the_editor_has_no_words_for_is_said_in_spanish(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    data = saved(runtime, practice) | {"denominator": "some"}
    with transaction(runtime.engine, practice.id) as db:
        drafting.save(db, practice.id, "after_visit", data, number=1)
    page = unescape(owner.get(DRAFT, headers=SPANISH).text)
    assert '<p class="wrong">Esta palabra no se conoce aquí. Use uno de estos:' in page


def test_words_are_saved_faulty_or_not_and_the_fault_stands_beside_them(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    answer = press(owner, f"{DRAFT}/question/phone", text__en="Did we call back? <b>", text__es="")
    assert answer.location == f"{DRAFT}#phone"
    assert question(runtime, practice, "phone")["text"] == {"en": "Did we call back? <b>", "es": ""}
    page = owner.get(DRAFT).text
    assert "Did we call back? &lt;b&gt;" in page
    assert "Words are missing: Español." in page
    assert "One thing is to be put right" in page
    spanish = owner.get(DRAFT, headers={"Accept-Language": "es"}).text
    assert "Falta el texto: Español." in spanish
    assert owner.get(f"{HOME}/after_visit/preview/en").status_code == 409
    assert "Words are missing" in owner.get(PUBLISH).text
    assert owner.get(f"{DRAFT}/file.yaml").status_code == 409


def test_questions_are_moved_switched_off_and_on_and_removed(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    first = order(runtime, practice)
    do(owner, "down:overall")
    assert order(runtime, practice) == [first[1], first[0], *first[2:]]
    do(owner, "up:overall")
    do(owner, "up:overall")
    assert order(runtime, practice) == first
    do(owner, "switch:phone")
    assert "phone" not in order(runtime, practice)
    assert do(owner, "remove:overall").status_code == 400, "only what is switched off can be taken out"
    do(owner, "switch:phone")
    assert order(runtime, practice)[-1] == "phone"
    do(owner, "switch:phone")
    do(owner, "remove:phone")
    assert "phone" not in str([each["id"] for each in saved(runtime, practice)["items"]])
    assert do(owner, "up:nowhere").status_code == 400


@pytest.mark.parametrize("kind", ["list", "several", "numbers", "like:definitely", "box"])
def test_a_question_of_each_kind_is_added(
    owner: FlaskClient, runtime: Runtime, practice: Practice, kind: str
) -> None:
    begin(owner)
    answer = press(owner, DRAFT, f"{DRAFT}/add", kind=kind, touchpoint="billing")
    name = "words" if kind == "box" else "billing_2"
    assert answer.location == f"{DRAFT}/question/{name}"
    assert owner.get(answer.location).status_code == 200
    if kind != "box":
        page = f"{DRAFT}/answers/{question(runtime, practice, name)['scale']}"
        assert owner.get(page).status_code == 200
    assert press(owner, DRAFT, f"{DRAFT}/add", kind="nothing", touchpoint="billing").status_code == 400
    assert press(owner, DRAFT, f"{DRAFT}/add", kind="list", touchpoint="").status_code == 400


def test_answers_are_reworded_moved_added_and_removed_and_every_button_keeps_what_was_typed(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    page = f"{DRAFT}/answers/definitely"
    press(owner, page, **{"0.text.en": "Surely", "do": "down:0"})
    press(owner, page, do="add")
    press(owner, page, **{"0.text.en": "For the most part", "do": "remove:4"})
    options = saved(runtime, practice)["scales"]["definitely"]
    assert [each["text"]["en"] for each in options] == ["For the most part", "Surely", "No", ""]
    press(owner, page, **{"3.counts": "problem+false"})
    assert saved(runtime, practice)["scales"]["definitely"][3]["repaired"] == "false"
    press(owner, f"{DRAFT}/question/phone", do="own")
    assert question(runtime, practice, "phone")["scale"] == "phone_answers"


def test_a_follow_up_and_a_lot(owner: FlaskClient, runtime: Runtime, practice: Practice) -> None:
    begin(owner)
    press(owner, f"{DRAFT}/question/billing", after=["phone|no", "phone|mostly"])
    assert question(runtime, practice, "billing")["only_if"] == {"item": "phone", "values": ["no", "mostly"]}
    wrong = press(owner, f"{DRAFT}/question/billing", text__en="Kept?", after=["phone|no", "access|no"])
    assert (wrong.status_code, "Kept?" in wrong.text) == (400, True)
    press(owner, f"{DRAFT}/question/access", lot="yes")
    press(owner, f"{DRAFT}/question/timeliness", lot="yes")
    assert saved(runtime, practice)["rotated"] == {"ask": "1", "of": ["access", "timeliness"]}
    assert "Drawn by lot" in owner.get(DRAFT).text


def test_title_time_and_languages(owner: FlaskClient, runtime: Runtime, practice: Practice) -> None:
    begin(owner)
    page = f"{DRAFT}/frame"
    press(owner, page, title__en="Your therapy", seconds="90", asked_every="x", language=["en", "es", "fr"])
    data = saved(runtime, practice)
    assert (data["seconds"], data["languages"]) == ("90", ["en", "es", "fr"])
    shown = owner.get(page).text
    assert "“therapy” tells what kind of care" in shown
    assert "This needs a whole number" in shown
    assert "It takes more than a minute" in shown
    press(owner, page, language=["en"], asked_every="")
    assert saved(runtime, practice)["title"] == {"en": "Your therapy"}
    assert "must not tell what kind of care" in owner.get(PUBLISH).text
    assert publish(owner).status_code in (400, 409)


def test_nobodys_words_are_lost_where_two_save(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    page = f"{DRAFT}/question/phone"
    mine = {**filled(owner.get(page).text), "text.en": "My words"}
    press(owner, page, text__en="Words of the other")
    answer = owner.post(page, data=mine)
    assert answer.status_code == 409
    assert "My words" in answer.text
    assert "Words of the other" in answer.text
    assert question(runtime, practice, "phone")["text"]["en"] == "Words of the other"
    assert owner.post(page, data=filled(answer.text)).status_code == 302
    assert question(runtime, practice, "phone")["text"]["en"] == "My words"


@pytest.mark.parametrize("form", ["question/phone", "answers/definitely", "frame"])
def test_words_come_back_where_the_draft_is_gone(owner: FlaskClient, form: str) -> None:
    begin(owner)
    fields = {**filled(owner.get(f"{DRAFT}/{form}").text), "text.en": "Words of mine"}
    assert press(owner, DRAFT, f"{DRAFT}/discard").status_code == 400, "a tick comes first"
    assert press(owner, DRAFT, f"{DRAFT}/discard", sure="yes").status_code == 302
    answer = owner.post(f"{DRAFT}/{form}", data=fields)
    assert (answer.status_code, "Words of mine" in answer.text) == (409, True)


def test_a_button_pressed_on_an_old_page_does_nothing(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    old = filled(owner.get(DRAFT).text)
    do(owner, "down:overall")
    before = saved(runtime, practice)
    answer = owner.post(f"{DRAFT}/part", data={**old, "do": "switch:phone"})
    assert (answer.status_code, "Somebody was faster" in answer.text) == (409, True)
    assert saved(runtime, practice) == before


def test_a_reworded_question_gets_a_new_revision_by_itself_unless_it_was_a_typo(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    press(owner, f"{DRAFT}/question/phone", text__en="Did you hear back from us soon?")
    press(owner, f"{DRAFT}/question/billing", text__en="Was it clear what you owe, and why?")
    page = owner.get(PUBLISH).text
    assert "its figures begin anew" in page
    assert "fewer than 5 of a batch" in page
    assert publish(owner, typo=["billing.1"]).status_code == 302
    with reading(runtime.engine, practice.id) as db:
        new = publishing.versions(db, practice.id)["after-visit-2"]
        (row, _old) = publishing.history(db, practice.id, "after_visit")
        last = db.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()
        assert drafting.drafts(db, practice.id) == []
    revisions = {item.id: item.revision for item in new.items}
    assert (revisions["phone"], revisions["billing"], revisions["access"]) == (2, 1, 1)
    assert (row.from_day, row.note) == (date(2026, 4, 1), "Asks about letters too.")
    assert (last.action, last.subject) == ("published a survey", "after-visit-2 from 2026-04-01")


def test_publishing_needs_a_note_and_a_day_that_the_rules_allow(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    press(owner, f"{DRAFT}/question/phone", text__en="Did you hear back?")
    assert publish(owner, note__text=" ").status_code == 400
    assert publish(owner, note__text="x" * 400).status_code == 400
    assert publish(owner, day="2026-03-03").status_code == 400
    assert publish(owner, day="never").status_code == 400
    assert "Monday, March 2, 2026" in owner.get(PUBLISH).text
    assert publish(owner, day="2026-03-09").status_code == 302
    begin(owner, "version:after-visit-2")
    assert "Monday, April 6, 2026" in owner.get(PUBLISH).text, "28 days after the last one"
    assert publish(owner, day="2026-03-30").status_code == 400


def test_a_draft_that_changed_while_somebody_read_is_not_published(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    form = {**filled(owner.get(PUBLISH).text), "note.text": "A note of mine"}
    do(owner, "switch:phone")
    answer = owner.post(PUBLISH, data=form)
    assert (answer.status_code, "A note of mine" in answer.text) == (409, True)
    with reading(runtime.engine, practice.id) as db:
        assert list(publishing.versions(db, practice.id)) == ["after-visit-1"]


def test_a_question_of_an_earlier_version_comes_back_and_goes_on(
    owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    do(owner, "switch:phone")
    publish(owner)
    begin(owner, "version:after-visit-2")
    assert "phone" not in order(runtime, practice)
    do(owner, "switch:phone")
    publish(owner, day="")
    with reading(runtime.engine, practice.id) as db:
        known = publishing.versions(db, practice.id)
    assert "phone.1" not in [item.key for item in known["after-visit-2"].items]
    assert known["after-visit-3"].item("phone.1").text == known["after-visit-1"].item("phone.1").text


def test_two_versions_are_compared_in_words_by_their_address(owner: FlaskClient) -> None:
    begin(owner)
    press(owner, f"{DRAFT}/question/phone", text__en="Did you hear back?")
    do(owner, "switch:billing")
    compare = f"{HOME}/after_visit/compare"
    answer = press(owner, compare, before="after-visit-1", after="draft")
    assert answer.location == f"{compare}/after-visit-1/draft"
    page = owner.get(answer.location).text
    assert '<ins lang="en">Did you hear back?</ins>' in page
    assert "No longer asked" in page
    assert owner.get(f"{compare}/after-visit-1/after-visit-9").status_code == 404
    assert press(owner, compare, before="x", after="draft").status_code == 400
    assert owner.get(f"{HOME}/nowhere/compare").status_code == 404


def test_another_practice_sees_nothing_of_it(
    app: Flask, owner: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    begin(owner)
    other = builders.make_practice(runtime, slug="hill", name="Hill")
    client = app.test_client()
    enter(client, runtime, make_owner(runtime, other, "hilda@example.org"))
    assert client.get(DRAFT).status_code == 404
    with transaction(runtime.engine, practice.id) as db:
        assert drafting.drafts(db, other.id) == []


def test_a_form_without_its_proof_changes_nothing(owner: FlaskClient) -> None:
    begin(owner)
    for path in (f"{DRAFT}/part", f"{DRAFT}/question/phone", PUBLISH, f"{HOME}/after_visit/phone/en"):
        assert owner.post(path, data={"number": "1", "do": "switch:phone"}).status_code == 400
