"""The desk beside hiding: search, a clinician's own, guidance for a crisis, printing for the team alone."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.comments import hiding
from survey.comments.crisis import may_be_crisis
from survey.comments.hiding import DeskComment, Reason
from survey.comments.searching import matching
from survey.db import reading, transaction
from survey.practice.model import AuditEntry, Clinician, Practice
from survey.releases.model import Comment
from survey.runtime import Runtime
from tests.services import miss
from tests.web import stage
from tests.web.desk import token_of

DESK = "/staff/practice/comments"
OWN = "/staff/comments"
WORDS = "The phone rang for ever."
BENS = "A word about Ben alone."


@pytest.fixture
def people(runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]) -> tuple[Clinician, ...]:
    stage.add_comments(runtime, practice, people[1], texts=(BENS, "Quería morir, y nadie llamó."))
    return people


def look(client: FlaskClient, address: str, word: str) -> TestResponse:
    form = {"csrf_token": token_of(client, address), "word": word}
    return client.post(f"{address}/search", data=form)


def test_a_word_is_found_whatever_its_accents_and_capitals(owner: FlaskClient) -> None:
    assert WORDS in look(owner, DESK, "PHONE rang").text
    assert WORDS not in look(owner, DESK, "queria").text
    assert "Quería morir" in look(owner, DESK, "QUERIA").text
    assert "No comment of the last four quarters has this word" in look(owner, DESK, "zzz").text


@pytest.mark.parametrize("word", ["", "  \u0301", "w" * 101])
def test_nothing_and_too_much_to_look_for_get_a_sentence(owner: FlaskClient, word: str) -> None:
    answer = look(owner, DESK, word)
    assert answer.status_code == 400
    assert "at most 100 characters" in answer.text


def test_the_word_is_in_no_log_no_row_and_no_address(
    runtime: Runtime, practice: Practice, owner: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = look(owner, DESK, "unheardof")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unheardof" not in caplog.text
    assert owner.get(f"{DESK}?word=phone").text.count(WORDS) == owner.get(DESK).text.count(WORDS)
    assert owner.get(f"{DESK}/search").status_code == 405
    with reading(runtime.engine, practice.id) as db:
        assert not [one for one in db.scalars(select(AuditEntry.subject)) if "unheardof" in one]


def test_a_clinician_reads_and_searches_their_own_and_none_for_the_management(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    assert WORDS in ana.get(OWN).text
    assert BENS not in ana.get(OWN).text
    assert BENS not in look(ana, OWN, "word").text
    assert WORDS in look(ana, OWN, "phone").text
    with transaction(runtime.engine, practice.id) as db:
        db.scalars(select(Comment).where(Comment.text == WORDS)).one().audience = "management"
    assert WORDS not in ana.get(OWN).text
    assert WORDS not in look(ana, OWN, "phone").text
    assert WORDS in look(owner, DESK, "phone").text
    assert owner.get(OWN).status_code == 403
    assert ana.post(f"{DESK}/search", data={"csrf_token": token_of(ana, OWN)}).status_code == 403


def test_hidden_ones_stand_with_who_when_and_why_and_are_not_found(
    runtime: Runtime, practice: Practice, owner: FlaskClient, ana: FlaskClient
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        key = db.scalars(select(Comment.id).where(Comment.text == WORDS)).one()
        for reason in (Reason.OTHER, Reason.NAMES):
            hiding.hide(db, practice.id, key, reason=reason, actor="olu@example.org", now=runtime.clock.now())
            if reason is Reason.OTHER:
                hiding.show(db, practice.id, key, actor="olu@example.org", now=runtime.clock.now())
    hidden = owner.get(DESK).text.partition('id="hidden"')[2]
    line = re.search(r"It names somebody · .*2026.* · <bdi>olu@example.org</bdi>", hidden)
    assert line is not None
    assert WORDS not in look(owner, DESK, "phone").text
    assert WORDS not in ana.get(OWN).text


def test_wording_of_a_crisis_leads_to_the_fixed_guidance_and_to_nobody(owner: FlaskClient) -> None:
    page = owner.get(DESK).text
    assert page.count('href="#crisis"') == 1
    assert page.index("Quería morir") < page.index('href="#crisis"') < page.index('id="crisis"')
    guidance = page[page.index('id="crisis"') :]
    assert "must not be looked for" in guidance
    assert "month" not in guidance[: guidance.index("</section>")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I wanted to DIE.", True),
        ("Sometimes I want to die.", True),
        ("I can’t go on like this", True),
        ("No puedo más.", True),
        ("The overdosed sugar in the coffee", True),
        ("Suicidal thoughts were taken seriously", True),
        ("The phone was dead", False),
        ("مرحبا 🎈", False),
        ("", False),
    ],
)
def test_words_of_both_languages_are_marked(text: str, expected: bool) -> None:
    assert may_be_crisis(text) is expected


def test_what_is_printed_says_on_each_page_what_it_is_not_for(
    runtime: Runtime, practice: Practice, owner: FlaskClient, people: tuple[Clinician, ...], tmp_path: Path
) -> None:
    long = "A comment, " + "long " * 180
    stage.add_comments(runtime, practice, people[0], texts=(long,) * 8)
    with transaction(runtime.engine, practice.id) as db:
        db.scalars(select(Comment).where(Comment.text == BENS)).one().audience = "management"
    answer = owner.post(f"{DESK}/print", data={"csrf_token": token_of(owner, DESK)})
    assert answer.data.startswith(b"%PDF-")
    with reading(runtime.engine, practice.id) as db:
        assert "printed comments for the team" in set(db.scalars(select(AuditEntry.action)))
    if shutil.which("pdftotext") is None:
        miss("pdftotext", "it is not installed")
    (tmp_path / "team.pdf").write_bytes(answer.data)
    told = subprocess.run(["pdftotext", str(tmp_path / "team.pdf"), "-"], capture_output=True, check=True)
    pages = told.stdout.decode().split("\f")[:-1]
    assert len(pages) > 1
    assert all(page.count("Not for advertising") == 2 for page in pages)
    whole = re.sub(r"\s+", " ", " ".join(pages))
    assert WORDS in whole
    assert BENS not in whole
    assert "Ana Ortiz" not in whole
    assert "“" not in whole
    assert "APA 5.05" in whole


def test_searching_looks_at_nothing_but_the_words() -> None:
    one = DeskComment(b"1", "2026-03", "good", "Straße 👩🏽‍🔧 مرحبا", management=False, hidden=False)
    assert matching([one], "STRASSE") == (one,)
    assert matching([one], "مرحبا") == (one,)
    assert matching([one], "good") == ()
