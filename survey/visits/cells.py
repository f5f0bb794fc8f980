"""One line of a visits file, checked cell by cell.

Pure. Never changes a value beyond outer blanks and Unicode composition, never guesses, and never repeats an
address in a fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError

from survey.visits.addresses import is_address
from survey.visits.client_list import Clients
from survey.visits.faults import FaultyCell, RowError, UnreadableFile, _
from survey.visits.heading import says_who
from survey.visits.match import Match
from survey.visits.model import VisitStatus
from survey.visits.moments import Moment, moment, zone_of
from survey.visits.table import Line
from survey.visits.visit_row import VisitRow

LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,4}")
LONGEST: Final = {
    "reference": 80,
    "clinician": 120,
    "location": 120,
    "visit_type": 40,
    "client": 80,
    "name": 120,
}
YES_WORDS: Final = frozenset({"yes", "y", "true", "1", "x"})
NO_WORDS: Final = frozenset({"", "no", "n", "false", "0"})
MINOR_WORDS: Final = YES_WORDS | {"minor", "child"}
ADULT_WORDS: Final = NO_WORDS | {"adult", "couple"}
#: Few different cells in many lines: read once, then remembered. A year has some 10,000 moments to begin at.
REPEATED: Final = frozenset(
    {"start", "clinician", "location", "status", "language", "number", "do_not_survey", "minor"}
)
REMEMBERED: Final = 1 << 14
INVISIBLE: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
Reader = Callable[[str], Any]


class RowReader:
    """Turns lines into visits. ``columns`` are positions by meaning, for the columns a file has.

    Raises UnreadableFile where ``match.fixed`` or ``match.time_zone`` cannot be taken.
    """

    def __init__(self, columns: Mapping[str, int], match: Match, clients: Clients | None = None) -> None:
        self._match, self._clients = match, clients
        self._day, self._hour = columns.get("start", 0), columns.get("time")
        readers = _readers(match)
        self._columns = [
            (meaning, columns[meaning], lru_cache(REMEMBERED)(read) if meaning in REPEATED else read)
            for meaning, read in readers.items()
            if meaning in columns
        ]
        self._rest = {m: _fixed(m, read, match) for m, read in readers.items() if m not in columns}

    def read(self, line: Line) -> VisitRow | list[RowError]:
        """A visit, or every fault of the line."""
        cells = line.cells
        if self._hour is not None:
            cells = list(cells)
            cells[self._day] = f"{cells[self._day]} {cells[self._hour]}"
        if not line.faults or not any(place in line.faults for _meaning, place, _read in self._columns):
            try:
                values = {meaning: read(cells[place]) for meaning, place, read in self._columns}
            except FaultyCell:
                pass  # the way of nearly all lines ends here; the faults of the others are gathered below
            else:
                return self._visit(line, self._rest | values)
        return list(self._faults(line, cells))

    def _faults(self, line: Line, cells: Sequence[str]) -> Iterator[RowError]:
        for meaning, place, read in self._columns:
            try:
                if place in line.faults:
                    raise FaultyCell(line.faults[place])
                if cells[place] or not line.faults:  # where something else is amiss, blanks may be its doing
                    read(cells[place])
            except FaultyCell as fault:
                yield self._fault(line, meaning, fault)

    def _visit(self, line: Line, values: dict[str, Any]) -> VisitRow | list[RowError]:
        name = values.pop("name")
        if self._clients is not None:
            try:
                _fill(values, self._clients.find(name, values["clinician"]))
            except FaultyCell as fault:
                return [self._fault(line, "name", fault)]
        if not (values["reference"] or values["client"] or values["address"]):
            sentence = _("This visit has no number and no client, so it could not be recognised again.")
            return [self._fault(line, "reference", FaultyCell(sentence))]
        when: Moment = values.pop("start")
        values["line"], values["source"] = line.number, self._match.source
        values["day"], values["instant"] = when.day, when.instant
        return VisitRow.of(values)

    def _fault(self, line: Line, meaning: str, fault: FaultyCell) -> RowError:
        column = self._match.columns.get(meaning) or meaning
        return RowError(line.number, column, fault.sentence, fault.values)


def _fill(values: dict[str, Any], client: Mapping[str, Any]) -> None:
    """What the list of clients knows. A no in one file does not undo a yes in the other."""
    flagged = values["do_not_survey"] or client.get("do_not_survey", False)
    language = client.get("language") or values["language"]
    values.update(client, do_not_survey=flagged, language=language)


def _fixed(meaning: str, read: Reader, match: Match) -> Any:
    """The value of a column the file does not have. A visit's start and status cannot be made up."""
    text = match.fixed.get(meaning, "")
    if not text and meaning in {"start", "status", "clinician"}:
        return None
    try:
        return read(text)
    except FaultyCell as fault:
        raise UnreadableFile(fault.sentence, **fault.values) from None


def clean(text: str, longest: int | None = None) -> str:
    """The text without outer blanks, in one Unicode spelling. Raises FaultyCell for what cannot be seen."""
    if text.isascii() and text.isprintable():
        cleaned = text.strip()
    else:
        if any(unicodedata.category(mark) in INVISIBLE for mark in text):
            raise FaultyCell(_("This cell holds a line break or an invisible character; remove it."))
        cleaned = unicodedata.normalize("NFC", text).strip()
    if longest is not None and len(cleaned) > longest:
        raise FaultyCell(_("This text is longer than {longest} characters."), longest=str(longest))
    return cleaned


def plain(meaning: str) -> Reader:
    """A reader of texts, at most as long as the database keeps them."""
    longest = LONGEST.get(meaning)
    return lambda text: clean(text, longest)


def _reference(text: str) -> str:
    text = clean(text, LONGEST["reference"])
    if "@" in text:
        raise FaultyCell(_("A visit number must not be a mail address; choose another column for it."))
    return text


def _clinician(text: str) -> str:
    text = clean(text, LONGEST["clinician"])
    if not text:
        raise FaultyCell(_("The clinician's name is missing."))
    return text


def address(text: str) -> str:
    """One mail address or nothing."""
    text = clean(text)
    if text and not is_address(text):
        raise FaultyCell(
            _("This is not one mail address. Write one, such as name@example.org, or leave it empty.")
        )
    return text


def language(text: str) -> str:
    """The code of a language without its country, in small letters."""
    text = clean(text)
    found = LANGUAGE.fullmatch(text)
    if text and not found:
        raise FaultyCell(_("Write the language as a code such as en or es, or leave it empty."))
    return found.group(1).lower() if found else ""


def _number(text: str) -> int | None:
    text = clean(text)
    if not text:
        return None
    if not WHOLE_NUMBER.fullmatch(text) or int(text) < 1:
        raise FaultyCell(_("Write the visit's number as 1, 2, 3 and so on, or leave it empty."))
    return int(text)


def flag(text: str) -> bool:
    """Yes or no; an empty cell is a no."""
    word = clean(text).lower()
    if word not in YES_WORDS and word not in NO_WORDS:
        raise FaultyCell(_("Write yes or no, or leave it empty."))
    return word in YES_WORDS


def minor(text: str) -> bool:
    """Whether the client is under age."""
    word = clean(text).lower()
    if word not in MINOR_WORDS and word not in ADULT_WORDS:
        raise FaultyCell(_("Write minor or adult, yes or no, or leave it empty."))
    return word in MINOR_WORDS


def _readers(match: Match) -> dict[str, Reader]:
    try:
        zone = zone_of(match.time_zone)
    except (ValueError, ZoneInfoNotFoundError):
        raise UnreadableFile(_("The time zone {name} is not known."), name=match.time_zone[:40]) from None
    known = Statuses(match.statuses, heading=match.columns.get("status", ""))
    return {
        "reference": _reference,
        "start": lambda text: moment(clean(text), match.date_order, zone),
        "clinician": _clinician,
        "location": plain("location"),
        "address": address,
        "status": known.read,
        "language": language,
        "number": _number,
        "do_not_survey": flag,
        "visit_type": plain("visit_type"),
        "client": plain("client"),
        "minor": minor,
        "guardian": address,
        "name": plain("name"),
    }


def word_of(text: str) -> str:
    """A status as words are compared: small letters, single blanks."""
    return " ".join(text.lower().split())


def shape_of(word: str) -> str:
    """A code with its digits as ``#`` and its letters as ``@``: ``90837`` is ``#####``."""
    return "".join("#" if mark.isdigit() else "@" if mark.isalpha() else mark for mark in word)


class Statuses:
    """Which words of a file mean attended. A shape such as ``#####`` stands for every code written so."""

    def __init__(self, words: Mapping[str, VisitStatus], *, heading: str = "") -> None:
        self._words = words
        self.coded = any("#" in word for word in words)
        self._discreet = self.coded or says_who(heading)

    def find(self, word: str) -> VisitStatus | None:
        """What ``word`` is taken for. Only a word with a digit is a code."""
        found = self._words.get(word)
        if found is None and self.coded and any(mark.isdigit() for mark in word):
            found = self._words.get(shape_of(word))
        return found

    def read(self, text: str) -> VisitStatus:
        found = self.find(word_of(clean(text)))
        if found is None and self._discreet:  # clinical, or a person: what stands here is not repeated
            raise FaultyCell(_("This status is not known. Say in the match whether it means attended."))
        if found is None:
            raise FaultyCell(
                _("The status “{status}” is not known. Known ones: {known}."),
                status=clean(text)[:40],
                known=", ".join(word for word in self._words if word),
            )
        return found


def positions(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Position by meaning, for the names that are there. Raises UnreadableFile where one is there twice."""
    found = [name.strip().lower() for name in header]
    places = {}
    for meaning, name in columns.items():
        wanted = name.strip().lower()
        if found.count(wanted) > 1:
            raise UnreadableFile(_("The column {name} is there twice. Remove or rename one."), name=name[:40])
        if wanted in found:
            places[meaning] = found.index(wanted)
    return places
