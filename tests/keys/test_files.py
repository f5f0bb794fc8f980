"""Key files: closed, synced, destroyed, matched to their database."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from survey import clock
from survey.db import transaction
from survey.keys import contact, issue, matching, tokens
from survey.keys.files import KeyFiles, KeyTrouble
from survey.runtime import Runtime, open_runtime

DAY = date(2026, 3, 2)
WEEK = clock.week_number(DAY)


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    made = KeyFiles(tmp_path / "keys")
    made.prepare()
    return made


def test_a_key_is_never_made_twice(files: KeyFiles) -> None:
    files.create("one.key", b"first")
    files.create("one.key", b"later")
    assert files.read("one.key", 5) == b"first"


def test_destroyed_bytes_are_overwritten_first(files: KeyFiles) -> None:
    files.create("one.key", b"secret-bytes")
    twin = files.root / "twin"
    twin.hardlink_to(files.root / "one.key")
    files.destroy("one.key")
    assert not files.exists("one.key")
    assert b"secret-bytes" not in twin.read_bytes()
    files.destroy("one.key")  # a second time is harmless


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_named(files: KeyFiles, content: bytes) -> None:
    files.create("one.key", content)
    with pytest.raises(KeyTrouble, match=r"one\.key is damaged"):
        files.read("one.key", 32)


def test_a_missing_key_is_named(files: KeyFiles) -> None:
    with pytest.raises(KeyTrouble, match=r"one\.key is missing"):
        files.read("one.key", 32)


def test_a_key_that_others_can_read_is_refused(files: KeyFiles) -> None:
    files.create("one.key", b"x" * 32)
    (files.root / "one.key").chmod(0o644)
    with pytest.raises(KeyTrouble, match="chmod 600"):
        files.read("one.key", 32)


def test_an_open_key_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(KeyTrouble, match="chmod 700"):
        KeyFiles(tmp_path / "keys").prepare()


def test_a_token_says_the_same_each_time_it_is_made(files: KeyFiles) -> None:
    issue.ensure_week(files, WEEK, today=DAY)
    made = {tokens.make_token(files, WEEK, 7, b"i" * 16) for _ in range(3)}
    assert len(made) == 1
    read = tokens.read_token(files, made.pop())
    assert (read.week, read.cell_id) == (WEEK, 7)


def test_a_token_holds_neither_id_nor_address(files: KeyFiles) -> None:
    import base64

    issue.ensure_week(files, WEEK, today=DAY)
    raw = base64.urlsafe_b64decode(tokens.make_token(files, WEEK, 7, b"invitation-id-16"))
    assert b"invitation" not in raw
    assert len(raw) == 42


@pytest.mark.parametrize(
    "text", ["", "x", "A" * 55, "A" * 57, "é" * 56, "A" * 55 + "%", "<script>" * 7, "A" * 56]
)
def test_anything_else_is_no_token(files: KeyFiles, text: str) -> None:
    issue.ensure_week(files, WEEK, today=DAY)
    with pytest.raises((tokens.BadToken, tokens.ExpiredToken)):
        tokens.read_token(files, text)


def test_keys_are_made_at_most_five_weeks_ahead_and_never_again(files: KeyFiles) -> None:
    issue.ensure_week(files, WEEK + 5, today=DAY)
    with pytest.raises(KeyTrouble, match="is the clock right"):
        issue.ensure_week(files, WEEK + 6, today=DAY)
    issue.ensure_week(files, WEEK, today=issue.last_day(WEEK))
    with pytest.raises(KeyTrouble, match="is over"):
        issue.ensure_week(files, WEEK, today=issue.last_day(WEEK) + timedelta(days=1))


def test_after_its_week_an_address_cannot_be_read(files: KeyFiles) -> None:
    issue.ensure_week(files, WEEK, today=DAY)
    box = issue.seal_address(files, WEEK, "ana@example.org")
    assert len(box) == 320
    assert issue.open_address(files, WEEK, box) == "ana@example.org"
    issue.destroy_week(files, WEEK)
    with pytest.raises(issue.NoIssueKey):
        issue.open_address(files, WEEK, box)
    assert list(files.names("issue")) == []


def test_tags_of_two_practices_differ(files: KeyFiles) -> None:
    contact.ensure_contact_key(files)
    assert contact.contact_tag(files, 1, "a@example.org") != contact.contact_tag(files, 2, "a@example.org")
    assert contact.contact_tag(files, 1, "a@example.org") != contact.client_tag(files, 1, "a@example.org")


def test_a_foreign_key_folder_is_noticed(runtime: Runtime, tmp_path: Path) -> None:
    other = KeyFiles(tmp_path / "other")
    other.prepare()
    contact.ensure_contact_key(other)
    other.create(matching.GENERATION, b"g" * 16)
    with pytest.raises(matching.KeysDoNotMatch, match="do not belong"), transaction(runtime.engine) as db:
        matching.check(db, other)


def test_an_exchanged_contact_key_is_noticed(runtime: Runtime) -> None:
    runtime.files.destroy(contact.NAME)
    contact.ensure_contact_key(runtime.files)
    with pytest.raises(matching.KeysDoNotMatch, match="opt-outs"):
        open_runtime(runtime.settings, runtime.clock)


def test_old_keys_are_not_taken_for_a_new_database(runtime: Runtime) -> None:
    from sqlalchemy import text

    with transaction(runtime.engine) as db:
        db.execute(text("DELETE FROM installation"))
    with pytest.raises(matching.KeysDoNotMatch, match="keys of another one"):
        open_runtime(runtime.settings, runtime.clock)
