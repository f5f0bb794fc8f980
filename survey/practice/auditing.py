"""Read the audit log for people: by kind, by who, by month, newest first; and whether it is whole.

Releases are told by closed month and never in the order of the other entries, because an answer carries its
month and nothing finer. For the same reason no entry's number leaves this module.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import chain

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from survey import clock
from survey.practice import recording
from survey.practice.model import AuditEntry, Practice, Staff

PAGE = 50
RELEASE = "release"
EXPORTED = "exported the log"


class Kind(StrEnum):
    """What an entry is about, as the page offers it."""

    SIGN_INS = "sign-ins"
    REFUSALS = "refusals"
    ACCOUNTS = "accounts"
    TAKEN_AWAY = "taken-away"
    COMMENTS = "comments"
    VISITS = "visits"
    WISHES = "wishes"
    MAIL = "mail"
    SETTINGS = "settings"
    OTHER = "other"  #: what has no words of its own


ACTIONS: dict[Kind, tuple[str, ...]] = {
    Kind.SIGN_INS: ("signed in", "signed out", "ended own sign-ins", "single sign-on accepted"),
    Kind.REFUSALS: (
        *("sign-in refused", "code refused", "password change refused", "second factor change refused"),
        *("passkey refused", "passkey may be copied", "password without passkey", "passkey change refused"),
        *("wrong code of test mail", "refuse file", "single sign-on refused"),
        *("leaving refused", "form refused", "ending sign-ins refused"),
    ),
    Kind.ACCOUNTS: (
        *("invite", "set a password", "reset account", "changed own password", "began the practice"),
        *("second factor on", "second factor off", "new recovery codes"),
        *("second factor for everybody on", "second factor for everybody off"),
        *("added passkey", "renamed passkey", "removed passkey"),
        *("asked for a new password", "chose password by link"),
        *("invited colleague", "withdrew invitation", "sent link to choose a password"),
        *("changed role of colleague", "ended colleague's sign-ins", "closed account", "reopened account"),
        *("renamed clinician", "clinician left", "clinician came back", "merged clinicians"),
        *("parted clinicians", "bound to single sign-on", "unbound from single sign-on"),
    ),
    Kind.TAKEN_AWAY: (
        *("exported a report", EXPORTED, "printed cards", "printed a poster", "printed what was done"),
        *("printed comments for the team", "took everything away"),
    ),
    Kind.COMMENTS: (
        *("opened comments", "hid a comment", "showed a comment again", "sorted a comment"),
        "looked for a word",
    ),
    Kind.VISITS: (
        *("imported visits", "import visits", "undo import", "forgot how files are read"),
        *("add calendar", "remove calendar", "watch folder", "stop watching"),
    ),
    Kind.WISHES: ("enter opt-out", "show person", "erase person"),
    Kind.MAIL: (
        *("paused sending", "resumed sending", "mail decided", "asked for test mail", "confirmed test mail"),
        *("monthly mail on", "monthly mail off", "opened hook of mail service", "shut hook of mail service"),
        *("changed hours and limit of mail", "changed country of holidays", "changed day of mail"),
        *("changed reminders", "changed survey of a visit type"),
    ),
    Kind.SETTINGS: (
        *("changed how patients reach the practice", "closed practice", "reopened practice"),
        "changed the look",
        *("asked to leave", "took leaving back"),
        *("rename practice", "year of quarters", "made API key", "ended API key"),
        *("began a survey draft", "threw a survey draft away", "published a survey", "publish survey"),
        *("opened a repair", "moved a repair"),
        *("told patients of a repair", "no longer told patients of a repair"),
        *("give up answers", "confirm clock", "settle restored database"),
    ),
}
KNOWN = frozenset(chain.from_iterable(ACTIONS.values()))


@dataclass(frozen=True)
class Wanted:
    """What is asked for; None: everything. ``who`` is a mark, ``month`` is like 2026-03, of local days."""

    kind: Kind | None = None
    who: str | None = None
    month: str | None = None


@dataclass(frozen=True)
class Line:
    """One entry. ``actor`` is a staff address or a word such as ``job``; ``name`` is the person's, if any."""

    at: datetime
    actor: str
    name: str
    action: str
    subject: str


@dataclass(frozen=True)
class Actor:
    """Somebody in the log; ``mark`` names them in an address without their own address."""

    mark: str
    actor: str
    name: str


def lines(
    db: Session, practice: Practice, wanted: Wanted, *, skip: int = 0, most: int | None = None
) -> list[Line]:
    """The entries that are wanted, newest first, without releases."""
    query = _wanted(db, select(AuditEntry), practice, wanted).order_by(AuditEntry.number.desc())
    names = _names(db, practice.id)
    return [
        Line(each.at, each.actor, names.get(each.actor, ""), each.action, each.subject)
        for each in db.scalars(query.offset(skip).limit(most))
    ]


def release_months(db: Session, practice: Practice, *, today: date) -> list[str]:
    """The closed months in which results were made ready, newest first, such as 2026-03."""
    at = select(AuditEntry.at).where(AuditEntry.practice_id == practice.id, AuditEntry.action == RELEASE)
    months = {clock.month_of(clock.local_day(each, practice.time_zone)) for each in db.scalars(at)}
    return sorted((month for month in months if month < clock.month_of(today)), reverse=True)


def actors(db: Session, practice_id: int) -> list[Actor]:
    """Everybody in the log, people first, by name; releases put nobody there."""
    mine = AuditEntry.practice_id == practice_id, AuditEntry.action != RELEASE
    query = select(AuditEntry.actor).where(*mine).distinct()
    names = _names(db, practice_id)
    found = [Actor(_mark(each), each, names.get(each, "")) for each in db.scalars(query)]
    return sorted(found, key=lambda each: (not each.name, each.name.casefold(), each.actor))


def months(db: Session, practice: Practice, *, today: date) -> list[str]:
    """The months from the first entry to this one, newest first."""
    first = db.scalar(select(func.min(AuditEntry.at)).where(AuditEntry.practice_id == practice.id))
    begun = today if first is None else clock.local_day(first, practice.time_zone)
    return list(_down(clock.month_of(today), clock.month_of(begun)))


def is_whole(db: Session, practice_id: int) -> bool:
    """Whether every entry still is as it was written and none is missing between two others."""
    return recording.first_broken(db, practice_id) is None


def kind_of(action: str) -> Kind:
    return next((kind for kind, actions in ACTIONS.items() if action in actions), Kind.OTHER)


def _wanted(db: Session, query: Select[AuditEntry], practice: Practice, wanted: Wanted) -> Select[AuditEntry]:
    query = query.where(AuditEntry.practice_id == practice.id, AuditEntry.action != RELEASE)
    if wanted.kind is Kind.OTHER:
        query = query.where(AuditEntry.action.not_in(KNOWN))
    elif wanted.kind is not None:
        query = query.where(AuditEntry.action.in_(ACTIONS[wanted.kind]))
    if wanted.who is not None:
        those = [each.actor for each in actors(db, practice.id) if each.mark == wanted.who]
        query = query.where(AuditEntry.actor.in_(those))
    if wanted.month is not None:
        begin, end = _bounds(wanted.month, practice.time_zone)
        query = query.where(AuditEntry.at >= begin, AuditEntry.at < end)
    return query


def _bounds(month: str, time_zone: str) -> tuple[datetime, datetime]:
    """The instants at which a month of the practice's days begins and is over."""
    year, number = (int(part) for part in month.split("-"))
    begin, after = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
    return clock.at_local(begin, 0, time_zone), clock.at_local(after, 0, time_zone)


def _down(last: str, first: str) -> Iterator[str]:
    year, number = (int(part) for part in last.split("-"))
    while f"{year:04}-{number:02}" >= first:
        yield f"{year:04}-{number:02}"
        year, number = (year, number - 1) if number > 1 else (year - 1, 12)


def _names(db: Session, practice_id: int) -> dict[str, str]:
    query = select(Staff.email, Staff.name).where(Staff.practice_id == practice_id)
    return {row.email: row.name for row in db.execute(query)}


def _mark(actor: str) -> str:
    return hashlib.sha256(b"actor" + actor.encode("utf-8")).hexdigest()[:16]
