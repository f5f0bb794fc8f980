"""What a patient's browser and a thief can see; plain functions for the tests of patients' pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey.db import reading
from survey.practice.model import Practice
from survey.responses.model import Pool, Scratch, Spent
from survey.runtime import Runtime

PAGE = "/s/riverside/after-visit-1/en"
EN_BLANCO = "/s/riverside/after-visit-1/es"
GOOD = {"item.overall": "good", "item.phone": "no"}


@dataclass(frozen=True)
class Kept:
    """How many rows an answer could have left."""

    spent: int
    waiting: int
    scratch: int


NOTHING = Kept(0, 0, 0)
ONE_ANSWER = Kept(1, 2, 0)


def kept(runtime: Runtime, practice: Practice) -> Kept:
    with reading(runtime.engine, practice.id) as db:
        counts = [db.scalar(select(func.count()).select_from(table)) or 0 for table in (Spent, Pool, Scratch)]
    return Kept(*counts)


def send(client: FlaskClient, token: str, page: str = PAGE, **more: str) -> TestResponse:
    """A form with two answers and a code; ``more`` adds fields, their first underscore read as a dot."""
    fields = {name.replace("_", ".", 1): value for name, value in more.items()}
    return client.post(page, data={**GOOD, "token": token, **fields})


def told_apart(first: TestResponse, second: TestResponse) -> set[str]:
    """In what two answers differ for somebody who watches: status, headers (not the date), bytes."""
    parts = {"status": (first.status, second.status), "body": (first.data, second.data)}
    names = {*first.headers.keys(), *second.headers.keys()} - {"Date"}
    parts |= {name: (first.headers.getlist(name), second.headers.getlist(name)) for name in names}
    return {name for name, (one, other) in parts.items() if one != other}


def cookie_faults(response: TestResponse) -> set[str]:
    """Headers that say the page set or looked at a cookie."""
    vary = {each.strip().lower() for each in response.headers.get("Vary", "").split(",")}
    return {"Set-Cookie"} & set(response.headers.keys()) | ({"Vary"} if "cookie" in vary else set())
