"""Two files that belong together: which is which, and the list of clients out of the second. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from survey.visits import cells
from survey.visits.client_list import Client, Clients
from survey.visits.faults import FaultyCell, UnreadableFile, _
from survey.visits.kinds import Form, form_of, table_of
from survey.visits.match import FileKind, Join, Match
from survey.visits.part import Part, kind_of
from survey.visits.table import Line, Table

MOST_CLIENTS: Final = 200_000
READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "address": cells.address,
    "language": cells.language,
    "do_not_survey": cells.flag,
    "minor": cells.minor,
    "guardian": cells.address,
}


def in_order(parts: Sequence[Part], match: Match) -> tuple[Part, Part | None]:
    """The visits file, and the list of clients where the match needs one. Raises UnreadableFile."""
    if not parts or not parts[0].size:
        raise UnreadableFile(_("The file is empty."))
    if match.join is None:
        if len(parts) > 1:
            raise UnreadableFile(_("Choose one file. A second one is needed only for a list of clients."))
        return parts[0], None
    if len(parts) != 2:
        raise UnreadableFile(_("Choose two files: the visits, and the list of clients with their addresses."))
    first, second = parts
    swapped = not _has(first, match, match.columns) and _has(second, match, match.columns)
    return (second, first) if swapped else (first, second)


def _has(part: Part, match: Match, columns: Mapping[str, str]) -> bool:
    try:
        header = table_of(part, form_of(part, time_zone=match.time_zone), now=None).header
        return set(columns) == set(cells.positions(header, columns))
    except UnreadableFile:
        return False


def client_list(part: Part, join: Join) -> Clients:
    """The clients of a file by name. Raises UnreadableFile where name or address have no column."""
    form = Form(kind_of(part), join.encoding, join.delimiter)
    if form.kind not in {FileKind.CSV, FileKind.XLSX}:
        raise UnreadableFile(_("The list of clients must be CSV or Excel."))
    table = table_of(part, form, now=None)
    places = cells.positions(table.header, join.columns)
    missing = [join.columns.get(m, m) for m in ("name", "address") if m not in places]
    if missing:
        raise UnreadableFile(_("The list of clients lacks the column {missing}."), missing=", ".join(missing))
    return Clients(_clients(table, places), join.choices)


def _clients(table: Table, places: Mapping[str, int]) -> Iterator[Client]:
    for count, line in enumerate(table.lines()):
        if count >= MOST_CLIENTS:
            raise UnreadableFile(_("The list of clients is longer than 200,000 lines."))
        if len(line.cells) != len(table.header):
            raise UnreadableFile(
                _("In the list of clients, line {line} has more or fewer cells than the first line."),
                line=str(line.number),
            )
        yield _client(line, places)


def _client(line: Line, places: Mapping[str, int]) -> Client:
    values, wrong = {}, None
    name, clinician = line.cells[places["name"]].strip(), ""
    if "clinician" in places:
        clinician = line.cells[places["clinician"]].strip()
    for meaning, read in READERS.items():
        if meaning in places:
            try:
                values[meaning] = read(line.cells[places[meaning]])
            except FaultyCell as fault:
                wrong = fault
    return Client(line.number, name, clinician, values, wrong)
