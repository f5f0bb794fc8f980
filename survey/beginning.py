"""The first practice of an installation, with its survey and the account of its owner: whole or not at all.

Whoever installs the program gets a code on the machine itself, so that nobody else sets it up before them.
The code lies in the instance folder until there is a practice; afterwards nothing can be begun any more.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice, reading
from survey.instruments.loading import load_all
from survey.practice import admitting, declaring, publishing, reaching, recording
from survey.practice.model import Practice, Role, Staff
from survey.responses import pooling
from survey.runtime import Runtime
from survey.settings import Settings

CODE_FILE = "first-practice.code"
#: Locked while the first practice is made; no practice has this number.
NOBODY = 0


class NotTheFirst(Exception):
    """There is a practice already; more are entered with ``afterword practice create``."""


@dataclass(frozen=True)
class NewPractice:
    """What has to be known of a practice. ``more`` are further columns of its row."""

    slug: str
    name: str
    phone: str
    country: str
    time_zone: str
    instrument: str = "after_visit"
    more: Mapping[str, str] = field(default_factory=dict)


def enter(db: Session, runtime: Runtime, new: NewPractice) -> Practice:
    """A practice whose survey can be answered from today on. Raises CannotDeclare."""
    practice = declaring.create_practice(
        db,
        slug=new.slug,
        name=new.name,
        time_zone=new.time_zone,
        instrument=new.instrument,
        phone=new.phone,
        country=new.country,
        **new.more,
    )
    today = clock.local_day(runtime.clock.now(), new.time_zone)
    instrument = load_all(runtime.settings.surveys_config)[new.instrument]
    publishing.publish(db, practice.id, instrument, from_day=today)
    pooling.open_pools(db, runtime.files, practice.id)
    return practice


def begin(
    db: Session, runtime: Runtime, new: NewPractice, *, email: str, person: str, password: str = ""
) -> Staff:
    """The first practice and its owner; without a password the account waits for an invitation's link.

    Raises NotTheFirst, CannotDeclare, CannotAdmit or PasswordRefused; nothing is kept then.
    """
    lock_practice(db, NOBODY)  # two who begin at the same moment
    if declaring.practices(db):
        raise NotTheFirst("There is a practice already. More are entered with: afterword practice create")
    practice = enter(db, runtime, new)
    reaching.set_phone(practice, new.phone)
    reaching.set_country(runtime.settings, practice, new.country)
    owner = admitting.add_staff(db, practice.id, email=email, name=person, role=Role.OWNER)
    if password:
        admitting.set_password(db, owner, password)
    now = runtime.clock.now()
    recording.record(db, practice.id, actor=owner.email, action="began the practice", subject="", now=now)
    return owner


def is_open(runtime: Runtime) -> bool:
    """Whether the first practice is still to come, and this process may make it."""
    if runtime.settings.role != "all":
        return False
    with reading(runtime.engine) as db:
        return not declaring.practices(db)


def code(settings: Settings) -> str:
    """The code that opens the page; made at the first call."""
    place = _place(settings)
    made = secrets.token_urlsafe(24)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return place.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(made)
    return made


def is_code(settings: Settings, given: str) -> bool:
    """Whether this is the code; never where none was made."""
    try:
        known = _place(settings).read_bytes()
    except FileNotFoundError:
        return False
    return bool(known) and hmac.compare_digest(known, given.encode("utf-8", "replace"))


def forget_code(settings: Settings) -> None:
    """It opens nothing any more."""
    _place(settings).unlink(missing_ok=True)


def _place(settings: Settings) -> Path:
    return settings.instance / CODE_FILE
