"""Set up, renew and end the second factor of an account: an authenticator app and ten recovery codes.

The secret is sealed with a key that is not in the database. Codes are kept as hashes and shown once; nothing
here is ever written to a log.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, datetime

import pyotp
from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from survey.keys import second_factor
from survey.keys.files import KeyFiles
from survey.keys.sealing import BoxUnreadable
from survey.practice.model import Staff
from survey.practice.second_factor_model import PendingSignIn, RecoveryCode, SecondFactor

ISSUER = "Afterword"
#: One time step of RFC 6238, in seconds.
STEP = 30
#: Steps before and after the present one whose code is taken, for clocks that differ a little.
SLACK = (0, -1, 1)
CODES = 10
#: Letters of one, of 5 random bits each: from 112 bits on, a plain hash of it cannot be searched.
LONG = 24
#: Letters of recovery codes: Crockford's base 32, which has no I, L, O and U.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class WrongCode(Exception):
    """The code does not belong to the app that is being set up."""


def begin(db: Session, files: KeyFiles, staff: Staff) -> None:
    """Make a new secret that waits to be confirmed. An app in use stays in use until then."""
    sealed = second_factor.seal(files, staff.practice_id, staff.id, pyotp.random_base32())
    row = factor_of(db, staff)
    if row is None:
        db.add(SecondFactor(practice_id=staff.practice_id, staff_id=staff.id, waiting=sealed, last_step=0))
    else:
        row.waiting = sealed
    db.flush()


def waiting_address(db: Session, files: KeyFiles, staff: Staff) -> str | None:
    """The ``otpauth://`` address of the secret that waits; None where none does, or it cannot be opened."""
    row = factor_of(db, staff)
    secret = None if row is None else _opened(files, staff, row.waiting)
    return (
        None if secret is None else pyotp.TOTP(secret).provisioning_uri(name=staff.email, issuer_name=ISSUER)
    )


def confirm(
    db: Session, files: KeyFiles, staff: Staff, code: str, *, now: datetime, today: date
) -> list[str]:
    """Take the waiting secret into use; returns ten new recovery codes. Raises WrongCode."""
    row = factor_of(db, staff)
    secret = None if row is None else _opened(files, staff, row.waiting)
    step = None if secret is None else matching_step(secret, code, now=now)
    if row is None or step is None:
        raise WrongCode
    row.sealed, row.waiting, row.last_step, row.since = row.waiting, None, step, today
    db.flush()
    return renew_codes(db, staff)


def renew_codes(db: Session, staff: Staff) -> list[str]:
    """Ten new recovery codes to show once; the earlier ones are void."""
    _forget_codes(db, staff)
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LONG)) for _ in range(CODES)]
    for code in codes:
        key = {"practice_id": staff.practice_id, "staff_id": staff.id}
        db.add(RecoveryCode(**key, code_hash=_hash(code)))
    db.flush()
    return ["-".join(code[place : place + 4] for place in range(0, LONG, 4)) for code in codes]


def switch_off(db: Session, staff: Staff) -> None:
    """No app and no codes any more; a sign-in that waits for a code ends."""
    for table in (SecondFactor, PendingSignIn):
        db.execute(delete(table).where(table.practice_id == staff.practice_id, table.staff_id == staff.id))
    _forget_codes(db, staff)


def factor_of(db: Session, staff: Staff) -> SecondFactor | None:
    return db.get(SecondFactor, (staff.practice_id, staff.id))


def is_on(db: Session, staff: Staff) -> bool:
    """Whether signing in asks for a code."""
    row = factor_of(db, staff)
    return row is not None and row.sealed is not None


def codes_left(db: Session, staff: Staff) -> int:
    mine = (RecoveryCode.practice_id == staff.practice_id, RecoveryCode.staff_id == staff.id)
    return db.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0


def uses_up(db: Session, files: KeyFiles, staff: Staff, code: str, *, now: datetime) -> bool:
    """Whether this is a right code, of the app or a recovery code; it is then void for ever.

    One conditional statement decides, so that of two requests with one code only one gets in.
    """
    row = factor_of(db, staff)
    secret = None if row is None else _opened(files, staff, row.sealed)
    step = None if secret is None else matching_step(secret, code, now=now)
    mine = SecondFactor.practice_id == staff.practice_id, SecondFactor.staff_id == staff.id
    if step is not None:
        statement = update(SecondFactor).where(*mine, SecondFactor.last_step < step).values(last_step=step)
        result = db.execute(statement)
    else:
        own = RecoveryCode.practice_id == staff.practice_id, RecoveryCode.staff_id == staff.id
        result = db.execute(delete(RecoveryCode).where(*own, RecoveryCode.code_hash == _hash(code)))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The time step whose code this is, out of the present one and its two neighbours (RFC 6238, 5.2)."""
    given = "".join(code.split()).encode("utf-8")
    present, app = int(now.timestamp()) // STEP, pyotp.TOTP(secret)
    found = [
        step
        for step in (present + slack for slack in SLACK)
        if hmac.compare_digest(app.generate_otp(step).encode("ascii"), given)
    ]
    return found[0] if found else None


def _opened(files: KeyFiles, staff: Staff, sealed: bytes | None) -> str | None:
    try:
        return None if sealed is None else second_factor.unseal(files, staff.practice_id, staff.id, sealed)
    except BoxUnreadable:  # another key folder: recovery codes still work, and a new app can be set up
        return None


def _forget_codes(db: Session, staff: Staff) -> None:
    mine = RecoveryCode.practice_id == staff.practice_id, RecoveryCode.staff_id == staff.id
    db.execute(delete(RecoveryCode).where(*mine))


def _hash(code: str) -> bytes:
    """120 random bits behind it, so a plain hash cannot be searched. O, I and L are read as 0, 1 and 1."""
    squeezed = code.upper().translate(str.maketrans("OIL", "011", " -\t"))
    return hashlib.sha256(squeezed.encode("utf-8")).digest()
