"""Do the pool keys on disk belong to the pools in the database?

A night that is cut leaves an old or a new key too many, never one too few. A pool whose key is gone while
keys that no pool knows lie there means that database and key folder come from different days: then nothing
may be swept, because these keys may belong to the database that should be here.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from survey.db import lock_practice, reading, transaction
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.keys.matching import KeysDoNotMatch
from survey.responses.model import Pool, PoolKey


@dataclass(frozen=True)
class Standing:
    """``gone``: pools without their key; ``foreign``: keys without a pool; ``lost``: answers that cannot
    be opened any more with the keys that are here."""

    gone: int
    foreign: frozenset[bytes]
    lost: int

    @property
    def from_another_day(self) -> bool:
        return bool(self.gone and self.foreign)


def standing(db: Session, files: KeyFiles, practice_id: int) -> Standing:
    """Compare one practice's pools with its keys; reads only."""
    named = frozenset(db.scalars(select(PoolKey.kid).where(PoolKey.practice_id == practice_id)))
    held = pool_keys.ids_held(files, practice_id)
    openable = named & held
    lost = select(func.count()).select_from(Pool).where(Pool.practice_id == practice_id)
    if openable:
        lost = lost.where(Pool.kid.not_in(openable))
    return Standing(gone=len(named - held), foreign=held - named, lost=db.scalar(lost) or 0)


def require_same_day(engine: Engine, files: KeyFiles, practice_id: int) -> None:
    """Raises KeysDoNotMatch where the practice's pool keys come from another day; changes nothing.

    Opens its own transactions: a flush that runs meanwhile looks like trouble until it is waited for.
    """
    with reading(engine, practice_id) as db:
        if not standing(db, files, practice_id).from_another_day:
            return
    with transaction(engine, practice_id) as db:
        lock_practice(db, practice_id)
        if not standing(db, files, practice_id).from_another_day:
            return
    raise KeysDoNotMatch(
        f"The pool keys in {files.root} are of another day than the database: one of the two was restored. "
        "Nothing is published, destroyed or sent until somebody decides; `afterword keys status` says what "
        "differs."
    )
