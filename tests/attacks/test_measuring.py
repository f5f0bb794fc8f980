"""The attacks' own measures: what they count, shown on cases whose answer is known."""

from __future__ import annotations

import base64
import random
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import create_engine

from survey.attacks import chance, copies, lint, live, oracle, rejoin
from survey.attacks.rejoin import Piece
from survey.runtime import Runtime


def test_time_that_tells_always_has_an_area_of_one_and_equal_times_of_a_half() -> None:
    assert oracle.area([2.0, 3.0], [0.5, 1.0]) == 1
    assert oracle.area([1.0, 1.0], [1.0, 1.0]) == 0.5
    assert oracle.area([0.5, 1.0], [2.0, 3.0]) == 1, "slower or faster, it tells"


def test_posts_that_ask_differently_are_told_apart_by_what_each_asked() -> None:
    first, lazy = ("BEGIN", "INSERT INTO box", "COMMIT"), ("BEGIN", "COMMIT")
    assert oracle.statements_apart([first, first], [first, first]) == []
    (told,) = oracle.statements_apart([first, first], [first, lazy])
    assert "pair 1" in told
    assert "-INSERT INTO box" in told


def test_halves_in_the_same_order_are_joined_and_in_another_are_not() -> None:
    ratings = [Piece(person, 1, bytes([person])) for person in range(3)]
    turned = [Piece(person, 1, bytes([9 - person])) for person in range(3)]
    assert rejoin.by_rank(None)(ratings, turned) == 1
    assert rejoin.by_rank(lambda piece: piece.id)(ratings, turned) == pytest.approx(1 / 3)
    assert rejoin.by_rank(lambda piece: piece.id, backwards=True)(ratings, turned) == 1


def test_a_shared_mark_joins_and_one_for_all_is_a_guess_among_all() -> None:
    apart = [Piece(person, 1, transaction=str(person)) for person in range(4)]
    alike = [Piece(person, 1, transaction="7") for person in range(4)]
    guess = rejoin.by_class(lambda piece: piece.transaction)
    assert guess(apart, apart) == 1
    assert guess(alike, alike) == pytest.approx(1 / 4)


def test_one_way_is_judged_at_three_sigma_and_the_best_of_ten_more_strictly() -> None:
    assert chance.sigmas(1) == pytest.approx(3)
    assert chance.sigmas(10) == pytest.approx(3.64, abs=0.01)
    assert chance.limit(0.1, 0.02) == pytest.approx(0.16)


def test_random_orders_agree_more_often_than_allowed_once_in_a_thousand_at_most() -> None:
    rng = random.Random(7)
    allowed = chance.matches(2)
    above = sum(_agreeing(rng, orders=2, size=12) > allowed for _ in range(20_000))
    assert above / 20_000 < 0.002
    assert chance.matches(12, ways=10) < 12 * 12 / 4, "a quarter right is not chance"


def _agreeing(rng: random.Random, *, orders: int, size: int) -> int:
    drawn = (rng.sample(range(size), size) for _ in range(orders))
    return sum(place == each for order in drawn for place, each in enumerate(order))


@pytest.mark.parametrize("skip", range(3))
def test_a_key_is_found_at_any_place_of_a_base64_text(skip: int) -> None:
    key = bytes(range(100, 132))
    text = base64.b64encode(b"x" * skip + key + b"more")
    assert any(dress in text for dress in copies.dresses(key))
    assert not any(dress in base64.b64encode(b"nothing of the kind") for dress in copies.dresses(key))


def test_a_connection_that_leaves_deleted_rows_is_found(sqlite_runtime: Runtime) -> None:
    assert list(lint.connection_faults(sqlite_runtime.engine)) == []
    bare = create_engine(sqlite_runtime.settings.database)
    found = list(lint.connection_faults(bare))
    bare.dispose()
    assert any(each.startswith("an error text") and each.endswith("shows a bound value") for each in found)
    assert any("leaves deleted rows on disk" in each for each in found) or _built_with_secure_delete()


def test_a_default_that_tells_when_is_found_and_a_fixed_one_is_not() -> None:
    told = {"CURRENT_TIMESTAMP", "now()", "nextval('x_seq'::regclass)", "generated", "'a' || now()"}
    fixed = {"''", "''::character varying", "0", "-1", "false", "'none'::text"}
    assert {each for each in told | fixed if live.FIXED.fullmatch(each)} == fixed


def _built_with_secure_delete() -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        return connection.execute("PRAGMA secure_delete").fetchone() == (1,)
