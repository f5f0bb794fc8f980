"""Plain functions for tests of staff pages: accounts, signing in, the forms' hidden tokens."""

from __future__ import annotations

import re
from functools import cache

from flask.testing import FlaskClient

from survey.clock import local_day
from survey.db import reading, transaction
from survey.practice import admitting, passwords, signing_in
from survey.practice.model import Clinician, Practice, Role, Staff
from survey.runtime import Runtime
from survey.web import opening

GOOD = "four odd words walking"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@cache
def good_hash() -> str:
    return passwords.hash_new(GOOD)


def make_owner(runtime: Runtime, practice: Practice, email: str = "olu@example.org") -> Staff:
    return _make(runtime, practice, email=email, name="Olu Bello", role=Role.OWNER)


def make_clinician_account(
    runtime: Runtime, practice: Practice, clinician: Clinician, email: str = "ana@example.org"
) -> Staff:
    return _make(
        runtime, practice, email=email, name=clinician.name, role=Role.CLINICIAN, clinician_id=clinician.id
    )


def make_front_desk(runtime: Runtime, practice: Practice, email: str = "fay@example.org") -> Staff:
    return _make(runtime, practice, email=email, name="Fay Osei", role=Role.FRONT_DESK)


def make_auditor(runtime: Runtime, practice: Practice, email: str = "ada@example.org") -> Staff:
    return _make(runtime, practice, email=email, name="Ada Lind", role=Role.AUDITOR)


def enter(client: FlaskClient, runtime: Runtime, person: Staff, *, opened: bool = True) -> str:
    """Sign somebody in without the form, with comments ``opened``; returns the cookie's secret."""
    with reading(runtime.engine, person.practice_id) as db:
        proof = signing_in.prove(db, person.practice_id, email=person.email, password=GOOD)
        zone = db.get_one(Practice, person.practice_id).time_zone
    with transaction(runtime.engine, person.practice_id) as db:
        secret = signing_in.sign_in(db, proof, now=runtime.clock.now())
    with client.session_transaction(path="/staff/") as cookie:
        cookie.update(practice=person.practice_id, secret=secret, seen=int(runtime.clock.now().timestamp()))
        if opened:
            cookie[opening.MARK] = local_day(runtime.clock.now(), zone).isoformat()
        else:
            cookie.pop(opening.MARK, None)
    return secret


def token_of(client: FlaskClient, path: str) -> str:
    """The hidden token of a form on a page."""
    found = TOKEN.search(client.get(path).text)
    assert found is not None, path
    return found.group(1)


def _make(
    runtime: Runtime,
    practice: Practice,
    *,
    email: str,
    name: str,
    role: Role,
    clinician_id: int | None = None,
) -> Staff:
    with transaction(runtime.engine, practice.id) as db:
        staff = admitting.add_staff(
            db, practice.id, email=email, name=name, role=role, clinician_id=clinician_id
        )
        staff.password_hash = good_hash()
    return staff
