"""One visit of a file, and the ways by which it is known again.

Pure. Whatever says who somebody is stays out of ``repr``, so that it cannot end up in a log by accident.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from survey.visits.addresses import normal_form
from survey.visits.model import VisitStatus


class Known(StrEnum):
    """By what a visit is known again."""

    NUMBER = "number"  # source and the practice's own number
    START = "start"  # client or address, and the minute it began (UTC)
    SEEN = "seen"  # client or address, day and clinician: where a file has neither number nor hour
    DAY = "day"  # client or address, and the day: only where that client has one visit that day


@dataclass(frozen=True, slots=True)
class Identity:
    """``text`` is all of it, kind included; it holds an address or a client, so only its tag is ever kept."""

    known: Known
    text: str = field(repr=False)

    @property
    def scope(self) -> str:
        """Within what it tells two visits apart, such as ``number|jane``: kind and source, nobody's data."""
        parts = self.text.split("|", 3)
        return "|".join(parts[: 3 if parts[1] == "client" and self.known is not Known.NUMBER else 2])


def start_of(instant: datetime) -> str:
    """A moment (UTC) as text, to the minute: ``2026-07-01T14:15Z``."""
    return f"{instant.isoformat(timespec='minutes')[:16]}Z"


@dataclass(frozen=True)
class VisitRow:
    """One visit as the file says it. ``day`` is in the practice's time zone.

    ``instant`` (UTC) is known where the file has an hour; ``start`` is the same as text, or the day alone.
    ``number`` counts the client's visits from 1; ``language`` is a code such as ``en``, or ``""``. ``client``
    is the source's own number of a client. ``guardian`` is the address of the adult who answers for a minor.
    """

    line: int
    reference: str
    day: date
    clinician: str
    location: str
    address: str = field(repr=False)
    status: VisitStatus
    language: str
    number: int | None
    do_not_survey: bool
    visit_type: str
    client: str = field(repr=False)
    instant: datetime | None = None
    minor: bool = False
    guardian: str = field(default="", repr=False)
    source: str = "generic"

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> VisitRow:
        """``VisitRow(**values)`` in a tenth of the time: a file may hold a million, each with 16 fields."""
        row = object.__new__(cls)
        row.__dict__.update(values)
        return row

    @property
    def write_to(self) -> str:
        """The address that may be written to: for a minor the guardian's or none, never the minor's own."""
        return self.guardian if self.minor else self.address

    @property
    def start(self) -> str:
        """Day and minute in UTC, such as ``2026-07-01T14:15Z``; the day alone where there is no hour."""
        return self.day.isoformat() if self.instant is None else start_of(self.instant)

    @property
    def identity(self) -> Identity:
        """What makes this visit this visit within its file: the number, else who and when."""
        if self.reference:
            return Identity(Known.NUMBER, f"number|{self.source}|{self.reference}")
        who = self._who[0]
        if self.instant is not None:
            return Identity(Known.START, f"start|{who}|{self.start}")
        return Identity(Known.SEEN, f"seen|{who}|{self.start}|{self.clinician}")

    @property
    def identities(self) -> tuple[Identity, ...]:
        """Every way to know this visit again, the strongest first; only the first is this visit for certain.

        The first alone tells visits of one file apart. A later one joins two visits only where it is the
        same for both, belongs to exactly one visit on either side, and no stronger one of the same kind says
        otherwise (two numbers of one source are two visits).
        """
        return tuple(dict.fromkeys(self._identities()))

    def _identities(self) -> Iterator[Identity]:
        yield self.identity
        if self.instant is not None:
            for who in self._who:
                yield Identity(Known.START, f"start|{who}|{self.start}")
        for who in self._who[-1:]:
            yield Identity(Known.DAY, f"day|{who}|{self.day.isoformat()}")

    @property
    def _who(self) -> tuple[str, ...]:
        """The client within the source, then the address, which is the same in every source."""
        by_client = (f"client|{self.source}|{self.client}",) if self.client else ()
        by_address = (f"address|{normal_form(self.address)}",) if self.address else ()
        return by_client + by_address
