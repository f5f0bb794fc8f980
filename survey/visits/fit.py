"""How well a match fits a file, and the match with the headings and letters the file really has. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Final

from survey.visits.kinds import Form, form_of, table_of
from survey.visits.match import DateOrder, FileKind, Join, Match
from survey.visits.part import Part
from survey.visits.presets import GENERIC, Preset
from survey.visits.source import PROTECTING
from survey.visits.table import Line, Table

LOOKED_AT: Final = 20_000  # lines that are searched for statuses and for days that prove their order
Headings = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Looked:
    """A file, how it is written, and its table."""

    part: Part
    form: Form
    table: Table = field(repr=False)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The first lines, read once."""
        return tuple(islice(self.table.lines(), LOOKED_AT))

    def cells(self, place: int) -> Iterator[str]:
        """The cells of one column in those lines."""
        return (line.cells[place] for line in self.lines if len(line.cells) > place)


def look(part: Part, time_zone: str, now: datetime | None, sheet: str = "") -> Looked:
    """A file as its bytes say it is written. Raises UnreadableFile."""
    form = replace(form_of(part, time_zone=time_zone), sheet=sheet)
    return Looked(part, form, table_of(part, form, now=now))


def needed(match: Match) -> tuple[str, ...]:
    """Meanings without which nothing can be read."""
    return ("start", "clinician", "address" if match.join is None else "name", "status")


def fit(
    match: Match, first: Looked, second: Looked | None, *, presets: Sequence[Preset], remembered: bool
) -> tuple[int, int, int]:
    """How well a match fits: used before and all there, all that is needed there, most of it found."""
    if not _same_kind(match.kind, first.form.kind):
        return (-1, 0, 0)
    columns = _headed(match.columns, _headings(match, presets), first.table.header)
    found = sum(meaning in columns or bool(match.fixed.get(meaning)) for meaning in needed(match))
    complete = found == len(needed(match))
    if remembered:
        whole = complete and columns.keys() == match.columns.keys()
        return (4, 0, 0) if whole else (-1, 0, 0)
    paired = 0 if second is None else 1 if match.join is not None else -1
    return (2 * complete + (paired > 0), found + paired, len(columns))


def _same_kind(one: FileKind, other: FileKind) -> bool:
    """CSV and Excel are two ways to write the same table."""
    return one is other or {one, other} == {FileKind.CSV, FileKind.XLSX}


def adapted(
    match: Match, first: Looked, second: Looked | None, *, presets: Sequence[Preset], remembered: bool
) -> Match:
    """The match with the headings, the letters and the delimiter of this file."""
    header, form = first.table.header, first.form
    headings = _headings(match, presets)
    columns = _headed(match.columns, headings, header)
    if not remembered and not set(needed(match)) <= set(columns) | set(match.fixed):
        # Nobody's file: what the preset would take its words and days for is not known.
        generic = next((p.words for p in presets if p.id == GENERIC), match.statuses)
        match = replace(match, preset="", statuses=generic, date_order=DateOrder.YMD)
    return replace(
        match,
        kind=form.kind,
        columns=_headed(PROTECTING, {}, header) | columns,
        encoding=form.encoding,
        delimiter=form.delimiter,
        sheet=getattr(first.table, "sheet", ""),
        time_zone=match.time_zone if remembered else form.time_zone,
        join=_joined(match, second, presets),
    )


def _joined(match: Match, second: Looked | None, presets: Sequence[Preset]) -> Join | None:
    if match.join is None or second is None:
        return match.join
    headings = next((p.join or {} for p in presets if p.id == match.preset), {})
    columns = _headed(match.join.columns, headings, second.table.header)
    return Join(columns, second.form.encoding, second.form.delimiter)


def _headings(match: Match, presets: Sequence[Preset]) -> Headings:
    """Other headings in use by meaning, where a preset knows them."""
    return next((preset.columns for preset in presets if preset.id == match.preset), {})


def _headed(columns: Mapping[str, str], headings: Headings, header: Sequence[str]) -> dict[str, str]:
    """Columns by meaning as this header spells them; the usual heading is tried first."""
    spelt = {name.lower(): name for name in reversed(header) if name}
    found = {}
    for meaning, usual in columns.items():
        there = [spelt[n.lower()] for n in (usual, *headings.get(meaning, ())) if n.lower() in spelt]
        if there:
            found[meaning] = there[0]
    return found
