"""Every text that a person can see goes through the catalogue, is there in Spanish, and is compiled.

To renew the catalogue, see "Translations" in CONTRIBUTING.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from survey.db import reading, transaction
from survey.practice.model import Clinician, Practice
from survey.reports import pdf, tables
from survey.reports.dashboard import clinician_dashboard, owner_overview
from survey.reports.quarterly import quarterly_report
from survey.runtime import Runtime
from tests.actions.register import open_repair
from tests.reports.building import TOUCHPOINTS, three_clinicians

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "survey" / "translations" / "es" / "LC_MESSAGES"
TEMPLATES = ROOT / "templates"
#: Blanks of the pages and of the reports; a form for one may leave out the number.
BLANK = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
TAG = re.compile(r"<!doctype html>|<[^>]*>|&\w+;", re.IGNORECASE)
SPOKEN = re.compile(r"""\b(?:aria-label|alt|title|placeholder)="([^"]*[A-Za-z][^"]*)\"""")
CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
#: The product's name is the same in every language.
NAMES = {"Afterword"}
TODAY = date(2026, 6, 20)
Id = str | tuple[str, ...]


def marked(root: Path = ROOT) -> set[Id]:
    """Every marked text of programs and templates, found as ``babel.cfg`` says."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "translate": None}
    found: set[Id] = set()
    for folder in ("survey", "templates"):
        for _, _, message, _, _ in extract_from_dir(
            str(root / folder),
            [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods],
            {pattern.removeprefix(f"{folder}/"): chosen for pattern, chosen in options.items()},
            keywords=keywords,
        ):
            found.add(message if isinstance(message, str) else tuple(message))
    return found


def words(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def blanks(text: str) -> set[str]:
    return {one or other for one, other in BLANK.findall(text)}


def fits(source: tuple[str, ...], target: tuple[str, ...]) -> bool:
    """Whether all forms have the same blanks to fill."""
    wanted = blanks(source[0]) | blanks(source[-1])
    return all(blanks(text) - {"num"} == wanted - {"num"} for text in target)


def unmarked(template: str) -> list[str]:
    """Words of a template that no catalogue can reach."""
    bare = JINJA.sub(" ", template)
    spoken = " ".join(SPOKEN.findall(bare))
    shown = TAG.sub(" ", CODE.sub(" ", bare)) + " " + spoken
    return [word for word in WORD.findall(shown) if word not in NAMES]


@pytest.fixture(scope="module")
def written() -> Catalog:
    with (CATALOGUE / "messages.po").open("rb") as file:
        return read_po(file, "es")


def entries(catalogue: Catalog) -> Iterator[Message]:
    yield from (entry for entry in catalogue if entry.id)


def test_every_text_is_translated_and_none_is_left_over(written: Catalog) -> None:
    found = marked()
    assert len(found) > 350
    known = {entry.id if isinstance(entry.id, str) else tuple(entry.id) for entry in entries(written)}
    assert found - known == set(), "not in the catalogue"
    assert known - found == set(), "nowhere in the program any more"
    assert [entry.id for entry in entries(written) if entry.fuzzy or not all(words(entry.string))] == []


def test_a_text_without_translation_would_be_noticed(tmp_path: Path, written: Catalog) -> None:
    (tmp_path / "survey").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "survey" / "new.py").write_text(
        'voice.translate(\n    "A new text "\n    "in two parts"\n)\n'
    )
    (tmp_path / "templates" / "new.html").write_text("<p>{{ _('A new page') }}</p>")
    assert marked(tmp_path) == {"A new text in two parts", "A new page"}
    assert all(written.get(text) is None for text in ("A new text in two parts", "A new page"))


def test_blanks_are_the_same_in_both_languages(written: Catalog) -> None:
    assert [entry.id for entry in entries(written) if not fits(words(entry.id), words(entry.string))] == []


@pytest.mark.parametrize(
    ("source", "target"),
    [("{share} said {answer}", "{share} dijo"), ("%(k)s people", "%(n)s personas"), ("50%", "{k}%")],
)
def test_a_changed_blank_would_be_noticed(source: str, target: str) -> None:
    assert not fits((source,), (target,))


def test_what_is_compiled_is_what_is_written(written: Catalog) -> None:
    with (CATALOGUE / "messages.mo").open("rb") as file:
        compiled = {words(each.id): words(each.string) for each in entries(read_mo(file))}
    assert compiled == {words(each.id): words(each.string) for each in entries(written)}


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(TEMPLATES.rglob("*.html")) if "email" not in path.parts],
    ids=lambda path: path.relative_to(TEMPLATES).as_posix(),
)
def test_a_page_holds_no_text_of_its_own(path: Path) -> None:
    assert unmarked(path.read_text("utf-8")) == []


def test_text_outside_the_catalogue_would_be_noticed() -> None:
    assert unmarked("<p>Good {% if x %}morning{% endif %} {{ name }}</p>") == ["Good", "morning"]
    assert unmarked('<nav aria-label="Pages"></nav><code>status</code> Afterword') == ["Pages"]


def test_everything_that_dashboards_and_reports_say_is_in_the_catalogue(
    runtime: Runtime, practice: Practice, written: Catalog
) -> None:
    """Also what reaches ``translate`` by way of a variable, where no extraction would see it."""
    people = three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        open_repair(db, practice, TODAY, heard="Calls wait")
    said = spoken_about(runtime, practice, people)
    assert len(said) > 60
    assert {text for text in said if written.get(text) is None} == set()


def spoken_about(runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]) -> set[str]:
    said: set[str] = set()

    def listening(text: str) -> str:
        said.add(text)
        return text

    with reading(runtime.engine, practice.id) as db:
        for one in people:
            clinician_dashboard(
                db, practice, one.id, today=TODAY, touchpoints=TOUCHPOINTS, translate=listening
            )
        owner_overview(db, practice, today=TODAY, touchpoints=TOUCHPOINTS, translate=listening)
        for quarter in ("2026-Q1", "2026-Q2"):
            report = quarterly_report(
                db, practice, quarter, today=TODAY, touchpoints=TOUCHPOINTS, translate=listening
            )
            tables.csv_bytes(report, translate=listening)
    pdf.labels(listening)
    return said
