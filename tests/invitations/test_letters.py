"""The letter: neutral outside, complete inside, and no way to smuggle anything in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest

from survey.invitations.envelope import whole_letter_faults
from survey.invitations.letters import (
    Kind,
    Letterhead,
    UnsafeEnvelope,
    invitation_letter,
    written_languages,
)
from tests.invitations.post import HEAD, parse, plain_text

TOKEN = "Tk" * 28
STOP = "St" * 38
NOW = datetime(2026, 3, 3, 14, 7, 31, tzinfo=UTC)
ALL = [(language, kind) for language in sorted(written_languages(HEAD.templates)) for kind in Kind]


def letter(head: Letterhead = HEAD, *, kind: Kind = Kind.INVITATION, now: datetime = NOW) -> EmailMessage:
    return parse(on_the_wire(head, kind=kind, now=now))


def on_the_wire(head: Letterhead, *, kind: Kind = Kind.INVITATION, now: datetime = NOW) -> bytes:
    made = invitation_letter(
        head,
        to="person@example.org",
        token=TOKEN,
        signed_stop=STOP,
        message_id="abc123",
        expires=date(2026, 3, 24),
        now=now,
        kind=kind,
    )
    return made.as_bytes()


def html_of(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_letters_are_written_in_english_and_spanish() -> None:
    assert written_languages(HEAD.templates) == {"en", "es"}


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_nothing_on_the_envelope_or_inside_tells_the_kind_of_care(language: str, kind: Kind) -> None:
    message = letter(replace(HEAD, language=language), kind=kind)
    assert whole_letter_faults(message) == ()


def test_the_linter_would_notice_a_telling_letter() -> None:
    message = letter(replace(HEAD, practice_name="Riverside Psychotherapy"))
    assert {fault.part for fault in whole_letter_faults(message)} >= {"sender's name", "text", "HTML"}


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_both_parts_hold_link_code_end_stop_and_what_is_kept(language: str, kind: Kind) -> None:
    message = letter(replace(HEAD, language=language), kind=kind)
    base = HEAD.base_url
    for body in (plain_text(message), html_of(message)):
        assert f"{base}/s/riverside/after-visit-1/{language}#{TOKEN}" in body
        assert f"{base}/s/riverside/kept/{language}" in body
        assert f"{base}/stop/{language}/{STOP}" in body
        assert "555-0100" in body
        assert "March 24, 2026" in body or "24 de marzo de 2026" in body
    assert f"\n{TOKEN}\n" in plain_text(message)


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_nothing_in_the_letter_loads_or_counts(language: str, kind: Kind) -> None:
    html = html_of(letter(replace(HEAD, language=language), kind=kind)).lower()
    assert not re.search(r"<(img|script|style|link|iframe|form)\b|src=|url\(|@import", html)
    assert set(re.findall(r"https?://[^/\"]+", html)) == {HEAD.base_url}


@pytest.mark.parametrize("kind", Kind)
def test_no_header_holds_the_code(kind: Kind) -> None:
    message = letter(kind=kind)
    assert TOKEN not in "".join(str(value) for value in message.values())


def test_the_list_headers_are_one_literal_line() -> None:
    made = invitation_letter(
        replace(HEAD, base_url="https://" + "long-" * 20 + "name.example.org"),
        to="person@example.org",
        token=TOKEN,
        signed_stop=STOP,
        message_id="abc123",
        expires=date(2026, 3, 24),
        now=NOW,
    )
    head = made.as_bytes().split(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    (line,) = [entry for entry in head if entry.startswith("List-Unsubscribe:")]
    assert line == f"List-Unsubscribe: <https://{'long-' * 20}name.example.org/stop/en/{STOP}>"
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head


def test_body_lines_stay_short_on_the_wire() -> None:
    body = letter().as_bytes().split(b"\n\n", 1)[1]
    assert max(len(entry) for entry in body.splitlines()) <= 78


def test_the_headers_tell_no_time_of_day_and_no_person() -> None:
    message = letter()
    assert message["Date"] == "Tue, 03 Mar 2026 12:00:00 +0000"
    assert letter(now=NOW.replace(hour=3))["Date"] == "Tue, 03 Mar 2026 00:00:00 +0000"
    assert message["Message-ID"] == "<abc123@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Riverside Practice <feedback@example.org>"
    assert message["Return-Path"] is None
    assert message["Reply-To"] is None


def test_a_name_with_marks_is_escaped_in_html_and_literal_in_text() -> None:
    message = letter(replace(HEAD, practice_name="Río & <b>Sons</b>"))
    assert "Río & <b>Sons</b>" in plain_text(message)
    assert "Río &amp; &lt;b&gt;Sons&lt;/b&gt;" in html_of(message)


@pytest.mark.parametrize("name", ["=?utf-8?q?River=0ABcc=3A=20x=40example=2Eorg?=", "River\r\nBcc: x"])
def test_a_name_that_would_inject_a_header_is_refused(name: str) -> None:
    with pytest.raises(UnsafeEnvelope, match="correct it"):
        letter(replace(HEAD, practice_name=name))


@pytest.mark.parametrize("mark", ["\r", "\n", "\0", "\x0b", "\x85", "\u2028", "\u2029", "\u200b"])
def test_a_name_with_any_mark_that_ends_a_line_or_cannot_be_seen_is_refused(mark: str) -> None:
    with pytest.raises(UnsafeEnvelope, match="correct it"):
        replace(HEAD, practice_name=f"River{mark}Bcc: eve@example.org")


@pytest.mark.parametrize(
    "name",
    [
        'Río, "Sons" <eve@example.org>',
        "River; Bcc: eve@example.org",
        "eve@example.org, River",
        "River (Bcc: eve@example.org)",
        "River%0d%0aBcc: eve@example.org",
        "River\\r\\nBcc: eve@example.org",
        "= ?utf-8?q?Bcc=3A?=",
        "Ñandú " * 15,
    ],
)
def test_whatever_a_name_holds_it_stays_the_name_of_one_sender(name: str) -> None:
    """Looked at on the wire, as a relay and a mailbox see it."""
    raw = on_the_wire(replace(HEAD, practice_name=name))
    lines = raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    names = sorted(entry.split(b":")[0].lower() for entry in lines if not entry.startswith((b" ", b"\t")))
    plain = sorted(field.lower().encode() for field in letter().keys())  # noqa: SIM118
    assert names == plain
    (sender,) = parse(raw)["From"].addresses
    assert sender.addr_spec == "feedback@example.org"
    assert sender.display_name.split() == name.split()


def test_without_that_refusal_a_header_would_break_or_grow() -> None:
    head = replace(HEAD)
    object.__setattr__(head, "practice_name", "River\r\nBcc: x@example.org")
    with pytest.raises(ValueError, match=r"CR or LF|linefeed|header"):
        letter(head)


@pytest.mark.parametrize("to", ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "none"])
def test_a_letter_goes_to_one_plain_address(to: str) -> None:
    with pytest.raises(UnsafeEnvelope) as refusal:
        invitation_letter(
            HEAD,
            to=to,
            token=TOKEN,
            signed_stop=STOP,
            message_id="m",
            expires=date(2026, 3, 24),
            now=NOW,
        )
    assert to not in str(refusal.value)


def test_a_reminder_says_that_it_is_the_only_one() -> None:
    message = letter(kind=Kind.REMINDER)
    assert "the only reminder" in plain_text(message)
    assert "the only reminder" in html_of(message)
    assert "the only reminder" not in plain_text(letter())


def test_a_language_without_letters_gets_the_english_letter_and_its_own_link() -> None:
    text = plain_text(letter(replace(HEAD, language="fr")))
    assert "would like to know" in text
    assert "/after-visit-1/fr#" in text


def test_replies_go_where_the_practice_says_and_the_letter_says_that_they_show_who_wrote() -> None:
    message = letter(replace(HEAD, reply_to="desk@example.org"))
    assert message["Reply-To"] == "desk@example.org"
    assert "A reply shows your address and is not anonymous." in html_of(message)


@pytest.mark.parametrize(
    "wrong", ["a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "Ana <a@example.org>"]
)
def test_a_mailbox_for_replies_that_smuggles_something_in_is_refused(wrong: str) -> None:
    with pytest.raises(UnsafeEnvelope, match="mail_reply_to"):
        replace(HEAD, reply_to=wrong)
