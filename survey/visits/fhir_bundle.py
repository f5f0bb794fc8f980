"""FHIR R4 bundles of Appointment or Encounter as a table: a line for each patient of each visit.

Pure. Follows references inside the bundle only. Reads who, when, where and the status; never a reason, a
diagnosis, a service type or a note. It must never take a QuestionnaireResponse: an answer there has a
subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from survey.visits import json_text
from survey.visits.faults import UnreadableFile, _
from survey.visits.part import Part
from survey.visits.table import Line

HEADER: Final = (
    *("id", "start", "practitioner", "location", "email", "status", "language"),
    *("patient", "minor", "guardian"),
)
KINDS: Final = ("Appointment", "Encounter")
OF_AGE: Final = 18
GUARDIANS: Final = frozenset({"GUARD", "PRN", "MTH", "FTH", "STPPRN"})
NOT_READ: Final = _("This entry is not as FHIR R4 describes it, so it cannot be read.")
NO_PATIENT: Final = _("This entry names no patient, so it is no visit.")
ANSWERS: Final = "QuestionnaireResponse"
NO_ANSWERS: Final = _(
    "This holds a QuestionnaireResponse: somebody’s answers, with a subject. Answers are never brought in, "
    "because here no answer belongs to a person. Bring only Appointment or Encounter. Nothing was taken."
)
Resource = Mapping[str, Any]


class FhirBundle:
    """A bundle, or a single Appointment or Encounter. Lines count entries from 1. Raises UnreadableFile."""

    header = HEADER

    def __init__(self, part: Part) -> None:
        self._entries = list(_entries(json_text.parse(part.whole())))
        self._known: dict[str, Resource] = {}
        for url, resource in self._entries:
            self._known[f"{resource.get('resourceType')}/{resource.get('id')}"] = resource
            if url:
                self._known[url] = resource
        if not any(resource.get("resourceType") in KINDS for _url, resource in self._entries):
            raise UnreadableFile(_("This bundle holds no Appointment and no Encounter."))

    def lines(self) -> Iterator[Line]:
        kept = self._kept_by_encounters()
        for number, (_url, resource) in enumerate(self._entries, start=1):
            if resource.get("resourceType") not in KINDS or _reference(resource) in kept:
                continue
            try:
                yield from list(self._of_visit(number, resource))
            except (AttributeError, KeyError, TypeError, ValueError):
                yield _fault(number, "start", NOT_READ)

    def _kept_by_encounters(self) -> set[str]:
        """Appointments that have an Encounter in the same bundle: it knows better what became of them."""
        encounters = [r for _url, r in self._entries if r.get("resourceType") == "Encounter"]
        links = [r["appointment"] for r in encounters if isinstance(r.get("appointment"), list)]
        return {str(link.get("reference")) for each in links for link in each if isinstance(link, dict)}

    def _of_visit(self, number: int, visit: Resource) -> Iterator[Line]:
        actors = [self._found(link) for link in _actors(visit)]
        patients = [(link, actor) for link, actor in actors if _kind(link, actor) == "Patient"]
        if not patients:
            yield _fault(number, "email", NO_PATIENT)
        for link, patient in patients:
            cells = self._cells(visit, actors, link, patient)
            # The number of a visit of several patients is nobody's own: each is known by who and when.
            yield Line(number, cells if len(patients) == 1 else ("", *cells[1:]))

    def _cells(self, visit: Resource, actors: Any, link: Resource, patient: Resource) -> tuple[str, ...]:
        start = str(visit.get("start") or visit.get("period", {}).get("start") or "")
        return (
            _number(visit),
            start,
            _first(_name(link, actor) for link, actor in actors if _kind(link, actor) == "Practitioner"),
            _first(_name(link, actor) for link, actor in actors if _kind(link, actor) == "Location"),
            _email(patient),
            str(visit.get("status", "")).lower(),
            _language(patient),
            str(link.get("reference", "")),
            "yes" if _is_minor(patient, start) else "no",
            _guardian(patient),
        )

    def _found(self, link: Resource) -> tuple[Resource, Resource]:
        """A reference with what it points at: inside the resource, elsewhere in the bundle, or nothing."""
        reference = str(link.get("reference", ""))
        contained = {f"#{inner.get('id')}": inner for inner in link.get("_contained", ())}
        return link, contained.get(reference) or self._known.get(reference) or {}


def _entries(data: Any) -> Iterator[tuple[str, Resource]]:
    """Address and resource of each entry. Answers of a person, wherever they stand, refuse the whole."""
    if ANSWERS in _resource_types(data):
        raise UnreadableFile(NO_ANSWERS)
    if isinstance(data, dict) and data.get("resourceType") in KINDS:
        yield "", data
        return
    found = data.get("entry") if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get("resourceType") != "Bundle" or not isinstance(found, list):
        raise UnreadableFile(_("This is no FHIR bundle. Choose a bundle of Appointment or Encounter."))
    for entry in found:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        plain = resource if isinstance(resource, dict) else {}
        yield str(entry.get("fullUrl", "")) if isinstance(entry, dict) else "", plain


def _resource_types(data: Any) -> set[str]:
    """Kinds of all resources in it, contained ones too, however deep."""
    found, waiting = set[str](), [data]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            found.add(str(each.get("resourceType")))
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return found


def _actors(visit: Resource) -> Iterator[Resource]:
    """Everybody and every place of a visit, as references that carry what the resource contains."""
    contained = _objects(visit.get("contained"))
    links = [p.get("actor") or p.get("individual") for p in _objects(visit.get("participant"))]
    links += [visit.get("subject"), *(place.get("location") for place in _objects(visit.get("location")))]
    seen = set()
    for link in links:
        if isinstance(link, dict) and link.get("reference") not in seen:
            seen.add(link.get("reference"))
            yield {**link, "_contained": contained}


def _kind(link: Resource, actor: Resource) -> str:
    kind = str(actor.get("resourceType") or link.get("type") or str(link.get("reference", "")).split("/")[0])
    return "Practitioner" if kind == "PractitionerRole" else kind


def _name(link: Resource, actor: Resource) -> str:
    """The name to show: the reference's own, else the resource's."""
    if link.get("display"):
        return str(link["display"])
    names = actor.get("name", "")
    if isinstance(names, str):
        return names
    official = next((n for n in names if n.get("use") == "official"), names[0] if names else {})
    given = " ".join([*official.get("prefix", ()), *official.get("given", ())])
    return str(official.get("text") or f"{given} {official.get('family', '')}".strip())


def _number(visit: Resource) -> str:
    """An Encounter goes by the number of its Appointment, so that both are the same visit."""
    links = [str(link.get("reference", "")) for link in _objects(visit.get("appointment"))]
    own = links[0] if len(links) == 1 else _reference(visit)
    return own.replace("@", "/") if visit.get("id") or links else ""


def _reference(resource: Resource) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def _email(person: Resource) -> str:
    """The best ranked mail address that is not marked as old."""
    found = [
        t for t in _objects(person.get("telecom")) if t.get("system") == "email" and t.get("use") != "old"
    ]
    found = [t for t in found if "end" not in t.get("period", {})]
    return str(min(found, key=lambda t: int(t.get("rank", 99))).get("value", "")) if found else ""


def _language(patient: Resource) -> str:
    spoken = sorted(_objects(patient.get("communication")), key=lambda c: not c.get("preferred"))
    for each in spoken:
        for coding in _objects(each.get("language", {}).get("coding")):
            return str(coding.get("code", ""))
    return ""


def _is_minor(patient: Resource, start: str) -> bool:
    """Whether the patient was under 18 on the day of the visit, where the birth date is known."""
    born = str(patient.get("birthDate", ""))
    if len(born) != 10:
        return False
    birth, day = date.fromisoformat(born), date.fromisoformat(start[:10])
    return (day.year - birth.year) - ((day.month, day.day) < (birth.month, birth.day)) < OF_AGE


def _guardian(patient: Resource) -> str:
    for contact in _objects(patient.get("contact")):
        codes = {
            str(coding.get("code"))
            for relation in _objects(contact.get("relationship"))
            for coding in _objects(relation.get("coding"))
        }
        if codes & GUARDIANS and _email(contact):
            return _email(contact)
    return ""


def _objects(value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise TypeError
    return [each for each in value or () if isinstance(each, dict)]


def _first(names: Iterator[str]) -> str:
    return next((name for name in names if name), "")


def _fault(number: int, column: str, sentence: str) -> Line:
    return Line(number, ("",) * len(HEADER), {HEADER.index(column): sentence})
