"""Keeps a practice's logo in the database, where every web host finds it, and its digest in the practice."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from survey.practice.logo_model import Logo
from survey.practice.model import Practice

DIGITS = 12


def set_logo(db: Session, practice: Practice, png: bytes) -> None:
    """``png`` as ``logo.redrawn`` gives it. Another logo has another digest, hence another address."""
    practice.logo = hashlib.sha256(png).hexdigest()[:DIGITS]
    db.merge(Logo(practice_id=practice.id, png=png))


def drop_logo(db: Session, practice: Practice) -> None:
    """No logo any more; nothing happens where there is none."""
    practice.logo = ""
    found = db.get(Logo, practice.id)
    if found is not None:
        db.delete(found)


def find_logo(db: Session, practice: Practice, digest: str) -> bytes | None:
    """The logo under this digest; None where the practice has another, or none."""
    found = db.get(Logo, practice.id) if digest and digest == practice.logo else None
    return None if found is None else found.png
