"""What shows before a mail is opened, in every letter that ships, and in letters that would tell too much."""

from __future__ import annotations

import shutil
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from survey.invitations import vetting
from survey.invitations.envelope import letter_faults, outside, whole_letter_faults
from survey.invitations.letters import Kind, written_languages
from survey.settings import Settings, shipped
from tests.invitations.post import parse

SETTINGS = Settings(base_url="https://feedback.example.org", mail_from="feedback@example.org")
ALL = [(language, kind) for language in sorted(written_languages(shipped("templates"))) for kind in Kind]


def arrived(language: str = "en", kind: Kind = Kind.INVITATION, name: str = "Riverside") -> EmailMessage:
    return parse(vetting.sample_letter(SETTINGS, language=language, kind=kind, name=name).as_bytes())


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_every_letter_that_ships_is_neutral_to_its_last_line(language: str, kind: Kind) -> None:
    assert whole_letter_faults(arrived(language, kind)) == ()


@pytest.mark.parametrize(("language", "kind"), ALL)
def test_what_a_mailbox_shows_is_sender_subject_first_lines_and_title(language: str, kind: Kind) -> None:
    shown = dict(outside(arrived(language, kind)))
    assert shown["sender's name"] == "Riverside"
    assert shown["sender's address"] == "feedback@example.org"
    assert shown["title"] == shown["subject"]
    assert "visit" in shown["subject"]
    assert "Riverside" in shown["first lines"]
    assert "http" not in shown["first lines"], "a preview that shows a link shows the code"


def subject(message: EmailMessage, text: str) -> EmailMessage:
    message.replace_header("Subject", text)
    return message


@pytest.mark.parametrize("text", ["How was your therapy?", "¿Cómo fue su terapia?", "For our patients"])
def test_a_telling_subject_is_caught(text: str) -> None:
    (fault,) = letter_faults(subject(arrived(), text))
    assert fault.part == "subject"


def test_a_telling_sender_shows_twice() -> None:
    faults = letter_faults(arrived(name="Riverside Psychotherapy"))
    assert [fault.part for fault in faults] == ["sender's name", "first lines"]


def test_a_clinicians_name_in_front_is_caught() -> None:
    message = arrived(name="Okafor Street")
    assert letter_faults(message) == ()
    assert {fault.part for fault in letter_faults(message, people=["Maya Okafor"])} == {
        "sender's name",
        "first lines",
    }


def test_a_letter_in_no_known_encoding_is_still_looked_at() -> None:
    message = arrived()
    for part in message.iter_parts():
        part.replace_header("Content-Type", f'{part.get_content_type()}; charset="klingon"')
    assert letter_faults(subject(message, "Therapy"))


@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("en/invitation.subject", "visit", "therapy visit"),
        ("es/reminder.subject", "visita", "sesión de psicoterapia"),
        ("en/invitation.txt", "You can answer", "Your clinician asks. You can answer"),
        ("es/invitation.html", "Puede responder", "Estimado paciente, puede responder"),
    ],
)
def test_a_letter_that_was_changed_to_tell_more_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, before: str, after: str
) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(shipped("templates") / "email", templates / "email")
    path = templates / "email" / place
    assert before in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    monkeypatch.setattr(Settings, "templates", property(lambda _self: templates))
    complaints = list(vetting.installation_complaints(SETTINGS))
    assert any(place.partition(".")[0] in one for one in complaints)


def test_the_letters_that_ship_give_no_complaint() -> None:
    assert list(vetting.installation_complaints(SETTINGS)) == []


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"mail_from": "feedback@riverside-therapy.example.org"}, "mail_from"),
        ({"base_url": "https://riversidepsych.example.org"}, "base_url"),
    ],
)
def test_an_address_that_tells_too_much_is_named(changed: dict[str, str], named: str) -> None:
    (complaint,) = vetting.installation_complaints(replace(SETTINGS, **changed))  # type: ignore[arg-type]
    assert complaint.startswith(named)
    assert "Use a domain that says nothing" in complaint
