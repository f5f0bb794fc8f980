"""The nightly flush: publish what is enough, seal the rest again, destroy the key.

Runs before the backup, so that no backup can be opened with a key that outlives it. A single answer is never
written in clear; what leaves memory are counts over at least k people, and redacted comments in random order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from secrets import SystemRandom

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice, random_id, transaction
from survey.instruments.model import Instrument
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS, opener, sealer
from survey.practice import publishing
from survey.practice.model import Cell, Practice
from survey.releases import publication, ticks
from survey.releases.atoms import Opened, Plan, Rules, plan, texts
from survey.releases.model import Unreleased
from survey.responses import answers
from survey.responses.model import Kind, Pool, PoolKey, Scratch

#: Boxes taken in hand at a time: a pool of any size passes through little memory, in one transaction.
BLOCK = 500
SIZES = {Kind.RATINGS: PLAIN_RATINGS, Kind.COMMENTS: PLAIN_COMMENTS}


@dataclass(frozen=True)
class Flushed:
    """What one flush of one kind did, in numbers that may be recorded: atoms made, answers given up."""

    kind: Kind
    atoms: int
    expired: int
    lost: int


def flush(engine: Engine, files: KeyFiles, practice_id: int, *, today: date) -> tuple[Flushed, ...]:
    """Flush both pools of a practice; each is one transaction, after which its old key is destroyed.

    Safe to repeat and to interrupt anywhere: before the commit nothing has changed, after it only key files
    that no row names are left over, and the next flush sweeps them.
    """
    return tuple(_flush_kind(engine, files, practice_id, kind, today) for kind in Kind)


def _flush_kind(engine: Engine, files: KeyFiles, practice_id: int, kind: Kind, today: date) -> Flushed:
    with transaction(engine, practice_id) as db:
        lock_practice(db, practice_id)
        key = db.scalars(
            select(PoolKey).where(PoolKey.practice_id == practice_id, PoolKey.kind == kind).with_for_update()
        ).one()
        _sweep(db, files, practice_id)
        old = key.kid
        flushed = _replace_pool(db, files, key, today)
    if key.kid != old:
        pool_keys.destroy_key(files, practice_id, old)
    return flushed


def _sweep(db: Session, files: KeyFiles, practice_id: int) -> None:
    """Destroy private keys that no row names: left by a flush that was cut after or before its commit."""
    named = set(db.scalars(select(PoolKey.kid).where(PoolKey.practice_id == practice_id)))
    for kid in pool_keys.ids_held(files, practice_id) - named:
        pool_keys.destroy_key(files, practice_id, kid)


def _replace_pool(db: Session, files: KeyFiles, key: PoolKey, today: date) -> Flushed:
    kind, practice_id = Kind(key.kind), key.practice_id
    versions = publishing.versions(db, practice_id)
    rows, lost = _open(db, files, key, versions)
    rules = _rules(db, key, today)
    decided = plan(rows, rules, today=today)
    practice = db.get_one(Practice, practice_id)
    publication.publish(db, practice, kind, decided.published, versions=versions, month=clock.month_of(today))
    _seal_again(db, files, key, decided, emptied=bool(rows or lost))
    _count_unreleased(db, practice_id, kind, today, expired=len(decided.expired), lost=lost)
    if rules.tick:
        key.last_tick = today
    db.execute(delete(Scratch).where(Scratch.practice_id == practice_id, Scratch.kind == kind))
    return Flushed(kind=kind, atoms=len(decided.published), expired=len(decided.expired), lost=lost)


def _open(
    db: Session, files: KeyFiles, key: PoolKey, versions: dict[str, Instrument]
) -> tuple[list[Opened], int]:
    """Every waiting answer, opened in memory, and how many cannot be because their key is gone."""
    mine = Pool.practice_id == key.practice_id, Pool.kind == key.kind
    if not pool_keys.holds(files, key.practice_id, key.kid):
        return [], db.scalar(select(func.count()).select_from(Pool).where(*mine)) or 0
    unseal = opener(pool_keys.private_key(files, key.practice_id, key.kid))
    query = select(Pool.cell_id, Pool.kid, Pool.sealed).where(*mine)
    opened, lost = [], 0
    for block in db.execute(query.execution_options(yield_per=BLOCK)).partitions():
        readable = [box for box in block if box.kid == key.kid]
        opened += [_read(Kind(key.kind), box.cell_id, unseal(box.sealed), versions) for box in readable]
        lost += len(block) - len(readable)
    SystemRandom().shuffle(opened)  # a database may list the day's boxes in the order in which they came
    return opened, lost


def _read(kind: Kind, cell_id: int, content: bytes, versions: dict[str, Instrument]) -> Opened:
    record: answers.Ratings | answers.Words
    if kind is Kind.RATINGS:
        record = answers.unpack_ratings(content, versions)
    else:
        record = answers.unpack_comments(content)
    return Opened(cell_id=cell_id, content=content, record=record)


def _rules(db: Session, key: PoolKey, today: date) -> Rules:
    practice = db.get_one(Practice, key.practice_id)
    kind = Kind(key.kind)
    cells = db.execute(select(Cell.id, Cell.instrument).where(Cell.practice_id == practice.id))
    least, words = practice.k_comments, practice.least_texts
    return Rules(
        enough=(
            (lambda rows: len(rows) >= practice.k_ratings)
            if kind is Kind.RATINGS
            else (lambda rows: len(rows) >= least and texts(rows) >= words)
        ),
        hold=ticks.HOLD[kind],
        tick=ticks.is_due(kind, today, key.last_tick),
        instrument_of={row.id: row.instrument for row in cells},
    )


def _seal_again(db: Session, files: KeyFiles, key: PoolKey, decided: Plan, *, emptied: bool) -> None:
    """New key, new boxes, new ids, new order for what still waits. An empty pool keeps its key."""
    missing = not pool_keys.holds(files, key.practice_id, key.kid)
    if not emptied and not missing:
        return
    kind = Kind(key.kind)
    kid, public = pool_keys.new_key(files, key.practice_id)
    db.execute(delete(Pool).where(Pool.practice_id == key.practice_id, Pool.kind == kind))
    seal = sealer(public, SIZES[kind])
    kept = list(decided.kept)
    SystemRandom().shuffle(kept)
    # In the order of their random keys: quicker, and their place in the file tells nothing else.
    ids = sorted(random_id() for _ in kept)
    for start in range(0, len(kept), BLOCK):
        rows = [
            {
                "practice_id": key.practice_id,
                "id": ids[start + place],
                "cell_id": row.cell_id,
                "kind": kind,
                "kid": kid,
                "sealed": seal(row.content),
            }
            for place, row in enumerate(kept[start : start + BLOCK])
        ]
        db.connection().execute(insert(Pool), rows)  # without the object layer: a third faster
    key.kid, key.public = kid, public


def _count_unreleased(
    db: Session, practice_id: int, kind: Kind, today: date, *, expired: int, lost: int
) -> None:
    """Say how many answers will never be shown; nothing else of them is left."""
    month = clock.month_of(today)
    for cause, number in (("expired", expired), ("lost", lost)):
        if not number:
            continue
        key = (practice_id, month, kind, cause)
        if db.get(Unreleased, key) is None:
            db.add(Unreleased(practice_id=practice_id, month=month, kind=kind, cause=cause, n=0))
            db.flush()
        where = (
            Unreleased.practice_id == practice_id,
            Unreleased.month == month,
            Unreleased.kind == kind,
            Unreleased.cause == cause,
        )
        db.execute(update(Unreleased).where(*where).values(n=Unreleased.n + number))
