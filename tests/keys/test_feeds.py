"""Addresses of calendars lie among the keys: closed to others and to web processes; gone when forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.keys import feeds, folder, halves
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.halves import PrivateKeyInReach, SharedHalves, WebHalves

ADDRESS = "https://calendar.example/private-s3cret/basic.ics"


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    made = KeyFiles(tmp_path / "keys")
    made.prepare()
    return made


def test_an_address_is_kept_in_a_file_that_others_cannot_read(files: KeyFiles) -> None:
    secret = feeds.keep(files, ADDRESS)
    path = files.root / feeds.name(secret)
    assert feeds.address_of(files, secret) == ADDRESS
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, feeds.SIZE)
    path.chmod(0o644)
    with pytest.raises(KeyTrouble) as refused:
        feeds.address_of(files, secret)
    assert "s3cret" not in str(refused.value)


def test_what_is_forgotten_is_overwritten_and_gone(files: KeyFiles) -> None:
    secret = feeds.keep(files, ADDRESS)
    with (files.root / feeds.name(secret)).open("rb") as still_open:
        feeds.forget(files, secret)
        feeds.forget(files, secret)
        assert b"s3cret" not in still_open.read()
    with pytest.raises(KeyTrouble, match="missing"):
        feeds.address_of(files, secret)


def test_a_damaged_address_is_named(files: KeyFiles) -> None:
    secret = feeds.keep(files, ADDRESS)
    (files.root / feeds.name(secret)).write_bytes(b"short")
    assert f"The key file {feeds.name(secret)} is damaged: 2048 bytes expected." in folder.damaged(files)


def test_a_web_process_neither_gets_nor_reads_an_address(files: KeyFiles, tmp_path: Path) -> None:
    secret = feeds.keep(files, ADDRESS)
    shared = SharedHalves(tmp_path / "web")
    halves.publish(files, shared.root)
    assert not list(shared.root.rglob("*.url"))
    with pytest.raises(PrivateKeyInReach):
        feeds.address_of(WebHalves(shared.root), secret)
    with pytest.raises(PrivateKeyInReach):
        halves.refuse_private(files.root)
