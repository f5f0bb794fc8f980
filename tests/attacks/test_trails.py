"""What PostgreSQL writes beside its tables is followed: what is said to the server is found in both logs."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import text

from survey.attacks import searching, trails
from survey.attacks.evidence import Options
from survey.attacks.laboratory import fresh
from survey.attacks.trails import HEADER, LONG, LONG_HEADER, PAGE, SHORT_HEADER
from survey.runtime import Runtime
from tests.services import miss, postgres_database


def heard(runtime: Runtime, word: str) -> dict[str, bytes]:
    """What each readable log has gained after the word was written to a table."""
    followed = {trail.place: trail.fresh for trail in trails.follow(runtime)}
    with runtime.engine.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = on"))
        connection.execute(text("CREATE TABLE said (word TEXT)"))
        connection.execute(text("ALTER TABLE said ALTER word SET STORAGE PLAIN"))
        connection.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})
    return {place: read() for place, read in followed.items() if read is not None}


def test_what_is_written_to_the_server_comes_out_in_both_logs(tmp_path: Path) -> None:
    word = secrets.token_hex(3500)  # with anything else in its way it runs on over the end of a page
    with postgres_database() as address:
        runtime = fresh(Options(folder=tmp_path, database=address), name="trails")
        try:
            contents = heard(runtime, word)
        finally:
            runtime.engine.dispose()
    if not contents:
        miss("postgres", "neither log can be read from here")
    for place, content in contents.items():
        assert word.encode() in content, place


def test_sqlite_has_no_such_logs(sqlite_runtime: Runtime) -> None:
    assert trails.follow(sqlite_runtime) == []


def page(address: int, content: bytes, *, flags: int = 0) -> bytes:
    header = LONG_HEADER if flags & LONG else SHORT_HEADER
    return (HEADER.pack(0xD110, flags, 1, address).ljust(header, b"\0") + content).ljust(PAGE, b"\0")


def test_pages_left_over_from_a_recycled_file_are_passed_over(tmp_path: Path) -> None:
    first = page(0, b"first", flags=LONG)
    (tmp_path / "000000010000000000000000").write_bytes(
        first + page(7 * PAGE, b"older") + page(2 * PAGE, b"x")
    )
    found = b"".join(trails._pages(tmp_path, 0, 3 * PAGE))
    assert b"first" in found
    assert b"x" in found
    assert b"older" not in found


def test_a_marker_is_found_as_it_is_and_as_hex() -> None:
    said = b"... " + searching.WORDS + b"badebadebadebadebade to me"
    for content in (said, said.hex().encode()):
        (following,) = searching._both(content, searching.WORDS)
        assert following.startswith(b"badebadebadebadebade")
