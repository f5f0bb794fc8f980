"""Whether what a practice would send is neutral outside: its name, slug, surveys, and the letters themselves.

Reads only. Names of clinicians are compared, never shown anywhere but in the sentence that complains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from survey import clock
from survey.invitations.envelope import whole_letter_faults
from survey.invitations.letters import Kind, Letterhead, UnsafeEnvelope, invitation_letter, written_languages
from survey.practice.declaring import clinicians
from survey.practice.model import Practice
from survey.practice.neutrality import name_faults, reasons, suggest_name, telling
from survey.practice.publishing import versions
from survey.settings import Settings


def require_neutral(db: Session, practice: Practice) -> None:
    """Raises UnsafeEnvelope where the sender's name or a link would tell too much."""
    for complaint in _names(practice, [one.name for one in clinicians(db, practice.id)]):
        raise UnsafeEnvelope(complaint)


def neutral_news(db: Session, practice: Practice, news: Mapping[str, str]) -> dict[str, str]:
    """The lines that tell nothing about anybody's care, in a letter of any language."""
    people = [one.name for one in clinicians(db, practice.id)]
    return {language: line for language, line in news.items() if not name_faults(line, people=people)}


def practice_complaints(db: Session, practice: Practice) -> Iterator[str]:
    """What is wrong with the names that one practice sends under; sentences with a remedy."""
    people = [one.name for one in clinicians(db, practice.id)]
    yield from _names(practice, people)
    for label, instrument in versions(db, practice.id).items():
        titles = (instrument.id.replace("_", " "), *instrument.title.values())
        found = [one for text in titles for one in telling(text, people=people)]
        if found:
            yield (
                f"{practice.slug}: the survey {label} shows in links or in the title of its page that "
                f"{reasons(found)}. Publish a version with another title."
            )


def _names(practice: Practice, people: list[str]) -> Iterator[str]:
    shown = practice.neutral_name
    if found := name_faults(shown, people=people):
        example = suggest_name(shown, people=people) or "the name of your street or building"
        yield (
            f"{practice.slug}: mails would show {reasons(found)}. No mail is sent. Choose a neutral name: "
            f'afterword practice rename {practice.slug} --mail-name "{example}"'
        )
    if found := telling(practice.slug, people=people):
        yield (
            f"{practice.slug}: its name in links shows {reasons(found)}. No mail is sent. "
            "Enter the practice again under another short name."
        )


def installation_complaints(settings: Settings) -> Iterator[str]:
    """What is wrong with the addresses and the letters that all practices share."""
    host = urlsplit(settings.base_url).hostname or ""
    for name, text in (("mail_from", settings.mail_from), ("base_url", host)):
        if found := telling(text):
            yield f"{name}: {reasons(found)}, and it shows on every mail. Use a domain that says nothing."
    plain = replace(settings, mail_from="feedback@example.org", base_url="https://feedback.example.org")
    for language in sorted(written_languages(settings.templates)):
        for kind in Kind:
            for fault in whole_letter_faults(sample_letter(plain, language=language, kind=kind)):
                yield f"The letter {language}/{kind} has a word that tells too much: {fault}. Correct it."


def sample_letter(
    settings: Settings, *, language: str = "en", kind: Kind = Kind.INVITATION, name: str = "Feedback"
) -> EmailMessage:
    """A letter as it would go out, with a code that opens nothing and a recipient that does not exist."""
    head = Letterhead(
        templates=settings.templates,
        base_url=settings.base_url,
        mail_from=settings.mail_from,
        practice_name=name,
        slug="example",
        phone="",
        label="after-visit-1",
        language=language,
        questions=10,
        seconds=45,
    )
    return invitation_letter(
        head,
        to="nobody@example.org",
        token="0" * 56,
        signed_stop="0" * 76,
        message_id="example",
        expires=date(2026, 1, 31),
        now=clock.at_local(date(2026, 1, 5), 9, "UTC"),
        kind=kind,
    )
