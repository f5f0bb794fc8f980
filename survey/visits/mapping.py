"""Which column of a file means what, and which words mean attended. Data only, so that presets are data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from survey.visits.model import VisitStatus

ATTENDED_WORDS = ("attended", "arrived", "completed", "complete", "checked out", "kept", "fulfilled", "show")
NOT_ATTENDED_WORDS = (
    "not attended",
    "no-show",
    "no show",
    "cancelled",
    "canceled",
    "late cancelled",
    "late canceled",
    "did not attend",
    "missed",
    "rescheduled",
    "booked",
    "scheduled",
    "confirmed",
)
STATUS_WORDS: Mapping[str, VisitStatus] = MappingProxyType(
    dict.fromkeys(ATTENDED_WORDS, VisitStatus.ATTENDED)
    | dict.fromkeys(NOT_ATTENDED_WORDS, VisitStatus.NOT_ATTENDED)
)
YES_WORDS = frozenset({"yes", "y", "true", "1", "x"})
NO_WORDS = frozenset({"", "no", "n", "false", "0"})


@dataclass(frozen=True)
class ColumnMapping:
    """Names of the columns, as they stand in the file's first line (capitals make no difference).

    An empty name means the file has no such column. ``required`` ones refuse the file when they are absent.
    """

    reference: str = "visit_id"
    start: str = "start"
    clinician: str = "clinician"
    location: str = "location"
    address: str = "email"
    status: str = "status"
    language: str = "language"
    number: str = "visit_number"
    do_not_survey: str = "do_not_survey"
    visit_type: str = "visit_type"
    client: str = "client"
    required: tuple[str, ...] = ("start", "clinician", "address", "status")
    delimiter: str = ","
    statuses: Mapping[str, VisitStatus] = field(default_factory=lambda: STATUS_WORDS)

    def names(self) -> dict[str, str]:
        """Column name by what it means, for the columns this mapping knows."""
        known = {
            "reference": self.reference,
            "start": self.start,
            "clinician": self.clinician,
            "location": self.location,
            "address": self.address,
            "status": self.status,
            "language": self.language,
            "number": self.number,
            "do_not_survey": self.do_not_survey,
            "visit_type": self.visit_type,
            "client": self.client,
        }
        return {meaning: name for meaning, name in known.items() if name}


GENERIC = ColumnMapping()
