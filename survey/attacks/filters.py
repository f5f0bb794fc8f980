"""LA-21: ask the dashboards and exports for part of the people, by whatever parameter they might listen to.

A page that shows something else for any parameter can be made to show two groups that differ by one person.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.test import Client

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import FORM_TOKEN, House, sign_in
from survey.attacks.results import stage_results
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.clock import SimulatedClock, at_local
from survey.insight import reading
from survey.practice.model import Role
from survey.web import entering

#: What such programs call their filters, and what ours calls things.
WORDS = """
clinician clinician_id location location_id practice practice_id cell cell_id from to start end date day week
month quarter year period since item question touchpoint value rating answer score min max language
lang filter where q query search group group_by by split segment visit_type sort order page limit offset
per_page id atom atom_id kind audience k n least exact raw rows details format debug preview hidden all as
"""
NAMES = tuple(WORDS.split())
VALUES = ("", "1", "0", "2026-01", "2026-01-05", "Clinician A", "very_poor", "es", "true", "' OR 1=1", "%00")
DAY = date(2026, 4, 20)
SOME_VALUES = 3
#: A long run also asks for a few names at a time, where all of them at once might contradict each other.
BUNDLE, SINGLE = 11, ("1", "2026-01")


@dataclass(frozen=True)
class Address:
    """Something the staff can look at or take away."""

    method: str
    path: str
    client: Client
    form: dict[str, str]

    def body(self, query: str = "") -> tuple[int, bytes]:
        """Status and bytes, without the form tokens that are new each second."""
        path = f"{self.path}?{query}" if query else self.path
        reply = self.client.open(path, method=self.method, data=self.form)
        return reply.status_code, FORM_TOKEN.sub("", reply.get_data(as_text=True)).encode("utf-8")


def asked_for_a_part(house: House) -> Finding:
    """Every parameter name with several values, alone and all together, at every address."""
    stage_results(house)
    assert isinstance(house.runtime.clock, SimulatedClock)
    house.runtime.clock.move_to(at_local(DAY, 10, house.practice.time_zone))
    listening, asked = set(), 0
    for address in addresses(house):
        plain = address.body()
        assert plain[0] == 200, address.path
        for query in queries(house):
            asked += 1
            if address.body(query) != plain:
                listening.add(f"{address.path} listens to {re.split('[=&]', query)[0]}")
    words = "; ".join(sorted(listening)[:3]) or "no parameter changes a byte"
    return Finding(won=bool(listening), score=f"{words} in {asked} requests")


def addresses(house: House) -> Iterator[Address]:
    """Every page, figure and table of a clinician and of the owner (table and PDF come from one object)."""
    boss, person = sign_in(house, Role.OWNER), sign_in(house, Role.CLINICIAN, 0)
    found = FORM_TOKEN.search(boss.get("/staff/reports").text)
    form = {"csrf_token": found.group(1)} if found else {}
    for path in ("/staff/practice", "/staff/practice/figure/whole.json", "/staff/reports"):
        yield Address("GET", path, boss, {})
    yield Address("POST", "/staff/reports/2026-Q1/csv", boss, form)
    for path in ("/staff/clinician", "/staff/clinician/figure/phone.json"):
        yield Address("GET", path, person, {})


def queries(house: House) -> Iterator[str]:
    """Names by values; all names at once; the same name twice. A short run tries fewer values."""
    values: Sequence[str] = VALUES if house.full else VALUES[3 : 3 + SOME_VALUES]
    for value in values:
        yield "&".join(f"{name}={value}" for name in NAMES)
    if house.full:
        for value, start in itertools.product(SINGLE, range(0, len(NAMES), BUNDLE)):
            yield "&".join(f"{name}={value}" for name in NAMES[start : start + BUNDLE])
    yield f"clinician_id={house.clinicians[0].id}&clinician={house.clinicians[0].id}"


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


TRIAL = Trial(
    attack="LA-21",
    title="Filters by parameter",
    expected="the same bytes for every parameter",
    carry_out=asked_for_a_part,
    variants=(Variant("a free filter", a_free_filter),),
    clinicians=3,
)


@attack
def parameters(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
