"""Passkeys of an account: add, rename, remove, sign in with one.

A passkey counts as both factors, because the device asks for a finger, a face or a PIN. The practice is
known only from what the device says (the user handle); every look-up then stays inside that practice, and
the signature decides. See docs/decisions/0021.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.db import insert_once, lock_practice
from survey.practice import enrolling, passkey_proof, recording, signing_in
from survey.practice.model import Practice, Staff
from survey.practice.passkey_model import Passkey, UsedChallenge
from survey.practice.passkey_proof import Claim, PasskeyRefused, Site

#: How long a challenge may be answered.
LIFE = timedelta(minutes=5)
MOST = 10
LONGEST_NAME = 60


class TooMany(Exception):
    """The account holds as many passkeys as it may."""


class LastOne(Exception):
    """The practice asks everybody for a second factor, and this passkey is the only one of the account."""


def passkeys(db: Session, staff: Staff) -> list[Passkey]:
    """Those of one account, the oldest first."""
    mine = Passkey.practice_id == staff.practice_id, Passkey.staff_id == staff.id
    return list(db.scalars(select(Passkey).where(*mine).order_by(Passkey.added_on, Passkey.credential_id)))


def mark_of(passkey: Passkey) -> str:
    """Names a passkey on its page."""
    return hashlib.sha256(b"passkey" + passkey.credential_id).hexdigest()[:24]


def add(
    db: Session,
    site: Site,
    staff: Staff,
    answer: str,
    *,
    challenge: bytes,
    name: str,
    now: datetime,
    today: date,
) -> None:
    """Keep a new passkey. Raises PasskeyRefused or TooMany."""
    lock_practice(db, staff.practice_id)
    made = passkey_proof.new_key(site, answer, challenge=challenge)
    if not _use_up(db, staff.practice_id, challenge, now=now):
        raise PasskeyRefused
    if len(passkeys(db, staff)) >= MOST:
        raise TooMany
    fresh = insert_once(
        db,
        Passkey,
        practice_id=staff.practice_id,
        credential_id=made.credential_id,
        staff_id=staff.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        added_on=today,
    )
    if not fresh:
        raise PasskeyRefused
    recording.record(db, staff.practice_id, actor=staff.email, action="added passkey", subject=name, now=now)


def rename(db: Session, staff: Staff, mark: str, name: str, *, now: datetime) -> None:
    """Call one's own passkey something else; nothing happens where there is none."""
    found = _marked(db, staff, mark)
    if found is not None and found.name != name:
        found.name = name
        recording.record(
            db, staff.practice_id, actor=staff.email, action="renamed passkey", subject=name, now=now
        )


def remove(db: Session, staff: Staff, mark: str, *, now: datetime) -> None:
    """It opens nothing any more. Raises LastOne; nothing happens where there is none."""
    lock_practice(db, staff.practice_id)  # of the last two, removed at the same moment, one stays
    found = _marked(db, staff, mark)
    if found is None:
        return
    asked = db.get_one(Practice, staff.practice_id).second_factor
    if asked and not enrolling.is_on(db, staff) and len(passkeys(db, staff)) == 1:
        raise LastOne
    db.delete(found)
    db.flush()
    recording.record(
        db, staff.practice_id, actor=staff.email, action="removed passkey", subject=found.name, now=now
    )


def sign_in(
    db: Session, site: Site, claim: Claim, answer: str, *, challenge: bytes, now: datetime, today: date
) -> str:
    """The secret of a new sign-in. Raises PasskeyRefused, after noting it where the passkey is known.

    The caller catches it inside its transaction, or the note and the used challenge are lost.
    """
    query = select(Passkey).where(
        Passkey.practice_id == claim.practice_id,
        Passkey.credential_id == claim.credential_id,
        Passkey.staff_id == claim.staff_id,
    )
    held = db.scalar(query.with_for_update())
    if held is None:
        raise PasskeyRefused
    staff = db.get_one(Staff, (held.practice_id, held.staff_id))
    fault, count = "passkey refused", 0
    try:
        fresh = _use_up(db, held.practice_id, challenge, now=now)
        # A password that was voided shuts the account until a new one is chosen.
        if not (fresh and staff.active and staff.password_hash):
            raise PasskeyRefused
        count = passkey_proof.new_count(site, answer, public_key=held.public_key, challenge=challenge)
        if (count or held.sign_count) and count <= held.sign_count:
            fault = "passkey may be copied"
            raise PasskeyRefused
    except PasskeyRefused:
        recording.record(db, staff.practice_id, actor=staff.email, action=fault, subject="", now=now)
        raise
    held.sign_count, held.used_on = count, today
    return signing_in.open_session(db, staff, now=now)


def _marked(db: Session, staff: Staff, mark: str) -> Passkey | None:
    return next((each for each in passkeys(db, staff) if mark_of(each) == mark), None)


def _use_up(db: Session, practice_id: int, challenge: bytes, *, now: datetime) -> bool:
    """Whether this challenge is answered for the first time; those that are too old are forgotten."""
    old = now - 2 * LIFE
    db.execute(
        delete(UsedChallenge).where(UsedChallenge.practice_id == practice_id, UsedChallenge.used_at <= old)
    )
    digest = hashlib.sha256(challenge).digest()
    return insert_once(db, UsedChallenge, practice_id=practice_id, challenge_hash=digest, used_at=now)
