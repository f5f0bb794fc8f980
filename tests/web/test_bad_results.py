"""Odd results get words: never NaN, None, a bare 0 %, nor a blank page. Pages, figures, tables."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest
from flask.testing import FlaskClient

from survey.clock import SimulatedClock, at_local
from survey.db import transaction
from survey.instruments.model import Instrument, Standing
from survey.practice import publishing
from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests import builders
from tests.web import stage
from tests.web.desk import enter, make_clinician_account, make_owner, token_of

#: What must stand nowhere. A bare "0%" is no figure of ours: ends are capped, and nobody is "withheld".
NEVER = re.compile(
    r"\bnan\b|\bNaN\b|\bNAN\b|\bNone\b|\bundefined\b|\binf\b|\bInfinity\b|\{\w*\}|%\(\w+\)s|(?<![\d–.,])0\s?%"
)
MONTHS = tuple(f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13))[4:15]
TODAY = date(2026, 4, 20)

Counts = dict[str, Mapping[str, int]]
World = Callable[[Runtime, Practice, Instrument], None]


def everybody(instrument: Instrument, standing: Standing, n: int = 12) -> Counts:
    """All of ``n`` gave an answer of this standing, where the item has one; else nobody answered."""
    found: Counts = {}
    for item in instrument.items:
        value = next((one.value for one in item.scale.options if one.standing is standing and one.value), "")
        found[item.key] = {value: n}
    return found


def mixed(instrument: Instrument, *, but: str = "") -> Counts:
    counts = stage.month_counts(instrument, best=18, problem=2)
    return {key: values for key, values in counts.items() if not key.startswith(f"{but}.") or not but}


def fill(
    runtime: Runtime, practice: Practice, given: Mapping[str, Counts], name: str = "Ana Ortiz"
) -> Clinician:
    person = builders.make_clinician(runtime, practice, name)
    with transaction(runtime.engine, practice.id) as db:
        for month, counts in given.items():
            builders.make_atom(db, practice, counts=counts, clinician=person, month=month)
    return person


def nobody(_runtime: Runtime, _practice: Practice, _instrument: Instrument) -> None:
    pass


def of_standing(standing: Standing) -> World:
    def world(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
        fill(runtime, practice, dict.fromkeys(MONTHS, everybody(instrument, standing)))

    return world


def all_blank(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
    fill(runtime, practice, {month: {item.key: {"": 12} for item in instrument.items} for month in MONTHS})


def one_month(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
    fill(runtime, practice, {"2026-03": everybody(instrument, Standing.BEST, n=5)})


def gaps(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
    fill(runtime, practice, dict.fromkeys(MONTHS[::4], mixed(instrument)))


def dropped(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
    given = {month: mixed(instrument, but="phone" if month > "2026-01" else "") for month in MONTHS}
    fill(runtime, practice, given)


def reworded(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
    """The phone stands in new words from the middle of a quarter on; both are counted in that month."""
    items = tuple(
        item.model_copy(update={"revision": 2}) if item.id == "phone" else item for item in instrument.items
    )
    newer = instrument.model_copy(update={"items": items, "version": instrument.version + 1})
    given = {}
    for month in MONTHS:
        counts = mixed(instrument)
        if month >= "2026-02":
            counts["phone.2"] = counts["phone.1"]
        if month > "2026-02":
            del counts["phone.1"]
        given[month] = counts
    fill(runtime, practice, given)
    with transaction(runtime.engine, practice.id) as db:
        publishing.publish(db, practice.id, newer, from_day=date(2026, 2, 16))


def retired(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
    gone = fill(runtime, practice, dict.fromkeys(MONTHS[:6], mixed(instrument)))
    with transaction(runtime.engine, practice.id) as db:
        db.merge(gone).active = False


def same_each_month(runtime: Runtime, practice: Practice, instrument: Instrument) -> None:
    """Every month alike, to the last answer: no spread at all between them."""
    fill(runtime, practice, dict.fromkeys(MONTHS, mixed(instrument)))


WORLDS: Mapping[str, World] = {
    "nobody": nobody,
    "does not apply": of_standing(Standing.ASIDE),
    "all best": of_standing(Standing.BEST),
    "all worst": of_standing(Standing.PROBLEM),
    "all blank": all_blank,
    "one month": one_month,
    "gaps": gaps,
    "dropped": dropped,
    "reworded": reworded,
    "retired": retired,
    "no spread": same_each_month,
}


#: These differ from the others in what the pages say of them, and not in how they say it.
AKIN = {"all best", "all blank", "one month", "retired"}


@pytest.fixture(
    params=[pytest.param(name, marks=[pytest.mark.slow] if name in AKIN else []) for name in sorted(WORLDS)]
)
def world(request: pytest.FixtureRequest, sqlite_runtime: Runtime) -> tuple[Runtime, Practice]:
    """A practice with odd results, in April."""
    practice = builders.make_practice(sqlite_runtime)
    WORLDS[request.param](sqlite_runtime, practice, builders.load_instrument(sqlite_runtime))
    assert isinstance(sqlite_runtime.clock, SimulatedClock)
    sqlite_runtime.clock.move_to(at_local(TODAY, 10, practice.time_zone))
    return sqlite_runtime, practice


def visitors(runtime: Runtime, practice: Practice) -> dict[str, FlaskClient]:
    from survey.app import make_app

    app = make_app(runtime)
    owner, clinician = app.test_client(), app.test_client()
    enter(owner, runtime, make_owner(runtime, practice))
    ana = builders.make_clinician(runtime, practice, "Ana Ortiz")
    enter(clinician, runtime, make_clinician_account(runtime, practice, ana))
    return {"/staff/practice": owner, "/staff/clinician": clinician}


def read(page: str) -> str:
    """What somebody reads between the tags; charts by their title and description alone."""
    main = page[page.index("<main") : page.index("</main>")]
    said = re.sub(r"<text[^>]*>[^<]*</text>", "", main)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", said)))


def faults(words: str) -> list[str]:
    return [words[max(0, found.start() - 40) : found.end() + 20] for found in NEVER.finditer(words)]


def test_pages_have_words_in_both_languages(world: tuple[Runtime, Practice]) -> None:
    for address, client in visitors(*world).items():
        for period in ("", "/2026-Q2", "/2026-Q1", "/2025-Q4"):
            for spoken in ("en", "es"):
                answer = client.get(address + period, headers={"Accept-Language": spoken})
                assert answer.status_code == 200
                words = read(answer.text)
                assert faults(words) == [], (address, period, spoken)
                assert len(words) > 300, "a page is never blank"


def strictly(text: str) -> dict[str, object]:
    """JSON as the standard has it: no NaN, no Infinity."""

    def refuse(constant: str) -> object:
        raise AssertionError(f"{constant} stands in a figure")

    found: dict[str, object] = json.loads(text, parse_constant=refuse)
    return found


def test_figures_are_numbers_and_gaps(world: tuple[Runtime, Practice]) -> None:
    runtime, practice = world
    names = {item.touchpoint for item in builders.load_instrument(runtime).counted}
    for address, client in visitors(runtime, practice).items():
        for name in sorted(names | {"whole", "clinicians"}):
            answer = client.get(f"{address}/figure/{name}.json")
            assert answer.status_code in {200, 404}
            figure = strictly(answer.text) if answer.status_code == 200 else {"data": []}
            said = re.findall(r'"customdata": ?(\[.*?\]\])', answer.text)
            assert faults(" ".join(said)) == []
            assert figure["data"] != [] or answer.status_code == 404


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_the_table_to_take_away_says_withheld(world: tuple[Runtime, Practice], spoken: str) -> None:
    client = visitors(*world)["/staff/practice"]
    form = {"csrf_token": token_of(client, "/staff/reports")}
    for quarter in ("2026-Q1", "2026-Q2"):
        answer = client.post(f"/staff/reports/{quarter}/csv", data=form, headers={"Accept-Language": spoken})
        if answer.status_code == 404:  # a quarter without results has no report
            continue
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert len(rows) > 5
        assert [fault for row in rows for cell in row for fault in faults(cell)] == []


@pytest.mark.parametrize(
    "words", ["NaN answers", "None", "was 0 %", "0% said", "probably {low}", "by %(name)s"]
)
def test_such_words_would_be_noticed(words: str) -> None:
    assert faults(words)
    assert not faults("10% or less, 0–20%, 100%, nonetheless")
