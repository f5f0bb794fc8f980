"""The program as it is, and the same program with one thing deliberately broken.

A variant wraps functions of the running program from outside for as long as a rehearsal lasts; the product
has no switch for any of this. An attack that does not win against the variant made for it has lost its teeth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from nacl.public import PrivateKey
from sqlalchemy import event, text

from survey import clock
from survey import db as database
from survey.attacks.evidence import REAL
from survey.db import random_id
from survey.invitations import eligibility, reminding
from survey.invitations.model import Invitation
from survey.keys import issue, sealing
from survey.keys import pool as pool_keys
from survey.releases import atoms, flushing
from survey.responses import answers, submitting
from survey.web import patient

if TYPE_CHECKING:
    from survey.attacks.practice import Rehearsal

Begin = Callable[[ExitStack, "Rehearsal"], None]


def _nothing(stack: ExitStack, rehearsal: Rehearsal) -> None:
    del stack, rehearsal


@dataclass(frozen=True)
class Variant:
    """``name`` as it stands in the evidence; ``begin`` breaks what is to be broken until the stack closes."""

    name: str
    begin: Begin = _nothing


@contextmanager
def replaced(place: Any, name: str, value: Any) -> Iterator[None]:
    """Another value for one attribute, for a while."""
    before = getattr(place, name)
    setattr(place, name, value)
    try:
        yield
    finally:
        setattr(place, name, before)


def _dated_flag(stack: ExitStack, rehearsal: Rehearsal) -> None:
    _keep_answers(stack, rehearsal, flag="instant", identity="counting", dated=True)


def _counting_id(stack: ExitStack, rehearsal: Rehearsal) -> None:
    _keep_answers(stack, rehearsal, flag="Y", identity="counting", dated=False)


def _random_id(stack: ExitStack, rehearsal: Rehearsal) -> None:
    _keep_answers(stack, rehearsal, flag="Y", identity="random", dated=False)


def _keep_answers(stack: ExitStack, rehearsal: Rehearsal, *, flag: str, identity: str, dated: bool) -> None:
    """What most survey systems do: the answer in a table, and a mark at the person who answered."""
    engine, counting = rehearsal.runtime.engine, identity == "counting"
    sqlite = engine.dialect.name == "sqlite"
    number = "INTEGER PRIMARY KEY AUTOINCREMENT" if sqlite else "SERIAL PRIMARY KEY"
    own, binary = (number, "BLOB") if sqlite else (number, "BYTEA")
    key = f"id {own}" if counting else f"practice INTEGER NOT NULL DEFAULT 1, id {binary}"
    rule = "" if counting else ", PRIMARY KEY (practice, id)"
    tail = "" if counting or not sqlite else " WITHOUT ROWID"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE leak_contact (person INTEGER PRIMARY KEY, done TEXT)"))
        columns = f"{key}, created_at TEXT, cell_id BIGINT, answer {binary}{rule}"
        connection.execute(text(f"CREATE TABLE leak_answer ({columns}){tail}"))
    real = submitting.submit

    def submit(db: Any, files: Any, practice: Any, instrument: Any, **given: Any) -> None:
        real(db, files, practice, instrument, **given)
        person = rehearsal.by_token[given["token"]]
        now = rehearsal.runtime.clock.now().isoformat()
        values = answers.check_ratings(instrument, given["ratings"])
        today = clock.local_day(rehearsal.runtime.clock.now(), practice.time_zone)
        ratings = answers.Ratings(instrument.label, clock.fortnight_number(today), values)
        packed = answers.pack_ratings(instrument, ratings)
        row: dict[str, Any] = {"at": now if dated else None, "answer": packed, "cell": person.cell}
        db.execute(
            text(
                "INSERT INTO leak_contact VALUES (:person, :done)"
                " ON CONFLICT (person) DO UPDATE SET done = :done"
            ),
            {"person": person.number, "done": now if flag == "instant" else flag},
        )
        columns = "created_at, cell_id, answer" if counting else "id, created_at, cell_id, answer"
        values_of = ":at, :cell, :answer" if counting else ":id, :at, :cell, :answer"
        given_row = row if counting else {**row, "id": random_id()}
        statement = f"INSERT INTO leak_answer ({columns}) VALUES ({values_of})"  # noqa: S608
        db.execute(text(statement), given_row)

    stack.enter_context(replaced(submitting, "submit", submit))


def _flag_apart(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """A mark at the person who answered, in a transaction of its own right after the answer's; and the night
    leaves the numbers of transactions and the places of rows as they are."""
    engine, real = rehearsal.runtime.engine, patient.keep
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE leak_contact (person INTEGER PRIMARY KEY, done TEXT)"))

    def mark(person: int) -> None:
        with engine.begin() as connection:
            order = "INSERT INTO leak_contact VALUES (:person, 'Y') ON CONFLICT (person) DO NOTHING"
            connection.execute(text(order), {"person": person})

    def keep(opened: Any, given: Any) -> None:
        real(opened, given)
        mark(rehearsal.by_token[given.filled.token].number)

    stack.enter_context(replaced(patient, "keep", keep))
    stack.enter_context(replaced(database, "RENEWED", ()))


def _clear_pool(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """Boxes of the right size with nothing sealed."""
    del rehearsal

    def fill(content: bytes, size: int) -> bytes:
        return sealing.pad(content, size) + bytes(sealing.OVERHEAD)

    def sealer(public: bytes, size: int) -> Callable[[bytes], bytes]:
        del public
        return lambda content: fill(content, size)

    def opener(private: bytes) -> Callable[[bytes], bytes]:
        del private
        return lambda box: sealing.unpad(box[: -sealing.OVERHEAD])

    stack.enter_context(replaced(submitting, "seal", lambda content, public, size: fill(content, size)))
    stack.enter_context(replaced(flushing, "sealer", sealer))
    stack.enter_context(replaced(flushing, "opener", opener))


def _one_key(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """The first key of each pool is used for ever and never destroyed."""
    files = rehearsal.runtime.files
    held = iter(sorted(pool_keys.ids_held(files, rehearsal.practice.id)))
    kid = next(held)
    public = PrivateKey(pool_keys.private_key(files, rehearsal.practice.id, kid)).public_key
    stack.enter_context(replaced(pool_keys, "new_key", lambda *_given: (kid, bytes(public))))
    stack.enter_context(replaced(pool_keys, "destroy_key", lambda *_given: None))


def _no_padding(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """A box is as long as what is in it; the table's own rule has to be taken away first."""
    engine = rehearsal.runtime.engine
    if engine.dialect.name == "sqlite":

        def careless(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA ignore_check_constraints=ON")

        event.listen(engine, "connect", careless)
        engine.dispose()
    else:
        with engine.begin() as connection:
            for table, rule in (("pool", "one"), ("scratch", "one"), ("invitation", "address")):
                connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{rule}_length"))
    stack.enter_context(replaced(sealing, "pad", lambda content, size: content))
    stack.enter_context(replaced(sealing, "unpad", lambda content: content))


def _no_reseal(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """What waits stays as it is until it is published, under one key."""
    del rehearsal
    real = flushing._seal_again

    def only_after_publishing(db: Any, files: Any, key: Any, decided: Any, **given: Any) -> None:
        if decided.published or decided.expired:
            real(db, files, key, decided, **given)

    stack.enter_context(replaced(flushing, "_seal_again", only_after_publishing))


def _in_order(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """Boxes sealed again keep their order, answers are counted in it, and counts are written as they come."""
    del rehearsal
    counted = count(1)
    stack.enter_context(replaced(flushing, "random_id", lambda: next(counted).to_bytes(16, "big")))
    stack.enter_context(replaced(flushing, "SystemRandom", Unshuffled))
    stack.enter_context(replaced(atoms, "_settled", dict))


class Unshuffled:
    """A generator that leaves every order as it was."""

    def shuffle(self, rows: list[Any]) -> None:
        del rows


def _old_keys_kept(stack: ExitStack, rehearsal: Rehearsal) -> None:
    del rehearsal
    stack.enter_context(replaced(issue, "destroy_week", lambda *_given: None))


def _reminded_flag(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """Who was reminded is written down, and so who had answered before."""
    real = reminding._to_remind

    def marked(runtime: Any, practice: Any, today: Any, rng: Any) -> Any:
        mails = real(runtime, practice, today, rng)
        with runtime.engine.begin() as connection:
            ids = [mail.id for mail in mails]
            connection.execute(
                Invitation.__table__.update()  # type: ignore[attr-defined]
                .where(Invitation.id.in_(ids))
                .values(attempts=Invitation.attempts + 1)
            )
        return mails

    stack.enter_context(replaced(reminding, "_to_remind", marked))


def _no_cap(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """Everybody is asked after every visit."""
    del rehearsal
    stack.enter_context(replaced(eligibility, "is_capped", lambda *_given, **_more: False))


def _expired_kept(stack: ExitStack, rehearsal: Rehearsal) -> None:
    """Answers that have waited too long are sealed again, too."""
    del rehearsal
    real = atoms.plan

    def forgetful(rows: Any, rules: Any, *, today: Any) -> Any:
        made = real(rows, rules, today=today)
        return replace(made, kept=made.kept + made.expired, expired=())

    stack.enter_context(replaced(flushing, "plan", forgetful))


REAL_VARIANT = Variant(REAL)
A = Variant("flag with date, answer with time", _dated_flag)
B = Variant("flag Y, counting ids", _counting_id)
C = Variant("flag Y, random ids, no dates", _random_id)
APART = Variant("flag in the next transaction, no nightly rewriting", _flag_apart)
D = Variant("pool in clear, shuffled at k", _clear_pool)
E = Variant("one lasting pool key", _one_key)
F = Variant("no padding", _no_padding)
G = Variant("no nightly re-seal", _no_reseal)
IN_ORDER = Variant("counted in the pool's order", _in_order)
KEYS_KEPT = Variant("issue keys kept", _old_keys_kept)
REMINDED = Variant("reminders written down", _reminded_flag)
EXPIRED_KEPT = Variant("expired answers kept", _expired_kept)
NO_CAP = Variant("no cap on asking", _no_cap)
LINKABLE = (A, B, C, D, E, F)
