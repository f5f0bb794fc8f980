"""What a screen reader finds in the printed report: language, title, tags, order, words for every picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from survey.db import reading, transaction
from survey.practice.model import Practice
from survey.reports.pdf import pdf_bytes
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.reports.tongues import translator
from survey.runtime import Runtime
from tests.actions.register import open_repair
from tests.builders import make_atom, make_clinician
from tests.reports.building import TOUCHPOINTS, three_clinicians

KINDS = [("en", "US"), ("es", "US"), ("en", "ES"), ("es", "ES")]


def report_of(
    runtime: Runtime, practice: Practice, language: str = "en", quarter: str = "2026-Q2"
) -> QuarterlyReport:
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(
            db,
            practice,
            quarter,
            today=date(2026, 7, 20),
            touchpoints=TOUCHPOINTS,
            language=language,
            translate=translator(language),
        )


def full(runtime: Runtime, practice: Practice) -> None:
    """All parts of a report: a funnel, a repair, printed cards."""
    three_clinicians(runtime, practice)
    people = [make_clinician(runtime, practice, f"Clinician {letter}") for letter in "VWXYZ"]
    with transaction(runtime.engine, practice.id) as db:
        for person in people:
            counts = {"overall.1": {"very_good": 40, "good": 10}}
            make_atom(db, practice, clinician=person, month="2026-05", counts=counts)
        open_repair(db, practice, date(2026, 5, 1), heard="x")


def opened(body: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(body))


def elements(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every element of the structure tree, in reading order."""
    yield from _below(reader.trailer["/Root"]["/StructTreeRoot"].get("/K"))


def _below(kids: Any) -> Iterator[DictionaryObject]:
    found = None if kids is None else kids.get_object()
    if isinstance(found, ArrayObject):
        for each in found:
            yield from _below(each)
    elif isinstance(found, DictionaryObject) and "/S" in found:
        yield found
        yield from _below(found.get("/K"))


def roles(reader: PdfReader) -> list[str]:
    return [str(element["/S"])[1:] for element in elements(reader)]


def without_words(reader: PdfReader) -> int:
    """Figures that say nothing to those who cannot see them."""
    return sum(
        str(element["/S"]) == "/Figure" and not str(element.get("/Alt", "")).strip()
        for element in elements(reader)
    )


@pytest.mark.parametrize(("language", "country"), KINDS)
def test_language_title_and_tags_are_there(
    runtime: Runtime, practice: Practice, language: str, country: str
) -> None:
    full(runtime, practice)
    practice.country = country
    report = report_of(runtime, practice, language)
    reader = opened(pdf_bytes(report, translate=translator(language)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert report.practice_name in str(reader.metadata.title)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    width = round(float(reader.pages[0].mediabox.width))
    assert width == (612 if country == "US" else 595)
    assert all("/StructParents" in page for page in reader.pages)


def test_every_picture_says_what_it_shows(runtime: Runtime, practice: Practice) -> None:
    full(runtime, practice)
    reader = opened(pdf_bytes(report_of(runtime, practice)))
    told = [str(each["/Alt"]) for each in elements(reader) if str(each["/S"]) == "/Figure"]
    assert without_words(reader) == 0
    assert len(told) > 20
    assert any(text.startswith("Clinicians against what chance alone does") for text in told)
    assert any("by quarter" in text and "Q1 2026: " in text for text in told)


def test_a_picture_without_words_would_be_noticed(runtime: Runtime, practice: Practice) -> None:
    """A deliberately broken variant."""
    full(runtime, practice)
    report = report_of(runtime, practice)
    trend = replace(report.trend, name="", sentence="")
    broken = opened(pdf_bytes(replace(report, trend=trend)))
    told = [str(each.get("/Alt", "")) for each in elements(broken) if str(each["/S"]) == "/Figure"]
    assert any(text.strip(" .") == "" for text in told)


def test_headings_come_in_order_and_skip_no_level(runtime: Runtime, practice: Practice) -> None:
    full(runtime, practice)
    found = roles(opened(pdf_bytes(report_of(runtime, practice))))
    levels = [int(role[1]) for role in found if role in {"H1", "H2", "H3"}]
    assert found.count("H1") == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_heads(runtime: Runtime, practice: Practice) -> None:
    full(runtime, practice)
    found = roles(opened(pdf_bytes(report_of(runtime, practice))))
    assert found.count("Table") >= 2
    assert found.count("TH") >= 4 * found.count("Table") - 2  # themes have two columns, the others four
    assert found.count("TR") > 8


def test_words_are_read_in_the_order_of_the_page(runtime: Runtime, practice: Practice) -> None:
    full(runtime, practice)
    reader = opened(pdf_bytes(report_of(runtime, practice)))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    order = [
        "What patients say",
        "At a glance",
        "Overall: share of",
        "Touchpoints",
        "Needs attention",
        "In the order of names",
        "Who answered",
        "Against earlier quarters",
        "Repairs",
        "How to read these figures",
    ]
    places = [
        words.find(text, words.find("At a glance") if text == "Needs attention" else 0) for text in order
    ]
    assert -1 not in places
    assert [places[0], places[1], *places[3:4], *places[5:]] == sorted(
        [places[0], places[1], *places[3:4], *places[5:]]
    )


def test_every_font_is_ours_and_within(runtime: Runtime, practice: Practice) -> None:
    full(runtime, practice)
    fonts = dict[str, bool]()
    for page in opened(pdf_bytes(report_of(runtime, practice))).pages:
        for font in page["/Resources"]["/Font"].values():
            below = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            fonts[str(below["/FontName"])] = any(name in below for name in ("/FontFile2", "/FontFile3"))
    assert fonts
    assert all(fonts.values())
    assert all("SourceSans3" in name for name in fonts)


BAD_WORDS = {
    "300 characters": "Consultorio " + "x" * 288,
    "right to left": "عيادة الشفاء للطب العام",
    "emoji": "Clinic 🙂🧑‍⚕️",
    "control": "a\x07b\u202ec\u200fd",
    "1,000 characters": "Nobody answered. " * 59,
}


@pytest.mark.parametrize("words", BAD_WORDS.values(), ids=BAD_WORDS)
def test_words_of_any_kind_give_a_tagged_page(runtime: Runtime, practice: Practice, words: str) -> None:
    full(runtime, practice)
    report = report_of(runtime, practice)
    line = replace(report.open_repairs[0], heard=words, promise=words, owner=words)
    clinicians = tuple(replace(each, name=words) for each in report.clinicians)
    made = replace(report, open_repairs=(line,) * 8, clinicians=clinicians, practice_name=words)
    reader = opened(pdf_bytes(made))
    assert without_words(reader) == 0
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert len(reader.pages) < 40


def test_one_clinician_alone_is_a_readable_report(runtime: Runtime, practice: Practice) -> None:
    ana = make_clinician(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, clinician=ana, month="2026-05", counts={"overall.1": {"very_good": 6}})
    report = report_of(runtime, practice)
    words = " ".join(page.extract_text() for page in opened(pdf_bytes(report)).pages)
    assert "Clinicians are set against each other only where at least 5" in " ".join(words.split())
    assert report.tiles[0].value == "80–100%"


def test_a_break_in_wording_inside_the_quarter_is_told(runtime: Runtime, practice: Practice) -> None:
    """The old words were answered until May, the new ones from June on: the old are not added to the new."""
    with transaction(runtime.engine, practice.id) as db:
        for month in ("2026-02", "2026-04", "2026-05"):
            make_atom(db, practice, month=month, counts={"phone.0": {"definitely": 40}})
        make_atom(db, practice, month="2026-06", counts={"phone.1": {"definitely": 10, "no": 30}})
    report = report_of(runtime, practice)
    phone = next(line for line in report.items if line.item == "phone.1")
    course = next(line for line in report.courses if line.item == "phone.1")
    assert (phone.share_text, phone.before_text) == ("25%", "withheld")
    assert course.reworded == (
        "From Jun 2026 on the question stood in new words; answers to the old ones are not drawn.",
    )
    words = " ".join(page.extract_text() for page in opened(pdf_bytes(report)).pages)
    assert "From Jun 2026 on the question stood in new words" in " ".join(words.split())


def test_a_quarter_without_results_is_one_clear_page(runtime: Runtime, practice: Practice) -> None:
    reader = opened(pdf_bytes(report_of(runtime, practice, quarter="2025-Q1")))
    assert len(reader.pages) <= 2
    assert "No results were released in this quarter" in " ".join(reader.pages[0].extract_text().split())
