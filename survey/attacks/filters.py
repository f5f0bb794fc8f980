"""LA-21: ask the dashboards and exports for part of the people, by whatever parameter they might listen to.

A page that shows something else for any parameter can be made to show two groups that differ by one person.
What is asked comes from the program's own map of routes: all that each role may look at or take away.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.test import Client

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import FORM_TOKEN, House, sign_in
from survey.attacks.results import COMMENT, REPAIR, stage_results
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.clock import SimulatedClock, at_local
from survey.db import transaction
from survey.insight import reading
from survey.instruments import draft
from survey.practice import drafting
from survey.practice.model import Role
from survey.reports import tables
from survey.web import doors, entering

#: What such programs call their filters, and what ours calls things.
WORDS = """
clinician clinician_id location location_id practice practice_id cell cell_id from to start end date day week
month quarter year period since item question touchpoint value rating answer score min max language
lang filter where q query search group group_by by split segment visit_type sort order page limit offset
per_page id ids atom atom_id kind audience k n least exact raw rows details format form debug preview hidden
all as demo whole label slug fields columns include exclude only show token tag staff role user now today
"""
#: Names in our own forms and links.
NAMED = re.compile(r"""name="([A-Za-z_][\w.-]*)"|[?&]([a-z_]+)=""")
VALUES = ("", "1", "0", "2026-01", "2026-01-05", "Clinician A", "very_poor", "es", "true", "' OR 1=1", "%00")
DAY = date(2026, 4, 20)
SOME_VALUES = 3
#: A long run also asks for a few names at a time, where all of them at once might contradict each other.
BUNDLE, SINGLE = 40, ("1",)
FIGURES, SOME_FIGURES = 3, 1
LOG = "audit.listing"
#: What a printed file says of its own making.
MADE = re.compile(rb"/(CreationDate|ModDate|ID)\b[^\n]*|<xmp:[^\n]*|<xmpMM:[^\n]*")


@dataclass(frozen=True)
class Address:
    """Something that one of the staff can look at or take away."""

    endpoint: str
    method: str
    path: str
    client: Client

    def body(self, query: str = "") -> tuple[int, str, bytes]:
        """Status, target and bytes, without the form tokens that are new each second."""
        path = f"{self.path}?{query}" if query else self.path
        form = {"csrf_token": _form_token(self.client)} if self.method == "POST" else None
        reply = self.client.open(path, method=self.method, data=form)
        content = reply.get_data()
        if reply.mimetype == "application/pdf":
            return reply.status_code, "", MADE.sub(b"", content)
        if (reply.mimetype or "").startswith(
            "application/vnd."
        ):  # a workbook: the same report, the same bytes
            return reply.status_code, "", content
        words = FORM_TOKEN.sub("", content.decode("utf-8"))
        return reply.status_code, reply.headers.get("Location", ""), words.encode("utf-8")


def asked_for_a_part(house: House) -> Finding:
    """Every parameter name with several values, alone and all together, at every address."""
    stage_results(house)
    stage_draft(house)
    assert isinstance(house.runtime.clock, SimulatedClock)
    house.runtime.clock.move_to(at_local(DAY, 10, house.practice.time_zone))
    listening, seen, asked, found = set[str](), set[str](), 0, list(addresses(house))
    for address in found:
        plain = address.body()
        seen |= {address.endpoint} if plain[0] < 400 else set()
        for query in queries(house):
            asked += 1
            if address.body(query) != plain:
                listening.add(f"{address.path} listens to {re.split('[=&]', query)[0]} or its like")
    listening |= {f"{endpoint} was never seen" for endpoint in looks(house) - seen}
    words = "; ".join(sorted(listening)[:3]) or "no parameter changes a byte"
    return Finding(won=bool(listening), score=f"{words} in {asked} requests to {len(found)} addresses")


def stage_draft(house: House) -> None:
    """A survey that is being written, so that the pages of the editor show something too."""
    with transaction(house.runtime.engine, house.practice.id) as db:
        drafting.begin(db, house.practice.id, house.instrument.id, draft.begun(house.instrument))


def looks(house: House) -> set[str]:
    """Every staff route that shows something or gives it away."""
    return {rule.endpoint for rule in house.app.url_map.iter_rules() if _method(house, rule)}


def _method(house: House, rule: Any) -> str:
    """GET; or POST where a part of the address says what is taken away (other forms change things).

    Pages about one uploaded file of visits are left out: they exist while a file waits, and show no answers.
    So are the forms of the survey editor, which change a draft and give nothing away, and the log of what
    staff did: it is meant to be read in parts, and of releases it tells closed months, whatever is asked.
    """
    if rule.endpoint == LOG:
        return ""
    door = doors.door_of(house.app, rule.endpoint)
    if door is None or door.roles is None or "upload" in rule.arguments:
        return ""
    if "GET" in rule.methods:
        return "GET"
    return "POST" if rule.arguments and "survey" not in rule.arguments else ""


def addresses(house: House, people: Mapping[Role, Client] | None = None) -> Iterator[Address]:
    """Every staff route with each value of its parts, by each role that may enter; or by ``people``."""
    if people is None:
        people = {role: sign_in(house, role, 0 if role is Role.CLINICIAN else None) for role in Role}
    for role in (Role.OWNER, Role.CLINICIAN):
        _open_comments(people[role])
    for rule in house.app.url_map.iter_rules():
        method = _method(house, rule)
        for role, path in itertools.product(Role, _paths(house, rule) if method else ()):
            door = doors.door_of(house.app, rule.endpoint)
            if door is not None and door.roles is not None and role in door.roles:
                yield Address(rule.endpoint, method, path, people[role])


def _open_comments(client: Client) -> None:
    """So that the pages that show words are asked with the words on them."""
    reply = client.post("/staff/comments/open", data={"csrf_token": _form_token(client)})
    assert reply.status_code == 302, reply.status


def _paths(house: House, rule: Any) -> list[str]:
    """The addresses of a route. Raises KeyError for a part that is not known here: enter it on purpose."""
    figures = sorted({item.touchpoint for item in house.instrument.items})
    values = {
        "touchpoint": ["whole", "phone", *figures[: FIGURES if house.full else SOME_FIGURES]],
        "quarter": ["2026-Q1"],
        "period": ["2026-Q1"],
        "earlier": ["2025-Q4"],
        "form": ["csv", "pdf", "txt", "xlsx", "fhir"],
        "repair": [str(REPAIR)],
        "comment": [COMMENT.hex()],
        "theme": ["access"],
    }
    if rule.endpoint.startswith("editor"):
        values |= _of_a_survey(house, rule.endpoint)
    names = sorted(rule.arguments)
    with house.app.test_request_context():
        chosen = itertools.product(*(dict.fromkeys(values[name]) for name in names))
        return [rule.build(dict(zip(names, each, strict=True)))[1] for each in chosen]


def _of_a_survey(house: House, endpoint: str) -> dict[str, list[str]]:
    """The parts of the editor's addresses."""
    item = house.instrument.items[0]
    return {
        "survey": [house.instrument.id],
        "part": [item.scale.id if endpoint.startswith("editor_answers") else item.id],
        "label": [house.instrument.label],
        "before": [house.instrument.label],
        "after": ["draft"],
        "language": ["en"],
    }


def _form_token(client: Client) -> str:
    found = FORM_TOKEN.search(client.get("/staff/reports").text)
    return found.group(1) if found else ""


def names(house: House) -> tuple[str, ...]:
    """Likely names, and those that stand in our own pages."""
    pages = (path.read_text("utf-8") for path in sorted(house.runtime.settings.templates.rglob("*.html")))
    ours = (name for page in pages for pair in NAMED.findall(page) for name in pair if name)
    return tuple(dict.fromkeys([*WORDS.split(), *ours]))


def queries(house: House) -> Iterator[str]:
    """All names at once with each value; some names at a time; one name twice. A short run tries fewer."""
    known, values = names(house), VALUES if house.full else VALUES[3 : 3 + SOME_VALUES]
    for value in values:
        yield _query(known, value)
    if house.full:
        for value, start in itertools.product(SINGLE, range(0, len(known), BUNDLE)):
            yield _query(known[start : start + BUNDLE], value)
    yield f"clinician_id={house.clinicians[0].id}&clinician={house.clinicians[0].id}&item=phone"


def _query(known: Sequence[str], value: str) -> str:
    return "&".join(f"{name}={value}" for name in known)


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def a_free_filter() -> Iterator[None]:
    """Whoever looks may choose whose answers are counted; a threshold still holds."""
    read, request = reading.read_results, original(entering, "request")

    def filtered(*given: Any, **values: Any) -> reading.Results:
        wanted = request.args.get("clinician_id", "")
        chosen = {"clinician_id": int(wanted)} if wanted.isdigit() else {}
        return read(*given, **{**values, **chosen})

    with swapped((reading, "read_results", filtered)):
        yield


@contextmanager
def a_narrower_table() -> Iterator[None]:
    """A report to take away from which one may leave out what one does not need."""
    csv_bytes, request = tables.csv_bytes, original(entering, "request")

    def narrowed(report: Any, **more: Any) -> bytes:
        head, *lines = csv_bytes(report, **more).splitlines(keepends=True)
        wanted = request.args.get("item", "").encode("utf-8")
        return b"".join([head, *(line for line in lines if wanted in line)])

    with swapped((tables, "csv_bytes", narrowed)):
        yield


TRIAL = Trial(
    attack="LA-21",
    title="Filters by parameter",
    expected="the same bytes for every parameter",
    carry_out=asked_for_a_part,
    variants=(
        Variant("a free filter", a_free_filter),
        Variant("a narrower table to take away", a_narrower_table),
    ),
    clinicians=3,
)


@attack
def parameters(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
