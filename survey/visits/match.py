"""How a file is to be read: which column means what, which words mean attended, how days are written.

Pure data. A match can be corrected by a person, kept as JSON and used for the next file; it never holds
anything about a client, so the choices made between clients of one name are left out of the JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from survey.visits.model import VisitStatus


class FileKind(StrEnum):
    """What kind of file it is, by its content."""

    CSV = "csv"
    XLSX = "xlsx"
    ICS = "ics"
    FHIR = "fhir"


class DateOrder(StrEnum):
    """In which order a day is written. Year first, as in 2026-07-01, is understood in each of them."""

    YMD = "ymd"
    DMY = "dmy"
    MDY = "mdy"


#: Every meaning a column can have. ``name`` is the client's name and serves only to find the client in the
#: second file; ``time`` is for files that keep the day in ``start`` and the hour in a column of its own.
MEANINGS = (
    "reference",
    "start",
    "time",
    "clinician",
    "location",
    "address",
    "status",
    "language",
    "number",
    "do_not_survey",
    "visit_type",
    "client",
    "minor",
    "guardian",
    "name",
)
#: Meanings a list of clients can fill; ``name`` is what it is joined by.
CLIENT_MEANINGS = ("name", "address", "language", "do_not_survey", "minor", "guardian", "clinician")
#: Values of these are never shown: they say who somebody is.
PERSONAL = frozenset({"address", "client", "guardian", "name"})
#: Leave the visit out: the answer where none of the clients of one name is the right one.
NOBODY = "nobody"


@dataclass(frozen=True)
class Join:
    """The second file, a list of clients found by name.

    ``columns`` are names by meaning (``CLIENT_MEANINGS``). ``choices`` answers ties: key of a ``Tie`` to key
    of one of its ``Candidate`` or ``NOBODY``; they are about people and are never written down.
    """

    columns: Mapping[str, str]
    encoding: str = "utf-8"
    delimiter: str = ","
    choices: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Match:
    """Everything a person may correct about how a file is read.

    ``columns`` are names by meaning (``MEANINGS``), as they stand in the header; capitals make no difference.
    ``fixed`` are texts by meaning for what the file has no column for (a calendar of one clinician).
    ``statuses`` are the file's own words in small letters; in one ``#`` stands for any digit and ``@`` for
    any letter, and an empty one for an empty cell. ``time_zone`` is for times written without an offset.
    """

    kind: FileKind
    columns: Mapping[str, str]
    statuses: Mapping[str, VisitStatus]
    preset: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    date_order: DateOrder = DateOrder.YMD
    sheet: str = ""
    time_zone: str = "UTC"
    fixed: Mapping[str, str] = field(default_factory=dict)
    join: Join | None = None

    @property
    def source(self) -> str:
        """Within what a visit number means something: the numbers of two programs only look alike."""
        return self.preset or "own"

    def settled(self, choices: Mapping[str, str]) -> Match:
        """The same match with ties answered: key of the tie to key of the candidate, or ``NOBODY``."""
        if self.join is None:
            return self
        return replace(self, join=replace(self.join, choices={**self.join.choices, **choices}))

    def to_json(self) -> str:
        """Everything but ``join.choices``."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in PLAIN}
        plain |= {name: dict(getattr(self, name)) for name in ("columns", "statuses", "fixed")}
        if self.join is not None:
            join = self.join
            plain["join"] = {
                "columns": dict(join.columns),
                "encoding": join.encoding,
                "delimiter": join.delimiter,
            }
        return json.dumps(plain, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Match:
        """What ``to_json`` wrote. Raises ValueError, KeyError or TypeError for anything else."""
        plain = json.loads(text)
        join = plain.pop("join", None)
        plain["kind"] = FileKind(plain["kind"])
        plain["date_order"] = DateOrder(plain["date_order"])
        plain["statuses"] = {word: VisitStatus(status) for word, status in plain["statuses"].items()}
        return cls(**plain, join=None if join is None else Join(**join))


PLAIN = ("kind", "preset", "encoding", "delimiter", "date_order", "sheet", "time_zone")
