"""Do the key folder and the database belong together?

A random generation id stands in both. Where they differ (an old backup, a wrong folder) nothing may be
flushed, destroyed or sent until a person has decided.
"""

from __future__ import annotations

import hmac

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey.db import random_id
from survey.keys import contact
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.model import Installation

GENERATION = "generation"


class KeysDoNotMatch(KeyTrouble):
    """Database and key folder come from different times or places."""


def tie(db: Session, files: KeyFiles) -> None:
    """First start: make the keys and note the tie. Later starts: check it. Raises KeysDoNotMatch."""
    if db.get(Installation, 1) is None:
        if files.exists(GENERATION):
            raise KeysDoNotMatch(
                f"The database is new but {files.root} holds keys of another one. "
                "Point `keys` at an empty folder, or restore the database that belongs to these keys."
            )
        contact.ensure_contact_key(files)
        generation = random_id()
        files.create(GENERATION, generation)
        db.execute(
            insert(Installation).values(id=1, generation=generation, contact_check=contact.check_value(files))
        )
    check(db, files)


def check(db: Session, files: KeyFiles) -> None:
    """Raises KeysDoNotMatch with what to do; changes nothing."""
    row = db.execute(select(Installation.generation, Installation.contact_check)).one_or_none()
    if row is None:
        raise KeysDoNotMatch("The database was never set up; start the service once.")
    if not files.exists(GENERATION) or files.read(GENERATION, 16) != row.generation:
        raise KeysDoNotMatch(
            f"The keys in {files.root} do not belong to this database. Restore the matching key folder; "
            "nothing is sent, released or destroyed until then."
        )
    if not hmac.compare_digest(contact.check_value(files), row.contact_check):
        raise KeysDoNotMatch(
            f"{contact.NAME} was exchanged: opt-outs could not be honoured. Restore it from your own backup."
        )
