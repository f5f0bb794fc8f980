"""What every table and column holds, in plain words: the schema joined with its file of words.

Pure but for reading that file once. The order and the names come from the schema, so that the page can never
show less than there is; a column without words is named all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sqlalchemy import MetaData, Table

from survey.instruments.document import Data, Document, parse
from survey.instruments.faults import Finding, InstrumentFaults
from survey.instruments.faults import Path as Place
from survey.instruments.loading import read_bytes
from survey.instruments.model import Text, wording

FILE = "patient/stored.yaml"
LANGUAGES = ("en", "es")
PARTS = ("group", "name", "why", "kept", "columns")
BOTH_NEEDED = 'Write {en: "…", es: "…"}.'


class Group(StrEnum):
    """Where a table stands on the way of an answer, in the order of the page."""

    BEFORE = "before"
    ANSWER = "answer"
    SEEN = "seen"
    OWN = "own"


@dataclass(frozen=True)
class TableWords:
    """What a table is, why it is there, how long its rows are kept, and what each column says."""

    group: Group
    name: Text
    why: Text
    kept: Text
    columns: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Words:
    """The whole file; ``everywhere`` has the columns that mean the same in all tables."""

    everywhere: Mapping[str, Text]
    tables: Mapping[str, TableWords]

    def column(self, table: str, column: str) -> Text | None:
        """What a column holds, or None where nobody has said so yet."""
        own = self.tables[table].columns if table in self.tables else {}
        return own.get(column) or self.everywhere.get(column)

    def texts(self) -> Iterator[tuple[str, Text]]:
        """Every text with its place."""
        for name, text in self.everywhere.items():
            yield f"everywhere.{name}", text
        for name, table in self.tables.items():
            yield from ((f"{name}: {part}", getattr(table, part)) for part in ("name", "why", "kept"))
            yield from ((f"{name}.{column}", text) for column, text in table.columns.items())


@dataclass(frozen=True)
class ColumnLine:
    """One column as the page shows it."""

    name: str
    words: str


@dataclass(frozen=True)
class TableCard:
    """One table as the page shows it, in one language, all places filled."""

    id: str
    name: str
    why: str
    kept: str
    columns: tuple[ColumnLine, ...]


def load(path: Path) -> Words:
    """The words of the file. Raises InstrumentFaults naming line and remedy."""
    document = parse(read_bytes(path), str(path))
    findings: list[Finding] = []
    whole = _part(document.data, (), findings)
    everywhere = _texts(whole.get("everywhere", {}), ("everywhere",), findings)
    tables = {}
    for name, entry in _part(whole.get("tables"), ("tables",), findings).items():
        table = _table(entry, ("tables", name), findings)
        if table is not None:
            tables[name] = table
    _refuse(document, findings)
    return Words(everywhere=everywhere, tables=tables)


def gaps(words: Words, metadata: MetaData) -> list[str]:
    """Where words and schema do not meet: one sentence for each."""
    found: list[str] = []
    schema = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    for name, columns in schema.items():
        if name not in words.tables:
            found.append(f"table {name} has no words")
        found += [f"column {name}.{each} has no words" for each in columns if not words.column(name, each)]
    for name, table in words.tables.items():
        there = schema.get(name)
        if there is None:
            found.append(f"words for a table {name} that does not exist")
        found += [
            f"words for a column {name}.{each} that does not exist"
            for each in table.columns
            if there is not None and each not in there
        ]
    used = set().union(*schema.values()) if schema else set()
    found += [f"words for a column {each} that no table has" for each in words.everywhere if each not in used]
    found += [
        f"{place} says nothing in {language}"
        for place, text in words.texts()
        for language in LANGUAGES
        if not text.get(language, "").strip()
    ]
    return sorted(found)


def cards(
    words: Words, metadata: MetaData, *, language: str, figures: Mapping[str, int]
) -> dict[Group, list[TableCard]]:
    """Every table of the schema by group, in the order of the file; unknown ones last, under their names."""
    order = {name: place for place, name in enumerate(words.tables)}
    tables = sorted(
        metadata.tables.values(), key=lambda table: (order.get(table.name, len(order)), table.name)
    )
    sorted_out: dict[Group, list[TableCard]] = {group: [] for group in Group}
    for table in tables:
        known = words.tables.get(table.name)
        card = _card(table, words, language=language, figures=figures)
        sorted_out[Group.OWN if known is None else known.group].append(card)
    return sorted_out


def _card(table: Table, words: Words, *, language: str, figures: Mapping[str, int]) -> TableCard:
    def say(text: Text | None) -> str:
        return wording(text, language).format_map(figures) if text else ""

    known = words.tables.get(table.name)
    lines = (ColumnLine(each.name, say(words.column(table.name, each.name))) for each in table.columns)
    return TableCard(
        id=table.name,
        name=say(known.name) if known else table.name,
        why=say(known.why) if known else "",
        kept=say(known.kept) if known else "",
        columns=tuple(lines),
    )


def _table(entry: Data | None, place: Place, findings: list[Finding]) -> TableWords | None:
    parts = _part(entry, place, findings)
    for unknown in [part for part in parts if part not in PARTS]:
        findings.append(Finding((*place, unknown), "this is not known here", f"Use {', '.join(PARTS)}."))
    group = parts.get("group")
    if group not in list(Group):
        findings.append(Finding(place, "the group is missing or unknown", f"Use {', '.join(Group)}."))
        return None
    name, why, kept = (_text(parts.get(part), (*place, part), findings) for part in ("name", "why", "kept"))
    columns = _texts(parts.get("columns", {}), (*place, "columns"), findings)
    return TableWords(group=Group(str(group)), name=name, why=why, kept=kept, columns=columns)


def _texts(data: Data | None, place: Place, findings: list[Finding]) -> dict[str, Text]:
    parts = _part(data, place, findings)
    return {name: _text(text, (*place, name), findings) for name, text in parts.items()}


def _text(data: Data | None, place: Place, findings: list[Finding]) -> Text:
    texts = data if isinstance(data, dict) else {}
    words = {language: text for language, text in texts.items() if isinstance(text, str)}
    if not texts or len(words) != len(texts) or set(words) - set(LANGUAGES):
        findings.append(Finding(place, "this is not a text in our languages", BOTH_NEEDED))
    return words


def _part(data: Data | None, place: Place, findings: list[Finding]) -> dict[str, Data]:
    if isinstance(data, dict):
        return data
    if data is not None or place:
        findings.append(
            Finding(place, "names and their texts belong here", "Compare it with the other tables.")
        )
    return {}


def _refuse(document: Document, findings: list[Finding]) -> None:
    faults = document.faults(findings)
    if faults or document.data is None:
        raise InstrumentFaults(faults)
