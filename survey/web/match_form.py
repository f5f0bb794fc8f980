"""The form on which a person says how a file is to be read: out of a match, and back into one.

Pure but for the reader's language. It offers headings and words that mean a state; a cell that says who
somebody is never gets here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flask_babel import gettext as _

from survey.visits.heading import says_who
from survey.visits.letters import ENCODINGS
from survey.visits.match import CLIENT_MEANINGS, MEANINGS, PERSONAL, DateOrder, FileKind, Join, Match
from survey.visits.model import VisitStatus
from survey.visits.table import DELIMITERS
from survey.visits.visit_file import Suggestion

#: What every file has to say, in a column or once for all lines.
NEEDED: Final = ("start", "clinician", "address", "status")
#: What may be said once for all lines, where there is no column for it.
FIXABLE: Final = ("clinician", "status", "location")
LONGEST: Final = 120
#: So many different words are no list of states; they might be names.
MOST_WORDS: Final = 25


@dataclass(frozen=True)
class ColumnField:
    """One meaning: its column, other columns to choose from, cells to see that it is the right one."""

    meaning: str
    name: str
    hint: str
    chosen: str
    samples: tuple[str, ...]
    hidden: bool
    needed: bool
    fixed: str | None


@dataclass(frozen=True)
class MatchForm:
    """Everything that the page shows of a match."""

    columns: tuple[ColumnField, ...]
    more: tuple[ColumnField, ...]
    clients: tuple[ColumnField, ...]
    words: tuple[tuple[str, VisitStatus | None], ...]
    too_many_words: bool


def form_of(found: Suggestion) -> MatchForm:
    """A match as fields, those first that every file has to fill."""
    match = found.match
    meanings = [m for m in MEANINGS if not (m == "address" and match.join) and (m != "name" or match.join)]
    fields = [_field(meaning, found) for meaning in meanings]
    unknown = sum(status is None for status in found.statuses.values())
    return MatchForm(
        columns=tuple(each for each in fields if each.needed),
        more=tuple(each for each in fields if not each.needed),
        clients=() if match.join is None else tuple(_client_field(m, match.join) for m in CLIENT_MEANINGS),
        words=tuple(found.statuses.items()) if unknown <= MOST_WORDS else (),
        too_many_words=unknown > MOST_WORDS,
    )


def _field(meaning: str, found: Suggestion) -> ColumnField:
    match, chosen = found.match, found.match.columns.get(meaning, "")
    name, hint = names()[meaning]
    samples = () if meaning in PERSONAL else found.samples.get(meaning, ())
    return ColumnField(
        meaning=meaning,
        name=name,
        hint=hint,
        chosen=chosen,
        samples=tuple("…" if "@" in cell else cell for cell in samples),
        hidden=bool(chosen) and (meaning in PERSONAL or says_who(chosen)),
        needed=meaning in NEEDED or meaning == "name",
        fixed=match.fixed.get(meaning, "") if meaning in FIXABLE else None,
    )


def _client_field(meaning: str, join: Join) -> ColumnField:
    name, _hint = names()[meaning]
    chosen = join.columns.get(meaning, "")
    needed = meaning in ("name", "address")
    return ColumnField(meaning, name, "", chosen, (), hidden=False, needed=needed, fixed=None)


def corrected(found: Suggestion, form: Mapping[str, str]) -> Match:
    """The match as the form says it. A text for all lines goes before a column."""
    match = found.match
    said = {meaning: form.get(f"fixed-{meaning}", "").strip()[:LONGEST] for meaning in FIXABLE}
    fixed = {meaning: text for meaning, text in said.items() if text}
    chosen = _columns(match.columns, found.header, {m: form.get(f"column-{m}", "") for m in MEANINGS})
    columns = {meaning: name for meaning, name in chosen.items() if meaning not in fixed}
    return replace(
        match,
        columns=columns,
        fixed=fixed,
        statuses=_statuses(match, found, form) | ({"attended": VisitStatus.ATTENDED} if fixed else {}),
        encoding=_one_of(ENCODINGS, form.get("encoding"), match.encoding),
        delimiter=_one_of(DELIMITERS, form.get("delimiter"), match.delimiter),
        date_order=DateOrder(_one_of(tuple(DateOrder), form.get("date_order"), match.date_order)),
        sheet=_one_of(found.sheets, form.get("sheet"), match.sheet),
        time_zone=form.get("time_zone", match.time_zone).strip()[:60] or match.time_zone,
        join=_joined(match, found, form),
    )


def _joined(match: Match, found: Suggestion, form: Mapping[str, str]) -> Join | None:
    if match.join is None:
        return None
    said = {meaning: form.get(f"client-{meaning}", "") for meaning in CLIENT_MEANINGS}
    return replace(match.join, columns=_columns(match.join.columns, found.client_header, said))


def _columns(known: Mapping[str, str], header: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Columns as they were chosen.

    One that the page could not offer, because the letters or the mark were wrong, stays as it was.
    """
    there = {name.lower() for name in header}
    kept = {meaning: name for meaning, name in known.items() if name.lower() not in there}
    chosen = {meaning: name for meaning, name in said.items() if name in header and name}
    return {meaning: name for meaning, name in (kept | chosen).items() if meaning in said}


def _statuses(match: Match, found: Suggestion, form: Mapping[str, str]) -> dict[str, VisitStatus]:
    """Words of the file as the person took them; those the file does not use stay known."""
    taken = dict(match.statuses)
    for place, word in enumerate(found.statuses):
        said = form.get(f"status-{place}")
        if said is None or form.get(f"word-{place}") != word:
            continue
        taken.pop(word, None)
        if said in tuple(VisitStatus):
            taken[word] = VisitStatus(said)
    return taken


def _one_of(allowed: tuple[str, ...] | str, wanted: str | None, otherwise: str) -> str:
    return wanted if wanted and wanted in tuple(allowed) else otherwise


def names() -> Mapping[str, tuple[str, str]]:
    """Name and hint of every meaning, in the reader's language."""
    return {
        "start": (_("Day of the visit"), _("Day, or day and time")),
        "clinician": (_("Clinician"), _("Name as it is to be shown")),
        "address": (_("Mail address"), _("One address; without one nobody is asked")),
        "name": (_("Client’s name"), _("Only to find the address in the second file")),
        "status": (_("What became of the visit"), _("Such as attended, cancelled, no show")),
        "reference": (_("Number of the visit"), _("With it a moved visit stays the same visit")),
        "time": (_("Time"), _("If the day stands alone in its column")),
        "location": (_("Location"), _("Where, or telehealth")),
        "language": (_("Language"), _("A code such as en or es")),
        "number": (_("Which visit of this client"), _("1, 2, 3 and so on")),
        "do_not_survey": (_("Not to be asked"), _("Yes: this person is not asked")),
        "visit_type": (_("Type of visit"), _("If different visits get different questions")),
        "client": (_("Number of the client"), _("Your own number, never a name")),
        "minor": (_("Minor"), _("Yes for a child or adolescent")),
        "guardian": (_("Mail address of the guardian"), _("Asked in place of a minor")),
    }


def kinds() -> Mapping[FileKind, str]:
    return {
        FileKind.CSV: _("Table (CSV)"),
        FileKind.XLSX: _("Excel workbook"),
        FileKind.ICS: _("Calendar"),
        FileKind.FHIR: _("FHIR bundle"),
    }


def letters() -> Mapping[str, str]:
    """Encodings by what people call them."""
    windows, old = _("Windows"), _("Old machine")
    return {
        "utf-8": "UTF-8",
        "utf-16": "UTF-16",
        "utf-16-le": "UTF-16 LE",
        "utf-16-be": "UTF-16 BE",
        "cp1252": f"{windows} (1252)",
        "cp1250": f"{windows} (1250)",
        "cp850": f"{old} (DOS 850)",
        "mac_roman": f"{old} (Mac)",
    }


def delimiters() -> Mapping[str, str]:
    return {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Bar")}


def date_orders() -> Mapping[DateOrder, str]:
    return {
        DateOrder.YMD: _("Year, month, day"),
        DateOrder.DMY: _("Day, month, year"),
        DateOrder.MDY: _("Month, day, year"),
    }


def statuses() -> Mapping[VisitStatus, str]:
    return {
        VisitStatus.ATTENDED: _("The visit took place"),
        VisitStatus.NOT_ATTENDED: _("It did not take place"),
    }


def same(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Choices that are shown as they are sent."""
    return [(text, text) for text in texts]
