"""Do the pool keys on disk belong to the pools in the database?

A night that is cut leaves an old or a new key too many, never one too few. A pool whose key is gone while
keys that no pool knows lie there means that database and key folder come from different days: then nothing
may be swept, because these keys may belong to the database that should be here. Where only a key is missing,
its answers wait until it is put back, or until a person gives them up.
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
    """``gone``: pools without their key; ``foreign``: keys that nothing names; ``shut``: answers that cannot
    be opened with the keys that are here; ``missing``: the names of the key files that would open them."""

    gone: int
    foreign: frozenset[bytes]
    shut: int
    missing: tuple[str, ...]

    @property
    def from_another_day(self) -> bool:
        return bool(self.gone and self.foreign)


def standing(db: Session, files: KeyFiles, practice_id: int) -> Standing:
    """Compare one practice's pools with its keys; reads only."""
    named = frozenset(db.scalars(select(PoolKey.kid).where(PoolKey.practice_id == practice_id)))
    boxes = (
        select(Pool.kid, func.count().label("number"))
        .where(Pool.practice_id == practice_id)
        .group_by(Pool.kid)
    )
    waiting = {row.kid: row.number for row in db.execute(boxes)}
    held = pool_keys.ids_held(files, practice_id)
    shut = {kid: number for kid, number in waiting.items() if kid not in held}
    return Standing(
        gone=len(named - held),
        foreign=held - named - waiting.keys(),
        shut=sum(shut.values()),
        missing=tuple(sorted(pool_keys.name(practice_id, kid) for kid in shut)),
    )


def _gone(db: Session, files: KeyFiles, practice_id: int) -> bool:
    """Whether a pool has no key on disk."""
    kids = db.scalars(select(PoolKey.kid).where(PoolKey.practice_id == practice_id))
    return not all(pool_keys.holds(files, practice_id, kid) for kid in kids)


def require_same_day(engine: Engine, files: KeyFiles, practice_id: int) -> None:
    """Raises KeysDoNotMatch where the practice's pool keys come from another day; changes nothing.

    Opens its own transactions: a flush that runs meanwhile looks like trouble until it is waited for.
    """
    with reading(engine, practice_id) as db:
        # Asked every minute of every practice, so nothing is counted or listed where no key is missing.
        if not _gone(db, files, practice_id) or not standing(db, files, practice_id).from_another_day:
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
