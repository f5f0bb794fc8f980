"""The folder on disk: settled files only, no link followed, overwritten before removal, one holder."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.visits import inbox

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ADDRESS = b"person1@example.org"


def put(path: Path, content: bytes = ADDRESS, *, seconds: int = 60) -> Path:
    """A file written to so many seconds ago."""
    path.write_bytes(content)
    moment = (NOW - timedelta(seconds=seconds)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_a_file_is_claimed_once_it_was_not_written_to_for_a_minute(tmp_path: Path) -> None:
    put(tmp_path / "young.csv", seconds=59)
    put(tmp_path / "old.csv", seconds=60)
    (claimed,) = inbox.claim(tmp_path, now=NOW)
    assert claimed.name.endswith("-old.csv")
    assert (tmp_path / "young.csv").exists()


@pytest.mark.parametrize("name", [".hidden.csv", "half.csv.part", "half.TMP", "old.csv~"])
def test_names_of_unfinished_files_are_left_alone(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    assert inbox.claim(tmp_path, now=NOW) == ()


def test_what_a_cut_run_had_claimed_comes_along(tmp_path: Path) -> None:
    put(tmp_path / "visits.csv")
    assert inbox.claim(tmp_path, now=NOW) == inbox.claim(tmp_path, now=NOW) != ()


def test_names_too_long_or_with_other_letters_are_claimed(tmp_path: Path) -> None:
    put(tmp_path / ("ü" * 120 + ".csv"))
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")).write_bytes(b"")
    assert len(inbox.claim(tmp_path, now=datetime(2100, 1, 1, tzinfo=UTC))) == 2


def test_overwriting_leaves_nothing_of_the_content(tmp_path: Path) -> None:
    path = put(tmp_path / "visits.csv", ADDRESS * 1000)
    with path.open("rb") as still_open:
        inbox.shred(path)
        assert not path.exists()
        left = still_open.read()
    assert len(left) == len(ADDRESS) * 1000
    assert ADDRESS not in left


def test_removing_alone_would_leave_the_content(tmp_path: Path) -> None:
    path = put(tmp_path / "visits.csv")
    with path.open("rb") as still_open:
        path.unlink()  # the broken variant
        assert still_open.read() == ADDRESS


def test_neither_a_link_nor_a_second_name_is_overwritten(tmp_path: Path) -> None:
    precious = put(tmp_path / "precious", b"keep me")
    (tmp_path / "link").symlink_to(precious)
    (tmp_path / "second").hardlink_to(precious)
    for name in ("link", "second"):
        assert not inbox.is_plain(tmp_path / name)
        inbox.shred(tmp_path / name)
        assert not (tmp_path / name).exists()
        assert precious.read_bytes() == b"keep me"


def test_a_link_in_place_of_our_own_folder_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / inbox.TAKEN).symlink_to(elsewhere)
    put(watched / "visits.csv")
    with pytest.raises(inbox.UnsafeFolder):
        inbox.claim(watched, now=NOW)
    assert list(elsewhere.iterdir()) == []


def test_one_process_holds_a_folder_at_a_time(tmp_path: Path) -> None:
    with inbox.held(tmp_path) as first, inbox.held(tmp_path) as second:
        assert (first, second) == (True, False)
    with inbox.held(tmp_path) as third:
        assert third


def test_a_folder_everybody_can_write_to_is_refused_with_a_remedy(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(inbox.UnsafeFolder, match="chmod o-w"):
        inbox.require_safe(tmp_path)
