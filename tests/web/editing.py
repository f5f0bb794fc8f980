"""Plain functions for tests of the survey editor: its forms, pressed as a browser would."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.db import reading
from survey.practice import drafting
from survey.practice.model import Practice
from survey.runtime import Runtime

HOME = "/staff/surveys"
DRAFT = f"{HOME}/after_visit/draft"
PHONE = f"{HOME}/after_visit/phone/en"
NUMBER = re.compile(r'name="number" value="(\d+)"')
FIELD = re.compile(r'<input id="[^"]*" name="([^"]*)"[^>]*? value="([^"]*)"')
AREA = re.compile(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
CHECKED = re.compile(r'<input type="checkbox"[^>]*name="([^"]*)" value="([^"]*)" checked>')
SELECT = re.compile(r'<select id="[^"]*" name="([^"]*)">(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
FIRST = re.compile(r'<option value="([^"]*)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def filled(page: str) -> dict[str, Any]:
    """Every field of a page with what stands in it."""
    fields: dict[str, Any] = {}
    for name, value in (*HIDDEN.findall(page), *FIELD.findall(page), *AREA.findall(page)):
        fields[unescape(name)] = unescape(value)
    for name, inside in SELECT.findall(page):
        fields[name] = unescape((CHOSEN.findall(inside) or FIRST.findall(inside))[0])
    for name, value in CHECKED.findall(page):
        fields.setdefault(name, []).append(unescape(value))
    return fields


def press(client: FlaskClient, page: str, to: str = "", **changes: Any) -> TestResponse:
    """Load a page, change some fields of its forms, and send them."""
    fields = {**filled(client.get(page).text), **{k.replace("__", "."): v for k, v in changes.items()}}
    return client.post(to or page, data=fields)


def begin(client: FlaskClient, source: str = "version:after-visit-1") -> TestResponse:
    """A draft of a published or shipped survey."""
    return press(client, HOME, f"{HOME}/begin", **{"from": source})


def do(client: FlaskClient, what: str) -> TestResponse:
    """Press one of the buttons beside a question."""
    return press(client, DRAFT, f"{DRAFT}/part", do=what)


def saved(runtime: Runtime, practice: Practice, survey: str = "after_visit") -> dict[str, Any]:
    """What the draft in the database says."""
    with reading(runtime.engine, practice.id) as db:
        found = drafting.draft_of(db, practice.id, survey)
        assert found is not None
        return dict(drafting.content(found))


def question(runtime: Runtime, practice: Practice, name: str) -> dict[str, Any]:
    """One question or box of the draft in the database."""
    data = saved(runtime, practice)
    found: dict[str, Any] = next(e for e in [*data["items"], *data["comments"]] if e["id"] == name)
    return found


def publish(client: FlaskClient, **changes: Any) -> TestResponse:
    """Publish the draft with a note."""
    page = f"{HOME}/after_visit/publish"
    return press(client, page, **{"note__text": "Asks about letters too.", **changes})
