"""What the pages' scripts, fields and frames never do, read from their text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "static").glob("*.js"))
STAFF = ROOT / "templates" / "staff"
#: Ways by which text becomes markup or code, words arrive from other windows, or data stays in the browser.
UNSAFE = re.compile(
    r"\b(?:inner|outer)HTML\b|\binsertAdjacentHTML\b|\bdocument\.write|\beval\(|\bnew Function\b|"
    r"\bset(?:Timeout|Interval)\([\"'`]|\bpostMessage\b|[\"']message[\"']|__proto__|"
    r"\b(?:local|session)Storage\b|\bindexedDB\b|\bdocument\.cookie\b|\bserviceWorker\b"
)
INPUT = re.compile(r"<input\b[^>]*>", re.DOTALL)
OF_PASSWORDS = re.compile(r'name="(?:password|present|again)"')


def bad_fields(text: str) -> list[str]:
    """Fields for a password that show it, or that a password program does not know."""
    fields = [each for each in INPUT.findall(text) if OF_PASSWORDS.search(each)]
    good = re.compile(r'type="password" autocomplete="(?:current|new)-password"')
    return [each for each in fields if not good.search(each) or "maxlength" in each]


def test_there_are_scripts_to_read() -> None:
    assert {each.name for each in SCRIPTS} >= {"survey.js", "sending.js", "staying.js", "passkeys.js"}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
def test_no_script_makes_markup_or_code_of_text_or_keeps_anything(script: Path) -> None:
    assert UNSAFE.findall(script.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "box.innerHTML = reply;",
        "setTimeout('go()', 5);",
        'addEventListener("message", take);',
        "localStorage.answer = text;",
        "found['__proto__'] = 1;",
    ],
)
def test_a_script_that_does_would_be_noticed(line: str) -> None:
    assert UNSAFE.search(line)


def test_passwords_are_hidden_and_password_programs_may_fill_them_in() -> None:
    texts = [each.read_text("utf-8") for each in (ROOT / "templates").rglob("*.html")]
    assert sum(len(OF_PASSWORDS.findall(text)) for text in texts) >= 10
    assert [each for text in texts for each in bad_fields(text)] == []
    held = [each.name for each in SCRIPTS if re.search(r"\bpaste\b|\.clipboardData", each.read_text("utf-8"))]
    assert held == [], "nothing may stand in the way of pasting"


@pytest.mark.parametrize(
    "field",
    [
        '<input name="password" type="text" autocomplete="new-password">',
        '<input name="password" type="password" autocomplete="off">',
        '<input name="again" type="password" autocomplete="new-password" maxlength="20">',
    ],
)
def test_a_field_that_shows_a_password_or_keeps_programs_out_would_be_noticed(field: str) -> None:
    assert bad_fields(field) == [field]


def without_a_way_out() -> list[str]:
    """Pages of staff that do not stand in the frame in which one signs out."""
    pages = [each for each in STAFF.rglob("*.html") if "{% extends" in each.read_text("utf-8")]
    frame = re.compile(r'{% extends "(staff/frame|staff/mail_frame|staff/surveys/frame)\.html" %}')
    return sorted(
        each.relative_to(STAFF).as_posix()
        for each in pages
        if not frame.search(each.read_text("utf-8")) or "{% block nav %}" in each.read_text("utf-8")
    )


def test_every_page_of_staff_stands_in_the_frame_with_the_way_out() -> None:
    frame = (STAFF / "frame.html").read_text("utf-8")
    assert (
        "url_for('access.sign_out')" in frame.partition("{% block nav %}")[2].partition("{% endblock %}")[0]
    )
    # The description for programs is open to everybody, and the trial of a survey looks as patients see it.
    assert without_a_way_out() == ["api.html", "frame.html", "surveys/tested.html"]


def test_no_page_reads_a_field_from_wherever_it_comes() -> None:
    """A field of a form is read from the form, one of an address from the address."""
    mixed = re.compile(r"request\.values|CombinedMultiDict")
    pages = sorted((ROOT / "survey" / "web").glob("*.py"))
    assert [each.name for each in pages if mixed.search(each.read_text("utf-8"))] == []
