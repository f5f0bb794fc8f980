"""The public pages on what is kept: made from schema, constants and packer, the same for everyone."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.db import transaction
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS
from survey.migrations.tables import METADATA
from survey.practice.model import Practice
from survey.releases import ticks
from survey.responses import answers
from survey.responses.model import Kind
from survey.runtime import Runtime
from survey.settings import shipped
from survey.web import disclosing, stored
from survey.web.example_record import FORTNIGHT, example
from survey.web.periods import PERIODS
from tests import builders
from tests.web.patients import NOTHING, PAGE, cookie_faults, kept

pytestmark = pytest.mark.usefixtures("practice")


@pytest.fixture
def runtime(sqlite_runtime: Runtime) -> Runtime:
    """On SQLite only: what these pages show does not depend on the database."""
    return sqlite_runtime


PAGES = [f"/s/riverside/{name}/{language}" for name in ("kept", "stored") for language in ("en", "es")]


def literal(page: str, name: str) -> str:
    """The text of one example on the page, as a person would copy it."""
    return unescape(page.split(f'id="example-{name}"')[1].split(">", 1)[1].split("</pre>", maxsplit=1)[0])


def text_of(page: str) -> str:
    return unescape(page)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_table_and_column_is_on_the_page_with_its_words(client: FlaskClient, language: str) -> None:
    page = text_of(client.get(f"/s/riverside/stored/{language}").text)
    words = stored.load(shipped("templates") / stored.FILE)
    for table in METADATA.sorted_tables:
        article = page.split(f'id="table-{table.name}"')[1].split("</article>")[0]
        for column in table.columns:
            said = words.column(table.name, column.name)
            assert said is not None
            first = said[language].split("{")[0]
            assert f"<dt><code>{column.name}</code></dt>\n<dd>{first}" in article
    assert page.count("<article") == len(METADATA.tables)
    assert str(sum(len(table.columns) for table in METADATA.tables.values())) in page


def test_the_periods_on_the_pages_are_those_of_the_code(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"choices after {ticks.HOLD[Kind.RATINGS].days} days" in client.get("/s/riverside/kept/en").text
    assert "destroyed within 23 days" in client.get("/s/riverside/kept/en").text
    monkeypatch.setattr(disclosing, "PERIODS", {**PERIODS, "ratings_days": 71, "gone_days": 24})
    assert "choices after 71 days" in client.get("/s/riverside/kept/en").text
    assert "24 days after the Monday" in client.get("/s/riverside/stored/en").text


def test_a_raised_group_size_reaches_the_page(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).k_ratings = 11
    assert "A group holds at least 11 people" in client.get("/s/riverside/stored/en").text


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_example_is_what_the_packer_makes(client: FlaskClient, runtime: Runtime, language: str) -> None:
    instrument = builders.load_instrument(runtime)
    page = client.get(f"/s/riverside/kept/{language}").text
    shown = literal(page, "ratings").encode()
    read = answers.unpack_ratings(shown, {instrument.label: instrument})
    assert answers.pack_ratings(instrument, read) == shown
    assert (read.label, read.fortnight) == (instrument.label, FORTNIGHT)
    words = answers.unpack_comments(literal(page, "comments").encode())
    assert answers.pack_comments(words) == literal(page, "comments").encode()
    assert any(words.texts)
    assert str(PLAIN_RATINGS) in page
    assert str(PLAIN_COMMENTS) in page


def test_one_field_more_in_the_packer_would_show_on_the_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = answers._compact
    monkeypatch.setattr(answers, "_compact", lambda content: real([*content, "2026-03-02T15:00"]))
    page = client.get("/s/riverside/kept/en").text
    assert json.loads(literal(page, "ratings"))[-1] == "2026-03-02T15:00"
    assert json.loads(literal(page, "comments"))[-1] == "2026-03-02T15:00"


def test_each_number_of_the_example_is_explained_by_its_question_and_answer(runtime: Runtime) -> None:
    instrument = builders.load_instrument(runtime)
    made = example(instrument, language="es", written="Todo bien.")
    assert [each.number for each in made.chosen] == json.loads(made.ratings)[2]
    for each, item in zip(made.chosen, instrument.items, strict=True):
        assert each.question == item.text["es"]
        wanted = item.scale.options[each.number].text["es"] if each.number >= 0 else ""
        assert each.answer == wanted
    assert made.chosen[-1].number == -1


def test_a_survey_of_one_question_has_an_example_too(runtime: Runtime) -> None:
    made = example(builders.load_instrument(runtime, "fft"), language="en", written="Fine.")
    assert made.chosen[0].number == 0


def test_before_a_survey_is_published_there_is_no_example(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disclosing, "_in_use", lambda practice: None)
    page = app.test_client().get("/s/riverside/kept/en")
    assert page.status_code == 200
    assert "example-ratings" not in page.text


@pytest.mark.parametrize("address", PAGES)
def test_bytes_are_the_same_for_everyone_may_be_kept_and_nothing_is_written(
    app: Flask, runtime: Runtime, practice: Practice, address: str
) -> None:
    first = app.test_client().get(address, headers={"User-Agent": "a", "Cookie": "session=x"})
    second = app.test_client().get(address, headers={"X-Forwarded-For": "10.0.0.1", "Accept-Language": "es"})
    assert first.data == second.data
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert cookie_faults(first) == set()
    again = app.test_client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert kept(runtime, practice) == NOTHING


def test_the_way_leads_from_the_survey_to_every_column_and_back(client: FlaskClient) -> None:
    assert 'href="/s/riverside/kept/en"' in client.get(PAGE).text
    assert 'href="/s/riverside/stored/en"' in client.get("/s/riverside/kept/en").text
    assert 'href="/s/riverside/kept/en#limits"' in client.get("/s/riverside/stored/en").text
    assert 'href="/s/riverside/stored/es"' in client.get("/s/riverside/stored/en").text


@pytest.mark.parametrize(
    "address", ["/s/riverside/stored/french", "/s/nowhere/stored/en", "/s/RIVERSIDE/stored/en"]
)
def test_an_unknown_address_gets_a_kind_page(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_limits_are_printed_in_the_product(client: FlaskClient) -> None:
    limits = client.get("/s/riverside/kept/en").text.split('id="limits"')[1]
    for words in (
        "secretly changed the running system",
        "invents patients",
        "Your own words",
        "watches your",
    ):
        assert words in limits
    assert "invente pacientes" in client.get("/s/riverside/kept/es").text


def test_no_word_of_the_spanish_page_was_left_in_english(client: FlaskClient) -> None:
    page = client.get("/s/riverside/stored/es").text
    for english in ("As long as", "Which", "The group", "Kept:", "columns"):
        assert english not in page


def test_a_file_of_words_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"stored\.yaml"):
        stored.load(tmp_path / "stored.yaml")
