"""The nightly flush: publish what is enough, seal the rest again, destroy the key.

Runs before the backup, so that no backup can be opened with a key that outlives it. A single answer is never
written in clear; what leaves memory are counts over at least k people, and redacted comments in random order.
Answers whose key is not there are left as they are: only a person gives them up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from secrets import SystemRandom

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from survey import clock
from survey.db import lock_practice, random_id, transaction
from survey.instruments.model import Instrument
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS, opener, sealer
from survey.practice import publishing
from survey.practice.model import CARDS, Cell, Practice
from survey.releases import publication, ticks
from survey.releases.atoms import Opened, Plan, Rules, plan, texts
from survey.releases.giving_up import count_unreleased
from survey.responses import answers
from survey.responses.model import Kind, Pool, PoolKey, Scratch

#: Boxes taken in hand at a time: a pool of any size passes through little memory, in one transaction.
BLOCK = 500
COLUMNS = ("practice_id", "id", "cell_id", "kind", "kid", "sealed")
SIZES = {Kind.RATINGS: PLAIN_RATINGS, Kind.COMMENTS: PLAIN_COMMENTS}


@dataclass(frozen=True)
class Flushed:
    """What one flush of one kind did: atoms made, answers given up, and those that it could not open."""

    kind: Kind
    atoms: int
    expired: int
    shut: int


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
        used = _keys_at_hand(db, files, key)
        flushed = _replace_pool(db, files, key, used, today)
        in_use = key.kid
    for kid in used - {in_use}:
        pool_keys.destroy_key(files, practice_id, kid)
    return flushed


def _sweep(db: Session, files: KeyFiles, practice_id: int) -> None:
    """Destroy private keys that no row names: left by a flush that was cut after or before its commit."""
    named = set(db.scalars(select(PoolKey.kid).where(PoolKey.practice_id == practice_id)))
    named |= set(db.scalars(select(Pool.kid).where(Pool.practice_id == practice_id).distinct()))
    for kid in pool_keys.ids_held(files, practice_id) - named:
        pool_keys.destroy_key(files, practice_id, kid)


def _keys_at_hand(db: Session, files: KeyFiles, key: PoolKey) -> frozenset[bytes]:
    """Keys of this pool that are here: today's, and any that was missing and came back. Raises KeyTrouble."""
    mine = Pool.practice_id == key.practice_id, Pool.kind == key.kind
    named = {key.kid, *db.scalars(select(Pool.kid).where(*mine).distinct())}
    used = frozenset(kid for kid in named if pool_keys.holds(files, key.practice_id, kid))
    if key.kid in used:
        pool_keys.require_pair(files, key.practice_id, key.kid, public=key.public)
    return used


def _replace_pool(db: Session, files: KeyFiles, key: PoolKey, used: frozenset[bytes], today: date) -> Flushed:
    kind, practice_id = Kind(key.kind), key.practice_id
    versions = publishing.versions(db, practice_id)
    rows, shut = _open(db, files, key, used, versions)
    rules = _rules(db, key, today)
    decided = plan(rows, rules, today=today)
    practice = db.get_one(Practice, practice_id)
    publication.publish(db, practice, kind, decided.published, versions=versions, month=clock.month_of(today))
    if rows or key.kid not in used:  # an empty pool keeps its key, if it is there
        _seal_again(db, files, key, decided, used=used)
    month, expired = clock.month_of(today), len(decided.expired)
    count_unreleased(db, practice_id, kind, month=month, cause="expired", number=expired)
    if rules.tick:
        key.last_tick = today
    db.execute(delete(Scratch).where(Scratch.practice_id == practice_id, Scratch.kind == kind))
    return Flushed(kind=kind, atoms=len(decided.published), expired=expired, shut=shut)


def _open(
    db: Session, files: KeyFiles, key: PoolKey, used: frozenset[bytes], versions: dict[str, Instrument]
) -> tuple[list[Opened], int]:
    """Every waiting answer, opened in memory, and how many cannot be because their key is not here."""
    unseal = {kid: opener(pool_keys.private_key(files, key.practice_id, kid)) for kid in used}
    query = select(Pool.cell_id, Pool.kid, Pool.sealed)
    query = query.where(Pool.practice_id == key.practice_id, Pool.kind == key.kind)
    read = _reader(Kind(key.kind), versions)
    opened, shut = [], 0
    for cell_id, kid, sealed in db.execute(query.execution_options(yield_per=BLOCK)):
        if kid in unseal:
            content = unseal[kid](sealed)
            opened.append(Opened(cell_id=cell_id, content=content, record=read(content)))
        else:
            shut += 1
    SystemRandom().shuffle(opened)  # a database may list the day's boxes in the order in which they came
    return opened, shut


def _reader(
    kind: Kind, versions: dict[str, Instrument]
) -> Callable[[bytes], answers.Ratings | answers.Words]:
    return answers.ratings_reader(versions) if kind is Kind.RATINGS else answers.unpack_comments


def _rules(db: Session, key: PoolKey, today: date) -> Rules:
    practice = db.get_one(Practice, key.practice_id)
    kind = Kind(key.kind)
    query = select(Cell.id, Cell.instrument, Cell.visit_type).where(Cell.practice_id == practice.id)
    cells = db.execute(query).all()
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
        alone=frozenset(row.id for row in cells if row.visit_type == CARDS),
    )


def _seal_again(db: Session, files: KeyFiles, key: PoolKey, decided: Plan, *, used: frozenset[bytes]) -> None:
    """New key, new boxes, new ids, new order for what still waits and could be opened."""
    kind = Kind(key.kind)
    kid, public = pool_keys.new_key(files, key.practice_id)
    mine = Pool.practice_id == key.practice_id, Pool.kind == kind
    db.execute(delete(Pool).where(*mine, Pool.kid.in_(used)))
    seal = sealer(public, SIZES[kind])
    # Random ids give a new order. Written in that order: quicker, and a place in the file tells nothing else.
    kept = sorted(((random_id(), row) for row in decided.kept), key=itemgetter(0))
    write = _writer(db)
    for start in range(0, len(kept), BLOCK):
        write(
            [
                (key.practice_id, box_id, row.cell_id, kind.value, kid, seal(row.content))
                for box_id, row in kept[start : start + BLOCK]
            ]
        )
    key.kid, key.public = kid, public


def _writer(db: Session) -> Callable[[list[tuple[object, ...]]], None]:
    """A function that puts rows (as in COLUMNS) into the pool.

    The statement is made once and its rows go to the driver as they are: half the price of ``execute``.
    """
    connection = db.connection()
    made = insert(Pool).compile(connection, column_keys=COLUMNS)

    def write(rows: list[tuple[object, ...]]) -> None:
        given = rows if made.positional else [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        connection.exec_driver_sql(str(made), given)

    return write
