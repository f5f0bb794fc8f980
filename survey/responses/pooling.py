"""The pools of sealed answers: open one, read the public key, put boxes in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from survey.db import lock_practice
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.practice.model import CellPractice
from survey.prepared import Prepared
from survey.responses.model import Kind, PoolKey

#: Made once and without objects for rows, because every answer asks it.
_TABLE, _MAP = PoolKey.__table__, CellPractice.__table__.c
_KEYS = Prepared(
    select(_TABLE.c.kind, _TABLE.c.kid, _TABLE.c.public)
    .join(CellPractice, _MAP.practice_id == _TABLE.c.practice_id)
    .where(_TABLE.c.practice_id == bindparam("practice"), _MAP.cell_id == bindparam("cell"))
    .with_for_update(read=True, of=_TABLE)
)


def open_pools(db: Session, files: KeyFiles, practice_id: int) -> None:
    """Give a practice the two keys its first answers are sealed to; existing ones stay."""
    lock_practice(db, practice_id)  # the flush sweeps keys that no row names
    for kind in Kind:
        if db.get(PoolKey, (practice_id, kind)) is None:
            kid, public = pool_keys.new_key(files, practice_id)
            db.add(PoolKey(practice_id=practice_id, kind=kind, kid=kid, public=public))
    db.flush()


@dataclass(frozen=True)
class PublicKey:
    """What a box is sealed to; ``kid`` names the private half."""

    kid: bytes
    public: bytes


def public_keys(connection: Connection, practice_id: int, cell_id: int) -> dict[Kind, PublicKey]:
    """The two public halves, held still until this transaction ends; none where the cell is another's.

    The flush replaces a key and its waiting boxes in one go; sharing the row's lock keeps a box from being
    sealed to a key that is being destroyed.
    """
    rows = _KEYS.rows(connection, {"practice": practice_id, "cell": cell_id})
    return {Kind(kind): PublicKey(kid, public) for kind, kid, public in rows}
