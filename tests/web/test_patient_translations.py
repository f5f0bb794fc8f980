"""Every text that a patient can see is there in Spanish, with the same blanks to fill, and compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "survey" / "translations" / "es" / "LC_MESSAGES"
SOURCES = [
    *sorted((ROOT / "templates" / "patient").glob("*.html")),
    *sorted((ROOT / "templates" / "errors").glob("*.html")),
    *(ROOT / "survey" / "web" / name for name in ("answer_form.py", "errors.py", "patient.py")),
]
BLANK = re.compile(r"%\((\w+)\)s")


def texts() -> Iterator[str]:
    """First form of every marked text."""
    for path in SOURCES:
        method, options = ("python", {}) if path.suffix == ".py" else ("jinja2", {"trim_blocks": "true"})
        for _, message, _, _ in extract_from_file(method, path, options=options):
            yield message if isinstance(message, str) else message[0]


def words(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


@pytest.fixture(scope="module")
def written() -> Catalog:
    with (FOLDER / "messages.po").open("rb") as file:
        return read_po(file, "es")


def test_every_text_is_translated(written: Catalog) -> None:
    found = set(texts())
    assert len(found) > 80
    assert [text for text in found if not (entry := written.get(text)) or not all(words(entry.string))] == []


def test_a_text_without_translation_would_be_noticed(written: Catalog) -> None:
    assert written.get("A text that nobody has translated") is None


def test_blanks_are_the_same_in_both_languages(written: Catalog) -> None:
    for entry in written:
        if entry.id:
            blanks = [set(BLANK.findall(text)) for text in (*words(entry.id), *words(entry.string))]
            # A form for one may leave out the number; everything else must be everywhere.
            assert all(each - {"num"} == blanks[0] - {"num"} for each in blanks), entry.id


def test_what_is_compiled_is_what_is_written(written: Catalog) -> None:
    with (FOLDER / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    expected = {tuple(words(each.id)): words(each.string) for each in written if each.id}
    assert {tuple(words(each.id)): words(each.string) for each in compiled if each.id} == expected
