"""What an answer costs: ``python benchmarks/answer.py [--answers 2000] [--rounds 5] [--postgres URL]``.

The same web server with the same threads, first with a bare Flask application that reads the same form and
writes one row with SQLAlchemy Core, then with the program, which checks the link, seals two boxes, spends the
tag and shows a page of thanks. Both commit durably, on the same kind of database. Eight connections ask at
once; a round asks both, and the middle one of all ratios counts. A repeated answer must cost what a first one
does. Last, the processor time of one respondent: the page and the answer.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from client import Answered, ask_all, milliseconds
from flask import Flask, request
from server import Server, serving
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, func, insert, select

from survey import clock
from survey.app import make_app
from survey.db import make_engine, random_id, reading, transaction
from survey.instruments.loading import load_all
from survey.instruments.model import Instrument
from survey.keys import issue
from survey.keys.tokens import token_maker
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.responses import pooling
from survey.responses.model import Pool, Scratch
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings

PAGE = "/s/riverside/after-visit-1/en"
CONNECTIONS = 8
WORDS = "The waiting room was calm and everybody was kind, but the phone was hard to reach."
#: LimeSurvey 6.4.2 on the same machine, milliseconds of the processor for one respondent.
LIMESURVEY = {"as it is installed": 410, "tuned": 84}
ROW = Table(
    "row",
    MetaData(),
    Column("id", LargeBinary, primary_key=True),
    Column("answers", String),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class House:
    """An installation with one practice, its survey, and links that nobody has used."""

    runtime: Runtime
    practice: Practice
    survey: Instrument
    cell_id: int

    def tokens(self, number: int) -> list[str]:
        week = clock.week_number(clock.SystemClock().now().date())
        make = token_maker(self.runtime.files, week)
        return [make(self.cell_id, random_id()) for _ in range(number)]

    def rows(self) -> tuple[int, int]:
        """Boxes in the pool, and boxes of repeated answers."""
        with reading(self.runtime.engine, self.practice.id) as db:
            counts = (select(func.count()).select_from(table) for table in (Pool, Scratch))
            first, again = (int(db.scalar(count) or 0) for count in counts)
        self.close()
        return first, again

    def close(self) -> None:
        """Before another process is forked: SQLite's locks do not survive an open file in both."""
        self.runtime.engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", default="", help="An empty database; else SQLite in a scratch folder.")
    parser.add_argument("--folder", default=None, help="Where the scratch folder is made: the disk matters.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        settings = settings_of(Path(folder), given.postgres)
        house = furnish(open_runtime(settings))
        with (
            serving(lambda: bare(settings)) as theirs,
            serving(lambda: make_app(open_runtime(settings))) as ours,
        ):
            compare(theirs, ours, house, answers=given.answers, rounds=given.rounds)
            respondents(ours, house, answers=given.answers, rounds=given.rounds)
            print(f"memory of the web process {ours.memory():.0f} MB; the bare one {theirs.memory():.0f} MB")


def settings_of(folder: Path, postgres: str) -> Settings:
    return load_settings({}, instance=folder / "i", keys=folder / "k", mail="folder", database_url=postgres)


def furnish(runtime: Runtime) -> House:
    today = clock.SystemClock().now().date()
    survey = load_all(runtime.settings.surveys_config)["after_visit"]
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db, slug="riverside", name="Riverside Practice", time_zone="UTC", phone="555-0100"
        )
        publishing.publish(db, practice.id, survey, from_day=date(2020, 1, 1))
        pooling.open_pools(db, runtime.files, practice.id)
    issue.ensure_week(runtime.files, clock.week_number(today), today=today)
    with transaction(runtime.engine, practice.id) as db:
        cell = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=None)
    runtime.engine.dispose()
    return House(runtime, practice, survey, cell.id)


def bare(settings: Settings) -> Flask:
    """What the program is measured by: one form, one row, one durable commit, with the same pragmas."""
    app = Flask("bare")
    beside = {} if settings.database_url else {"instance": settings.instance.with_name("bare")}
    place = load_settings({}, database_url=settings.database_url, **beside)
    place.data.mkdir(parents=True, exist_ok=True)
    engine = make_engine(place)
    with engine.begin() as connection:
        ROW.create(connection, checkfirst=True)

    @app.post(PAGE)
    def answer() -> str:
        given = request.form
        with engine.begin() as connection:
            connection.execute(insert(ROW).values(id=os.urandom(16), answers=urlencode(given)))
        return "Thank you"

    return app


def answer_request(house: House, token: str, *, words: str = WORDS) -> bytes:
    """An answer as a browser sends it: every question, and one comment."""
    survey = house.survey
    fields = {f"item.{item.id}": item.scale.options[0].value for item in survey.items}
    return posting(fields | {f"box.{survey.comments[0].id}": words, "audience": "all", "token": token})


def posting(fields: dict[str, str]) -> bytes:
    body = urlencode(fields).encode("ascii")
    head = f"POST {PAGE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode("ascii") + body


def getting() -> bytes:
    return f"GET {PAGE} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, br\r\n\r\n".encode("ascii")


@dataclass(frozen=True)
class Found:
    """One round at one server; ``processor`` in milliseconds for each request."""

    answers: list[Answered]
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds

    def __str__(self) -> str:
        p50, p99 = milliseconds(self.answers, 0.5), milliseconds(self.answers, 0.99)
        return (
            f"{self.rate:,.0f}/s, {self.processor:.2f} ms of the processor, p50 {p50:.1f}, p99 {p99:.1f} ms"
        )


def ask(server: Server, requests: Sequence[bytes], *, connections: int = CONNECTIONS) -> Found:
    """All of them, and every one is answered as a patient hopes."""
    used, begun = server.processor(), clock.monotonic()
    answers = ask_all(server.address, requests, connections=connections)
    seconds = clock.monotonic() - begun
    assert {answer.status for answer in answers} == {200}, {answer.status for answer in answers}
    return Found(answers, seconds, 1000 * (server.processor() - used) / len(requests))


def compare(theirs: Server, ours: Server, house: House, *, answers: int, rounds: int) -> None:
    rates, prices, again_prices, slowest = [], [], [], []
    for number in range(rounds + 1):
        asked = [answer_request(house, token) for token in house.tokens(answers)]
        before = house.rows()
        bare, first, again = ask(theirs, asked), ask(ours, asked), ask(ours, asked)
        added = tuple(now - then for now, then in zip(house.rows(), before, strict=True))
        assert added == (2 * answers, 2 * answers), f"{answers} answers, but rows {added}"
        if number:  # the first round warms up
            print(f"one row    {bare}\nan answer  {first}\nrepeated   {again}", flush=True)
            rates.append(first.rate / bare.rate)
            prices.append(bare.processor / first.processor)
            again_prices.append(again.processor / first.processor)
            slowest.append(milliseconds(first.answers, 0.99))
    print(f"ratio {told(rates)} by the clock, {told(prices)} by the processor; p99 {told(slowest)} ms")
    print(f"a repeated answer costs {told(again_prices)} of a first one")


def respondents(ours: Server, house: House, *, answers: int, rounds: int) -> None:
    """The page once and the answer once, for each of so many people."""
    prices = []
    for _ in range(rounds):
        asked = [
            each for token in house.tokens(answers) for each in (getting(), answer_request(house, token))
        ]
        prices.append(2 * ask(ours, asked).processor)
    price = median(prices)
    beside = "; ".join(f"LimeSurvey {how} {ms} ({ms / price:.0f} times)" for how, ms in LIMESURVEY.items())
    print(f"a respondent: {told(prices)} ms of the processor; {beside}")


def told(found: Sequence[float]) -> str:
    return f"{median(found):.2f} (from {min(found):.2f} to {max(found):.2f})"


if __name__ == "__main__":
    main()
