"""Printed cards: what stands on them leads to the survey, tells nothing, and reads as it was printed."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import segno

from survey.keys.codes import grouped, read_code
from survey.practice.model import Practice
from survey.practice.neutrality import telling
from survey.reports import poster
from survey.reports.card_sheets import Deck, _words, cards_pdf, qr_svg
from survey.reports.poster import Done, poster_pdf
from survey.responses import minting
from survey.runtime import Runtime
from tests import builders
from tests.reports.test_pdf import words_of
from tests.services import miss

DAY, UNTIL = date(2026, 3, 2), date(2026, 4, 16)
BASE = "https://survey.example.org"
DONE = (Done("The phone rings for ever.", "We return every call on the same day."),)
QR_AT_300 = 29 / 25.4 * 300


@pytest.fixture
def riverside(sqlite_runtime: Runtime) -> Practice:
    return builders.make_practice(sqlite_runtime)


def deck(runtime: Runtime, practice: Practice, language: str = "en") -> Deck:
    return Deck(practice, builders.load_instrument(runtime), BASE, language, UNTIL)


def drawn(svg: str) -> list[list[int]]:
    """The squares of a drawing that goes along its rows: 1 where it is dark."""
    size = int(re.search(r'width="(\d+)"', svg).group(1))  # type: ignore[union-attr]
    squares = [[0] * size for _ in range(size)]
    path = re.search(r'd="M([^"]+)"', svg)
    assert path is not None
    x, y = 0.0, 0.0
    for step, first, second in re.findall(r"([mMh]?)(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", "M" + path.group(1)):
        if step == "h":
            for place in range(int(x), int(x + float(first))):
                squares[int(y)][place] = 1
            x += float(first)
        elif step == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    return squares


def test_the_qr_code_says_the_link_with_the_code_behind_the_mark(
    sqlite_runtime: Runtime, riverside: Practice
) -> None:
    link = deck(sqlite_runtime, riverside).link("B7HP0N1EZG7B")
    assert link == f"{BASE}/s/riverside/after-visit-1/en#B7HP0N1EZG7B"
    wanted = [list(row) for row in segno.make(link, error="m", micro=False, boost_error=False).matrix]
    assert drawn(qr_svg(link)) == wanted
    assert drawn(qr_svg(link + "X")) != wanted


@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_sheets_hold_eight_cards_that_read_as_they_were_made(
    sqlite_runtime: Runtime, riverside: Practice, size: str, language: str, tmp_path: Path
) -> None:
    codes = minting.new_codes(20, today=DAY)
    body = cards_pdf(deck(sqlite_runtime, riverside, language), codes, size=size, day=DAY)
    assert b"pdfuaid" in body
    words = words_of(body, tmp_path)
    printed = re.findall(r"\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}\b", words)
    assert sorted(printed) == sorted(grouped(code) for code in codes)
    assert {read_code(each) for each in printed} == set(codes)
    assert words.count(f"survey.example.org/s/riverside/{language}") == 24
    assert words.count("April 16, 2026" if language == "en" else "16 de abril de 2026") == 24
    assert _pages(tmp_path / "report.pdf") == 3


def test_the_qr_code_on_paper_is_the_one_that_was_made(
    sqlite_runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    """Print a sheet, look at the first card, and read the squares back."""
    if shutil.which("pdftoppm") is None:
        miss("pdftoppm", "it is not installed")
    codes = minting.new_codes(8, today=DAY)
    (tmp_path / "cards.pdf").write_bytes(
        cards_pdf(deck(sqlite_runtime, riverside), codes, size="a4", day=DAY)
    )
    subprocess.run(
        ["pdftoppm", "-gray", "-r", "300", "-singlefile", "cards.pdf", "page"], cwd=tmp_path, check=True
    )
    link = deck(sqlite_runtime, riverside).link(codes[0])
    wanted = [list(row) for row in segno.make(link, error="m", micro=False, boost_error=False).matrix]
    assert _squares(tmp_path / "page.pgm", len(wanted)) == wanted


def test_nothing_on_card_or_poster_tells_what_kind_of_care_it_is(
    sqlite_runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    for language in ("en", "es"):
        assert telling(" ".join(_words(deck(sqlite_runtime, riverside, language)).values())) == ()
        body = poster_pdf(riverside, DONE, language=language, size="a4", day=DAY)
        assert telling(words_of(body, tmp_path)) == ()


def test_the_poster_leaves_out_lines_that_tell_or_do_not_fit() -> None:
    lines = (
        Done("My therapist was late.", "We start on time."),
        Done("Dr. Ortiz is hard to reach.", "There is a second line."),
        Done("x" * 121, "Too long."),
        *DONE,
    )
    assert poster.neutral(lines, people=["Ana Ortiz"]) == DONE
    assert len(poster.neutral(DONE * 5, people=[])) == 3


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", ["a4", "letter"])
def test_the_poster_is_one_page(
    sqlite_runtime: Runtime, riverside: Practice, language: str, size: str, tmp_path: Path
) -> None:
    longest = (Done("a long line " * 10, "a word and " * 10),) * 3
    (tmp_path / "poster.pdf").write_bytes(
        poster_pdf(riverside, longest, language=language, size=size, day=DAY)
    )
    assert _pages(tmp_path / "poster.pdf") == 1


@pytest.mark.parametrize("words", ["#panic() $x$ *bold* @ref <label>", "</svg><script>", "عيادة 診所 🙂"])
def test_no_words_can_break_the_poster(riverside: Practice, words: str) -> None:
    body = poster_pdf(riverside, (Done(words, words),), language="en", size="a4", day=DAY)
    assert body.startswith(b"%PDF-")


def _pages(path: Path) -> int:
    if shutil.which("pdfinfo") is None:
        miss("pdfinfo", "it is not installed")
    said = subprocess.run(["pdfinfo", path], capture_output=True, check=True).stdout
    return int(re.search(rb"Pages:\s+(\d+)", said).group(1))  # type: ignore[union-attr]


def _squares(picture: Path, size: int) -> list[list[int]]:
    """The squares of the QR code on the first card of a page drawn with 300 dots to the inch."""
    head, body = re.match(rb"P5\s(\d+) (\d+)\s255\s", content := picture.read_bytes()), b""
    assert head is not None
    width, body = int(head.group(1)), content[head.end() :]
    right = width // 2 - round(6 / 25.4 * 300)  # the card ends in the middle, its inset is 6 mm
    left, top = right - round(QR_AT_300), round((9 + 5) / 25.4 * 300)
    step = QR_AT_300 / size
    return [
        [
            int(body[round(top + (row + 0.5) * step) * width + round(left + (column + 0.5) * step)] < 128)
            for column in range(size)
        ]
        for row in range(size)
    ]
