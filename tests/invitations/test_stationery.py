"""Prepared letters are the letters written one by one, byte for byte, and nothing can be smuggled in."""

from __future__ import annotations

import random
import string
from dataclasses import replace
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage

import pytest

from survey.invitations.letters import Kind, Letterhead, UnsafeEnvelope, invitation_letter, written_languages
from survey.invitations.stationery import Filling, Sheet, prepare
from tests.invitations import post
from tests.invitations.post import parse

HEAD = replace(post.HEAD, practice_name="Río & Sons")
NOW = datetime(2026, 3, 3, 14, 7, 31, tzinfo=UTC)
CODE = string.ascii_letters + string.digits + "-_"
LOCAL = string.ascii_letters + string.digits + "!#$%&'*+/=^_`{|}~-"
ALL = [(language, kind) for language in sorted(written_languages(HEAD.templates)) for kind in Kind]


def write(head: Letterhead, one: Filling, kind: Kind = Kind.INVITATION) -> bytes:
    made = invitation_letter(
        head,
        to=one.to,
        token=one.token,
        signed_stop=one.signed_stop,
        message_id=one.message_id,
        expires=date(2026, 3, 24),
        now=NOW,
        kind=kind,
    )
    return made.as_bytes()


def person(rng: random.Random) -> Filling:
    def drawn(letters: str, length: int) -> str:
        return "".join(rng.choices(letters, k=length))

    return Filling(
        to=f"{drawn(LOCAL, rng.randint(1, 60))}@{drawn(string.ascii_lowercase, rng.randint(1, 60))}.org",
        token=drawn(CODE, 56),
        signed_stop=f"{drawn(CODE, 32)}.{drawn(CODE, 43)}",
        message_id=drawn("0123456789abcdef", 32),
    )


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_a_prepared_letter_is_the_written_one_byte_for_byte(language: str, kind: Kind) -> None:
    rng = random.Random(7)
    head = replace(HEAD, language=language)
    sheet = prepare(lambda one: write(head, one, kind), person(rng))
    for _ in range(60):
        somebody = person(rng)
        assert sheet.fill(somebody) == write(head, somebody, kind)


@pytest.mark.parametrize("length", range(20, 60, 3))
def test_wherever_the_lines_break_it_stays_the_same(length: int) -> None:
    rng = random.Random(length)
    head = replace(HEAD, base_url="https://" + "x" * length + ".example.org", slug="s" * (length // 3))
    sheet = prepare(lambda one: write(head, one), person(rng))
    for _ in range(5):
        somebody = person(rng)
        assert sheet.fill(somebody) == write(head, somebody)


HOSTILE = (
    "a@example.org\r\nBcc: b@example.org",
    "a@example.org\nX: y",
    "a@example.org\0",
    "a@example.org, b@example.org",
    "Ana <a@example.org>",
    "=?utf-8?q?a=0ABcc=3A_b?=@example.org",
    "=?utf-8?b?YQ==?=@example.org",
    "ána@example.org",
    "a@exämple.org",
    "a\u2028b@example.org",
    '"a b"@example.org',
    "",
)


@pytest.mark.parametrize("to", HOSTILE)
def test_a_recipient_that_could_inject_is_refused(to: str) -> None:
    good = person(random.Random(1))
    with pytest.raises(UnsafeEnvelope) as refusal:
        replace(good, to=to)
    assert not to or to not in str(refusal.value)


@pytest.mark.parametrize("name", ["token", "signed_stop", "message_id"])
@pytest.mark.parametrize("value", ["a\r\nBcc: x", "a b", "a=0A", "á", "<b>", "a>", "", "a\n"])
def test_a_code_that_could_inject_is_refused(name: str, value: str) -> None:
    with pytest.raises(UnsafeEnvelope):
        replace(person(random.Random(1)), **{name: value})


def test_without_the_check_a_line_break_would_add_a_header() -> None:
    """The broken variant: the same sheet, a value that was never looked at."""
    good = person(random.Random(1))
    sheet = prepare(lambda one: write(HEAD, one), good)
    bad = replace(good)
    object.__setattr__(bad, "to", "a@example.org\r\nBcc: b@example.org")
    assert parse(sheet.fill(bad))["Bcc"] == "b@example.org"


def test_every_letter_has_the_same_headers_once_and_one_recipient() -> None:
    rng = random.Random(3)
    sheet = prepare(lambda one: write(HEAD, one), person(rng))
    names = parse(sheet.fill(person(rng))).keys()
    assert len(names) == len(set(names))
    for _ in range(20):
        somebody = person(rng)
        mail = parse(sheet.fill(somebody))
        assert mail.keys() == names
        assert str(mail["To"]) == somebody.to
        assert somebody.token not in "".join(str(value) for value in mail.values())


def test_a_code_of_another_length_is_refused() -> None:
    good = person(random.Random(1))
    sheet = prepare(lambda one: write(HEAD, one), good)
    with pytest.raises(UnsafeEnvelope, match="length"):
        sheet.fill(replace(good, token=good.token[:-1]))


def test_a_letter_that_changes_a_code_is_noticed_before_it_is_used() -> None:
    def shouting(one: Filling) -> bytes:
        return write(HEAD, replace(one, token=one.token.upper()))

    with pytest.raises(UnsafeEnvelope, match="changes"):
        prepare(shouting, person(random.Random(1)))


def test_a_letter_in_base64_is_noticed_too() -> None:
    def hidden(one: Filling) -> bytes:
        message = EmailMessage(policy=policy.SMTP)
        message["To"] = one.to
        message.set_content(one.token, cte="base64")
        return message.as_bytes()

    with pytest.raises(UnsafeEnvelope, match="changes"):
        prepare(hidden, person(random.Random(1)))


def test_neither_sheet_nor_filling_shows_anybody() -> None:
    good = person(random.Random(1))
    sheet: Sheet = prepare(lambda one: write(HEAD, one), good)
    assert good.to not in f"{good!r}{sheet!r}"
    assert good.token not in f"{good!r}{sheet!r}"
