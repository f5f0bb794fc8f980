"""The list of tests that run on both databases names real files."""

from __future__ import annotations

from pathlib import Path

from tests.web.conftest import ON_BOTH


def test_every_file_that_is_named_exists() -> None:
    assert {name for name in ON_BOTH if not (Path(__file__).parent / name).exists()} == set()
