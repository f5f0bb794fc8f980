"""The reader of SQLite pages finds every row and the order in which rows came, whatever their keys."""

from __future__ import annotations

import secrets
import sqlite3
from pathlib import Path

from survey.attacks.pages import places


def filled(path: Path, rows: int, size: int) -> tuple[list[bytes], bytes, int]:
    """(keys in the order of writing, the file, first page of the table)"""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE pool (practice INT, id BLOB, box BLOB, PRIMARY KEY (practice, id)) WITHOUT ROWID"
    )
    keys = [secrets.token_bytes(16) for _ in range(rows)]
    for key in keys:
        connection.execute("INSERT INTO pool VALUES (7, ?, ?)", (key, secrets.token_bytes(size)))
    connection.commit()
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'pool'").fetchone()[0]
    connection.close()
    return keys, path.read_bytes(), root


def test_random_keys_do_not_hide_the_order_inside_a_page(tmp_path: Path) -> None:
    keys, content, root = filled(tmp_path / "a.sqlite3", 6, 500)
    found = sorted(places(content, root), key=lambda place: place.order)
    assert [place.key[0] for place in found] == keys


def test_long_rows_are_ordered_by_their_overflow_pages(tmp_path: Path) -> None:
    keys, content, root = filled(tmp_path / "b.sqlite3", 12, 4144)
    found = sorted(places(content, root), key=lambda place: place.order)
    assert [place.key[0] for place in found] == keys


def test_every_row_of_a_large_table_is_found(tmp_path: Path) -> None:
    keys, content, root = filled(tmp_path / "c.sqlite3", 900, 560)
    assert {place.key[0] for place in places(content, root)} == set(keys)
