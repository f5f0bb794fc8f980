"""Visits that another program posts as JSON: one object, or a list of them.

Pure. The fields are the columns of a table of one's own, so that the same visit from a file is the same here.
Unknown fields are refused by name, so that nobody sends what is never looked at; no fault repeats a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from survey.visits import json_text
from survey.visits.faults import UnreadableFile, _
from survey.visits.fhir_bundle import FhirBundle
from survey.visits.part import Part
from survey.visits.presets import GENERIC, shipped_preset
from survey.visits.source import VisitSource
from survey.visits.table import Line

#: Most visits of one request; a longer list belongs into a file.
MOST_VISITS: Final = 5000
#: Most faults that one answer lists.
LISTED: Final = 100
FHIR: Final = "fhir"
Short = Annotated[str, Field(max_length=120)]
Address = Annotated[str, Field(max_length=254)]


class PostedVisit(BaseModel):
    """One visit. `start` is a day (`2026-07-01`) or, better, a time with its offset
    (`2026-07-01T10:15:00-04:00`)."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Visit")

    start: Annotated[Short, Field(min_length=1, description="Day, or day and time, of the visit.")]
    clinician: Annotated[Short, Field(min_length=1, description="Name as it is to be shown.")]
    status: Annotated[Short, Field(min_length=1, description="`attended`, `no show`, `cancelled` and so on.")]
    email: Annotated[Address, Field(description="Without an address nobody is asked.")] = ""
    visit_id: Annotated[
        Short, Field(description="Your number of the visit: a moved visit stays the same one.")
    ] = ""
    location: Annotated[Short, Field(description="Where, or `Telehealth`.")] = ""
    language: Annotated[Short, Field(description="`en` or `es`.")] = ""
    visit_number: Annotated[
        int | None, Field(ge=1, le=99999, description="Which visit of this client it is.")
    ] = None
    do_not_survey: Annotated[bool, Field(description="This person is not asked.")] = False
    visit_type: Annotated[Short, Field(description="Where different visits get different questions.")] = ""
    client: Annotated[Short, Field(description="Your number of the client.")] = ""
    minor: Annotated[bool, Field(description="A child or adolescent: only the guardian is written to.")] = (
        False
    )
    guardian_email: Annotated[Address, Field(description="The adult to ask instead of a minor.")] = ""


VISITS: Final = TypeAdapter(list[PostedVisit])
FIELDS: Final = tuple(PostedVisit.model_fields)


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field; ``index`` counts the visits of the request from 0."""

    index: int
    field: str
    message: str


class FaultyVisits(Exception):
    """Visits that have not the form that is asked for; nothing of the request is taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Posted:
    """What came: its kind (the preset that reads it) and the visits."""

    kind: str
    source: VisitSource


class PostedTable:
    """Posted visits as a table; lines count visits from 1."""

    header = FIELDS

    def __init__(self, visits: Sequence[PostedVisit]) -> None:
        self._visits = visits

    def lines(self) -> Iterator[Line]:
        for number, visit in enumerate(self._visits, start=1):
            yield Line(number, tuple(_cell(getattr(visit, field)) for field in FIELDS))


def read(raw: bytes, *, time_zone: str) -> Posted:
    """The visits of a request, plain or FHIR R4. Raises UnreadableFile or FaultyVisits."""
    found = json_text.parse(raw)
    if isinstance(found, dict) and "resourceType" in found:
        match = shipped_preset(FHIR).match(time_zone=time_zone)
        return Posted(FHIR, VisitSource(FhirBundle(Part("", raw)), match, None))
    visits = _checked(found if isinstance(found, list) else [found])
    match = shipped_preset(GENERIC).match(time_zone=time_zone)
    return Posted(GENERIC, VisitSource(PostedTable(visits), match, None))


def _checked(given: list[Any]) -> list[PostedVisit]:
    if not given or len(given) > MOST_VISITS:
        raise UnreadableFile(_("A request holds 1 to {most} visits."), most=str(MOST_VISITS))
    try:
        return VISITS.validate_python(given)
    except ValidationError as trouble:
        found = trouble.errors(include_url=False, include_input=False, include_context=False)[:LISTED]
        raise FaultyVisits([_fault(each["loc"], each["msg"]) for each in found]) from None


def _fault(place: tuple[int | str, ...], message: str) -> Fault:
    """Pydantic's complaint; of an unknown field the name is shortened, since anything may stand there."""
    return Fault(index=int(place[0]), field=str(place[1])[:40] if len(place) > 1 else "", message=message)


def _cell(value: object) -> str:
    """As it would stand in a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
