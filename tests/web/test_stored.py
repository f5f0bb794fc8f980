"""Words beside the schema: a column without them, words without a column, a missing language are found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, inspect

from survey.instruments.faults import InstrumentFaults
from survey.migrations.tables import METADATA
from survey.runtime import Runtime
from survey.settings import shipped
from survey.web import stored
from survey.web.periods import PERIODS

WORDS = stored.load(shipped("templates") / stored.FILE)
FIGURES = {**PERIODS, "k": 5, "k_comments": 10, "texts": 3}


def copy_of_schema() -> MetaData:
    """The schema once more, to plant something in."""
    copy = MetaData()
    for table in METADATA.sorted_tables:
        table.to_metadata(copy)
    return copy


def test_every_table_and_column_has_words_in_both_languages_and_none_is_left_over() -> None:
    assert stored.gaps(WORDS, METADATA) == []


def test_a_new_column_without_words_is_found() -> None:
    planted = copy_of_schema()
    planted.tables["pool"].append_column(Column("browser", Integer))
    assert stored.gaps(WORDS, planted) == ["column pool.browser has no words"]


def test_a_new_table_without_words_is_found() -> None:
    planted = copy_of_schema()
    Table("visitor", planted, Column("practice_id", Integer), Column("ip", Integer))
    assert stored.gaps(WORDS, planted) == ["column visitor.ip has no words", "table visitor has no words"]


def test_words_for_a_column_or_a_table_that_is_gone_are_found() -> None:
    bare = MetaData()
    for table in METADATA.sorted_tables:
        if table.name == "spent":
            Table("spent", bare, Column("practice_id", Integer), Column("issue_week", Integer))
        elif table.name != "scratch":
            table.to_metadata(bare)
    assert stored.gaps(WORDS, bare) == [
        "words for a column spent.tag that does not exist",
        "words for a table scratch that does not exist",
    ]


@pytest.mark.parametrize("spanish", [None, "", "  "])
def test_a_missing_translation_is_found(spanish: str | None) -> None:
    text = {"en": "A mark."} if spanish is None else {"en": "A mark.", "es": spanish}
    spent = replace(WORDS.tables["spent"], columns={**WORDS.tables["spent"].columns, "tag": text})
    broken = replace(WORDS, tables={**WORDS.tables, "spent": spent})
    assert stored.gaps(broken, METADATA) == ["spent.tag says nothing in es"]


def test_a_missing_translation_of_how_long_is_found() -> None:
    spent = replace(WORDS.tables["spent"], kept={"en": "A while."})
    broken = replace(WORDS, tables={**WORDS.tables, "spent": spent})
    assert stored.gaps(broken, METADATA) == ["spent: kept says nothing in es"]


def test_the_database_holds_no_other_table_than_the_page_names(sqlite_runtime: Runtime) -> None:
    there = set(inspect(sqlite_runtime.engine).get_table_names())
    assert there - {table.name for table in METADATA.sorted_tables} == {"alembic_version"}


def test_every_period_is_a_figure_of_the_code_and_never_a_number_in_the_words() -> None:
    for place, text in WORDS.texts():
        for words in text.values():
            assert not any(mark.isdigit() for mark in words), f"{place}: {words}"
            assert "{" not in words.format_map(FIGURES)


def test_a_changed_period_reaches_the_words() -> None:
    longer = stored.cards(WORDS, METADATA, language="en", figures={**FIGURES, "visit_days": 401})
    (visit,) = [card for card in longer[stored.Group.BEFORE] if card.id == "visit"]
    assert visit.kept == "401 days after the visit."


def test_a_table_that_nobody_has_described_is_named_all_the_same() -> None:
    planted = copy_of_schema()
    Table("visitor", planted, Column("ip", Integer))
    shown = stored.cards(WORDS, planted, language="en", figures=FIGURES)[stored.Group.OWN][-1]
    assert (shown.id, shown.name, shown.columns) == ("visitor", "visitor", (stored.ColumnLine("ip", ""),))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tables:\n  pool:\n    group: nowhere\n", "group is missing or unknown"),
        ("tables:\n  pool:\n    group: own\n    name: Pool\n", "not a text in our languages"),
        ("tables:\n  pool:\n    group: own\n    extra: {en: a, es: b}\n", "not known here"),
        ("everywhere:\n  practice_id: {en: a, fr: b}\n", "not a text in our languages"),
        ("- a\n", "names and their texts"),
        ("tables: [", "not well-formed"),
    ],
)
def test_a_faulty_file_stops_the_start_and_is_explained(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "stored.yaml"
    file.write_text(text)
    with pytest.raises(InstrumentFaults, match=words):
        stored.load(file)
