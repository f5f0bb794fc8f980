"""Keep requests of patients who openly ask to be contacted, sealed, until the practice has its daily mail.

Stands beside the survey and never touches it: no visit, invitation, link or answer is read or named. The day
is kept and no hour, and a day's requests go out together the next morning, in no order.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once, random_id, reading, transaction
from survey.invitations.contact import Asked, daily_letter
from survey.invitations.mailer import Mailer
from survey.invitations.model import ContactRequest
from survey.keys import issue
from survey.keys.files import KeyFiles
from survey.keys.sealing import BoxUnreadable
from survey.practice.model import JobRun, Practice
from survey.runtime import Runtime

#: From this hour on, in the practice's own time, the day's mail goes to the practice; tried once an hour.
MORNING = 7
#: Requests that one practice can have on one day; more are a flood.
MOST_PER_DAY = 200


class Waiting(NamedTuple):
    """A request that is still sealed."""

    id: bytes
    issue_week: int
    sealed: bytes


@dataclass(frozen=True)
class Batch:
    """The mail of a day: which requests go with it, how many could be opened, and the text."""

    ids: list[bytes]
    requests: int
    to: str = field(repr=False)
    content: bytes = field(repr=False)


class NobodyToAsk(Exception):
    """The practice has no address for requests, or closed: patients are asked to call."""


class TooMany(Exception):
    """The day's requests are full."""


def ask(db: Session, files: KeyFiles, practice: Practice, asked: Asked, *, today: date) -> None:
    """Keep one request, sealed to the week. Raises NobodyToAsk, TooMany, BoxTooSmall or KeyTrouble."""
    if not takes_requests(practice):
        raise NobodyToAsk
    mine = (ContactRequest.practice_id == practice.id, ContactRequest.day == today)
    if (db.scalar(select(func.count()).select_from(ContactRequest).where(*mine)) or 0) >= MOST_PER_DAY:
        raise TooMany
    week = clock.week_number(today)
    if not files.exists(issue.name(week, "web")):
        issue.ensure_week(files, week, today=today)
    sealed = issue.seal_request(files, week, asked.packed())
    db.add(ContactRequest(practice_id=practice.id, id=random_id(), issue_week=week, day=today, sealed=sealed))
    db.flush()


def takes_requests(practice: Practice) -> bool:
    """Whether the practice wants to be asked, and has not closed."""
    return bool(practice.contact_address) and practice.closed_on is None


def mail_requests(runtime: Runtime, practice_id: int, mailer: Mailer, *, now: datetime) -> int:
    """Mail earlier days' requests to the practice, then destroy them; how many. Raises as the mailer does.

    Nothing is lost where the line breaks: what may not have arrived is mailed once more an hour later.
    """
    batch = _open_batch(runtime, practice_id, now)
    if batch is None:
        return 0
    if batch.content:
        mailer.hand_over(batch.content, to=batch.to)
    with transaction(runtime.engine, practice_id) as db:
        mine = (ContactRequest.practice_id == practice_id, ContactRequest.id.in_(batch.ids))
        db.execute(delete(ContactRequest).where(*mine))
    return batch.requests


def _open_batch(runtime: Runtime, practice_id: int, now: datetime) -> Batch | None:
    """What is to be mailed now; None where nothing waits, it is too early, or this hour was tried already."""
    with reading(runtime.engine, practice_id) as db:
        practice = db.get_one(Practice, practice_id)
        local = now.astimezone(ZoneInfo(practice.time_zone))
        waiting = _waiting(db, practice_id, local.date())
    if local.hour < MORNING or not waiting or not practice.contact_address:
        return None
    hour = f"contact {local.hour:02}"
    with transaction(runtime.engine, practice_id) as db:
        if not insert_once(db, JobRun, practice_id=practice_id, job=hour, day=local.date()):
            return None
    requests = list(_opened(runtime.files, waiting))
    secrets.SystemRandom().shuffle(requests)
    letter = daily_letter(runtime.settings, practice, requests, now=now) if requests else None
    return Batch(
        ids=[each.id for each in waiting],
        requests=len(requests),
        to=practice.contact_address,
        content=letter.as_bytes() if letter else b"",
    )


def _waiting(db: Session, practice_id: int, today: date) -> Sequence[Waiting]:
    """Id, week and box of each request of an earlier day."""
    query = select(ContactRequest.id, ContactRequest.issue_week, ContactRequest.sealed)
    mine = query.where(ContactRequest.practice_id == practice_id, ContactRequest.day < today)
    return [Waiting(*row) for row in db.execute(mine)]


def _opened(files: KeyFiles, waiting: Sequence[Waiting]) -> Iterator[Asked]:
    """What the boxes say; one whose key is gone says nothing any more."""
    for each in waiting:
        try:
            yield Asked.unpacked(issue.request_opener(files, each.issue_week)(each.sealed))
        except (issue.NoIssueKey, BoxUnreadable):
            continue
