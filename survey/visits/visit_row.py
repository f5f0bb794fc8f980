"""One line of a visits file, checked cell by cell.

Pure. Never changes a value beyond outer blanks and Unicode composition, never guesses, and never repeats an
address in a fault.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from survey.visits.addresses import is_address, normal_form
from survey.visits.mapping import NO_WORDS, YES_WORDS, ColumnMapping
from survey.visits.model import VisitStatus

START = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
WHOLE_NUMBER = re.compile(r"[0-9]{1,4}")
LONGEST = {"reference": 80, "clinician": 120, "location": 120, "visit_type": 40, "client": 80}


def _(sentence: str) -> str:
    """Marks a sentence for translation where no reader's language is known yet."""
    return sentence


@dataclass(frozen=True)
class RowError:
    """What is wrong with one cell: line of the file, name of the column, sentence with its values."""

    line: int
    column: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return self.in_words(str)

    def in_words(self, translate: Callable[[str], str]) -> str:
        """The sentence in the reader's language."""
        return translate(self.sentence).format(**self.values)


class Known(StrEnum):
    """By what a visit is known again."""

    NUMBER = "number"  # source and the practice's own number
    START = "start"  # client or address, and the minute it began (UTC)
    SEEN = "seen"  # client or address, day and clinician: where a file has neither number nor hour
    DAY = "day"  # client or address, and the day: only where that client has one visit that day


@dataclass(frozen=True)
class Identity:
    """``text`` is all of it, kind included; it holds an address or a client, so only its tag is ever kept."""

    known: Known
    text: str = field(repr=False)


@dataclass(frozen=True)
class VisitRow:
    """One visit as the file says it. ``day`` is the day as written; ``instant`` is known with an offset only.

    ``number`` counts the client's visits from 1; ``language`` is ``en`` or ``""`` where it is not given.
    """

    line: int
    reference: str
    day: date
    clinician: str
    location: str
    address: str
    status: VisitStatus
    language: str
    number: int | None
    do_not_survey: bool
    visit_type: str
    client: str
    start: str = ""
    instant: datetime | None = None
    minor: bool = False
    guardian: str = ""
    source: str = "generic"

    @property
    def identities(self) -> tuple[Identity, ...]:
        """Every way to know this visit again, the strongest first; only the first is this visit for certain.

        The first alone tells visits of one file apart. A later one joins two visits only where it is the
        same for both, belongs to exactly one visit on either side, and no stronger one of the same kind says
        otherwise (two numbers of one source are two visits).
        """
        raise NotImplementedError

    @property
    def identity(self) -> str:
        """What makes this visit this visit: the practice's own number, else who and when."""
        if self.reference:
            return f"number|{self.reference}"
        return f"start|{self.client or normal_form(self.address)}|{self.start}"


class Faulty(Exception):
    """A cell that cannot be taken; carries the sentence and its values."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


def read_row(cells: Mapping[str, str], *, line: int, mapping: ColumnMapping) -> VisitRow | list[RowError]:
    """A visit, or every fault of the line. ``cells`` holds the raw text by meaning."""
    names = mapping.names()
    faults: list[RowError] = []
    read: dict[str, object] = {}
    for meaning, reader in READERS.items():
        try:
            text = _clean(cells.get(meaning, ""), LONGEST.get(meaning))
            read[meaning] = reader(text, mapping)
        except Faulty as fault:
            faults.append(RowError(line, names.get(meaning, meaning), fault.sentence, fault.values))
    if not faults and not (read["reference"] or read["client"] or read["address"]):
        sentence = _("This visit has no number and no client, so it could not be recognised again.")
        faults.append(RowError(line, names.get("reference", "visit_id"), sentence))
    return faults or _assemble(read, line)


def _assemble(read: Mapping[str, object], line: int) -> VisitRow:
    start = read["start"]
    assert isinstance(start, Start)
    rest = {meaning: value for meaning, value in read.items() if meaning != "start"}
    return VisitRow(line=line, day=start.day, start=start.text, instant=start.instant, **rest)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Start:
    """When a visit began, as far as the file says."""

    day: date
    text: str
    instant: datetime | None


def _clean(text: str, longest: int | None) -> str:
    if any(unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp", "Cs"} for mark in text):
        raise Faulty(_("This cell holds a line break or an invisible character; remove it."))
    cleaned = unicodedata.normalize("NFC", text).strip()
    if longest is not None and len(cleaned) > longest:
        raise Faulty(_("This text is longer than {longest} characters."), longest=str(longest))
    return cleaned


def _text(text: str, mapping: ColumnMapping) -> str:
    return text


def _reference(text: str, mapping: ColumnMapping) -> str:
    if "@" in text:
        raise Faulty(_("A visit number must not be a mail address; choose another column for it."))
    return text


def _start(text: str, mapping: ColumnMapping) -> Start:
    found = START.fullmatch(text)
    wrong = Faulty(_("Write the day as 2026-07-01, or day and time as 2026-07-01T10:15:00-04:00."))
    if not found:
        raise wrong
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return Start(day=moment.date(), text=text.replace(" ", "T"), instant=None)
        return Start(day=moment.date(), text=_utc_text(moment), instant=moment)
    except (ValueError, OverflowError):
        raise wrong from None


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _clinician(text: str, mapping: ColumnMapping) -> str:
    if not text:
        raise Faulty(_("The clinician's name is missing."))
    return text


def _address(text: str, mapping: ColumnMapping) -> str:
    if text and not is_address(text):
        raise Faulty(
            _("This is not one mail address. Write one, such as name@example.org, or leave it empty.")
        )
    return text


def _status(text: str, mapping: ColumnMapping) -> VisitStatus:
    found = mapping.statuses.get(" ".join(text.lower().split()))
    if found is None:
        known = ", ".join(mapping.statuses)
        raise Faulty(
            _("The status “{status}” is not known. Known ones: {known}."), status=text[:40], known=known
        )
    return found


def _language(text: str, mapping: ColumnMapping) -> str:
    found = LANGUAGE.fullmatch(text)
    if text and not found:
        raise Faulty(_("Write the language as a code such as en or es, or leave it empty."))
    return found.group(1).lower() if found else ""


def _number(text: str, mapping: ColumnMapping) -> int | None:
    if not text:
        return None
    if not WHOLE_NUMBER.fullmatch(text) or int(text) < 1:
        raise Faulty(_("Write the visit's number as 1, 2, 3 and so on, or leave it empty."))
    return int(text)


def _do_not_survey(text: str, mapping: ColumnMapping) -> bool:
    word = text.lower()
    if word not in YES_WORDS and word not in NO_WORDS:
        raise Faulty(_("Write yes or no, or leave it empty."))
    return word in YES_WORDS


READERS: Mapping[str, Callable[[str, ColumnMapping], object]] = {
    "reference": _reference,
    "start": _start,
    "clinician": _clinician,
    "location": _text,
    "address": _address,
    "status": _status,
    "language": _language,
    "number": _number,
    "do_not_survey": _do_not_survey,
    "visit_type": _text,
    "client": _text,
}
