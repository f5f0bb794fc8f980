"""The flush on a real database: atoms, re-sealing, destroyed keys, lost keys."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from survey.db import transaction
from survey.keys import pool as pool_keys
from survey.keys.files import KeyTrouble
from survey.keys.sealing import BoxUnreadable, unseal
from survey.practice.model import Clinician, Practice
from survey.releases import compacting, flushing, giving_up
from survey.releases.model import Atom, Comment, Tally, Unreleased
from survey.responses.model import Pool, PoolKey, Scratch
from survey.runtime import Runtime
from tests import builders

MONDAY = date(2026, 3, 9)
SUNDAY = MONDAY - timedelta(days=1)


def answer(
    runtime: Runtime, practice: Practice, clinician: Clinician, *, times: int, words: str = ""
) -> None:
    options = builders.load_instrument(runtime).items[0].scale.options
    for number in range(times):
        token = builders.make_token(runtime, practice, clinician)
        said = words and f"{words} {number}"
        builders.answer(runtime, practice, token, value=options[number % 2].value, words=said)


def flush(runtime: Runtime, practice: Practice, day: date) -> None:
    flushing.flush(runtime.engine, runtime.files, practice.id, today=day)


def test_a_tick_publishes_counts_of_a_whole_cell(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=7)
    flush(runtime, practice, MONDAY)
    instrument = builders.load_instrument(runtime)
    with transaction(runtime.engine) as db:
        atom = db.scalars(select(Atom)).one()
        sums: Counter[str] = Counter()
        for tally in db.scalars(select(Tally)):
            sums[tally.item] += tally.n
    assert (atom.n, atom.month, atom.kind) == (7, "2026-03", "ratings")
    assert sums == {item.key: 7 for item in instrument.items}


def test_fewer_than_k_wait_under_a_new_key(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=4)
    with transaction(runtime.engine) as db:
        before = {row.id: row.sealed for row in db.scalars(select(Pool).where(Pool.kind == "ratings"))}
        old = pool_keys.ids_held(runtime.files, practice.id)
    flush(runtime, practice, MONDAY)
    with transaction(runtime.engine) as db:
        after = {row.id: row.sealed for row in db.scalars(select(Pool).where(Pool.kind == "ratings"))}
        assert db.scalars(select(Atom)).all() == []
        named = set(db.scalars(select(PoolKey.kid)))
    assert len(after) == 4
    assert not before.keys() & after.keys()
    assert not set(before.values()) & set(after.values())
    assert pool_keys.ids_held(runtime.files, practice.id) == named
    assert not old & named


def test_old_boxes_open_with_no_key_that_is_left(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=4)
    with transaction(runtime.engine) as db:
        stolen = [row.sealed for row in db.scalars(select(Pool))]
        kid = db.get_one(PoolKey, (practice.id, "ratings")).kid
    # Before the flush the key is there, so the search below is able to find something.
    assert any(_opens(box, pool_keys.private_key(runtime.files, practice.id, kid)) for box in stolen)
    flush(runtime, practice, MONDAY)
    for held in pool_keys.ids_held(runtime.files, practice.id):
        private = pool_keys.private_key(runtime.files, practice.id, held)
        assert not any(_opens(box, private) for box in stolen)


def test_other_days_only_seal_again(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=7)
    flush(runtime, practice, SUNDAY)
    with transaction(runtime.engine) as db:
        assert db.scalars(select(Atom)).all() == []
        assert len(db.scalars(select(Pool).where(Pool.kind == "ratings")).all()) == 7


def test_an_empty_pool_keeps_its_key(runtime: Runtime, practice: Practice) -> None:
    before = pool_keys.ids_held(runtime.files, practice.id)
    flush(runtime, practice, MONDAY)
    assert pool_keys.ids_held(runtime.files, practice.id) == before


def ratings_key(runtime: Runtime, practice: Practice) -> Path:
    with transaction(runtime.engine) as db:
        kid = db.get_one(PoolKey, (practice.id, "ratings")).kid
    return runtime.files.root / pool_keys.name(practice.id, kid)


def ratings_waiting(runtime: Runtime) -> int:
    with transaction(runtime.engine) as db:
        return len(db.scalars(select(Pool.id).where(Pool.kind == "ratings")).all())


def test_answers_wait_for_a_missing_key_while_the_pool_goes_on(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=3)
    ratings_key(runtime, practice).unlink()
    answer(runtime, practice, ana, times=1)
    flush(runtime, practice, MONDAY)
    answer(runtime, practice, ana, times=5)
    flush(runtime, practice, MONDAY + timedelta(days=7))
    assert ratings_waiting(runtime) == 4
    with transaction(runtime.engine) as db:
        assert db.scalars(select(Unreleased)).all() == []
        assert db.scalars(select(Atom).where(Atom.kind == "ratings")).one().n == 5


def test_a_key_that_is_put_back_opens_its_answers_and_is_destroyed(
    runtime: Runtime, practice: Practice
) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=3)
    path = ratings_key(runtime, practice)
    elsewhere = path.rename(runtime.files.root / "elsewhere")
    flush(runtime, practice, SUNDAY)
    answer(runtime, practice, ana, times=2)
    elsewhere.rename(path)
    flush(runtime, practice, MONDAY)
    with transaction(runtime.engine) as db:
        assert db.scalars(select(Atom).where(Atom.kind == "ratings")).one().n == 5
        named = set(db.scalars(select(PoolKey.kid)))
    assert ratings_waiting(runtime) == 0
    assert pool_keys.ids_held(runtime.files, practice.id) == named


def test_a_person_gives_up_what_cannot_be_opened_and_nothing_else(
    runtime: Runtime, practice: Practice
) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=3)
    ratings_key(runtime, practice).unlink()
    with transaction(runtime.engine, practice.id) as db:
        assert giving_up.give_up(db, runtime.files, practice.id, today=SUNDAY) == 3
    answer(runtime, practice, ana, times=5)
    flush(runtime, practice, MONDAY)
    with transaction(runtime.engine) as db:
        lost = db.scalars(select(Unreleased)).one()
        assert (lost.cause, lost.kind, lost.n) == ("lost", "ratings", 3)
        assert db.scalars(select(Atom).where(Atom.kind == "ratings")).one().n == 5
        assert len(db.scalars(select(Pool.id).where(Pool.kind == "comments")).all()) == 8


def test_a_key_file_with_another_key_in_it_stops_the_flush(runtime: Runtime, practice: Practice) -> None:
    answer(runtime, practice, builders.make_clinician(runtime, practice), times=5)
    path = ratings_key(runtime, practice)
    path.write_bytes(bytes(32))
    with pytest.raises(KeyTrouble, match="holds another key"):
        flush(runtime, practice, MONDAY)
    assert (path.read_bytes(), ratings_waiting(runtime)) == (bytes(32), 5)


def test_orphan_keys_are_swept(runtime: Runtime, practice: Practice) -> None:
    orphan, _ = pool_keys.new_key(runtime.files, practice.id)
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    theirs = pool_keys.ids_held(runtime.files, other.id)
    flush(runtime, practice, MONDAY)
    assert not pool_keys.holds(runtime.files, practice.id, orphan)
    assert pool_keys.ids_held(runtime.files, other.id) == theirs


def test_answers_past_their_limit_are_destroyed_and_counted(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=3)
    flush(runtime, practice, MONDAY + timedelta(days=70))
    with transaction(runtime.engine) as db:
        gone = db.scalars(select(Unreleased)).one()
        assert (gone.cause, gone.kind, gone.n) == ("expired", "ratings", 3)
        assert db.scalars(select(Pool).where(Pool.kind == "ratings")).all() == []


def test_comments_need_ten_answers_and_come_detached(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    answer(runtime, practice, ana, times=9, words="Call 555-010-0199 please")
    flush(runtime, practice, date(2026, 4, 6))
    with transaction(runtime.engine) as db:
        assert db.scalars(select(Comment)).all() == []
    answer(runtime, practice, ana, times=1)
    flush(runtime, practice, date(2026, 5, 4))
    with transaction(runtime.engine) as db:
        comments = db.scalars(select(Comment)).all()
        atom = db.get_one(Atom, (practice.id, comments[0].atom_id))
        ratings = set(db.scalars(select(Tally.atom_id)))
    assert len(comments) == 9
    assert all(comment.text.startswith("Call […] please") for comment in comments)
    assert (atom.kind, atom.n) == ("comments", 10)
    assert atom.id not in ratings


def test_scratch_is_emptied(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    token = builders.make_token(runtime, practice, ana)
    for _ in range(2):
        builders.answer(runtime, practice, token, today=SUNDAY)
    flush(runtime, practice, MONDAY)
    with transaction(runtime.engine) as db:
        assert db.scalars(select(Scratch)).all() == []
        assert len(db.scalars(select(Pool)).all()) == 2


def test_compaction_changes_no_sum(runtime: Runtime, practice: Practice) -> None:
    ana = builders.make_clinician(runtime, practice)
    for week in (0, 7, 14):
        answer(runtime, practice, ana, times=5)
        flush(runtime, practice, MONDAY + timedelta(days=week))
    with transaction(runtime.engine) as db:
        before = _sums(db)
        assert len(db.scalars(select(Atom).where(Atom.kind == "ratings")).all()) == 3
        assert compacting.compact(db, practice.id, before_month="2026-03") == 0
        assert compacting.compact(db, practice.id, before_month="2026-04") == 1
        assert _sums(db) == before
        assert db.scalars(select(Atom).where(Atom.kind == "ratings")).one().n == 15


def _sums(db: object) -> Counter[tuple[str, str]]:
    sums: Counter[tuple[str, str]] = Counter()
    for tally in db.scalars(select(Tally)):  # type: ignore[attr-defined]
        sums[tally.item, tally.value] += tally.n
    return sums


def _opens(box: bytes, private: bytes) -> bool:
    try:
        unseal(box, private)
    except BoxUnreadable:
        return False
    return True


@pytest.mark.parametrize("n", [4, 9])
def test_the_database_itself_refuses_a_small_atom(runtime: Runtime, practice: Practice, n: int) -> None:
    from sqlalchemy.exc import IntegrityError

    kind = "ratings" if n < 5 else "comments"
    with pytest.raises(IntegrityError), transaction(runtime.engine) as db:
        db.add(Atom(practice_id=practice.id, id=b"x" * 16, instrument="fft", kind=kind, month="2026-03", n=n))
