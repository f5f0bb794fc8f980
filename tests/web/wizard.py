"""Plain functions for tests of the import wizard: what a person does with a file, page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from io import BytesIO
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.desk import TOKEN

SELECT = re.compile(r'<select id="[^"]*" name="([^"]+)">(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
INPUT = re.compile(r'<input (?:id="[^"]*" |type="hidden" )name="([^"]+)" value="([^"]*)"')
TIE = re.compile(r'name="(tie-\d+)" value="(\d+)"> <span class="anywhere">([^<]*)')

HEADER = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey"
GOOD_FILE = f"""{HEADER}
V1,2026-02-27T09:00:00-05:00,Ana Ortiz,Main,one@example.org,attended,en,3,no
V2,2026-02-27T10:00:00-05:00,Ana Ortiz,Main,two@example.org,attended,en,1,no
V3,2026-02-27T11:00:00-05:00,Ben Yu,Main,three@example.org,no-show,en,4,no
"""
#: Visits without addresses, and a list of clients in which one name stands twice.
TIED = (
    """Date of Service,Client,Clinician,Billing Code
02/26/2026,Maria Garcia,Ana Ortiz,90837
02/27/2026,Maria Garcia,Ana Ortiz,90837
02/27/2026,Sam Reed,Ben Yu,90834
""",
    """Client,Email,Client Type,Primary Clinician
Maria Garcia,mgarcia11@example.org,Adult,Ana Ortiz
"García, María",maria.other@example.org,Adult,Ben Yu
Sam Reed,samreed77@example.org,Adult,Ben Yu
""",
)


def upload(client: FlaskClient, *contents: bytes | str | Path) -> TestResponse:
    """Choose one or two files and send them."""
    page = client.get("/staff/visits")
    form: dict[str, object] = {"csrf_token": _token(page)}
    for name, content in zip(("file", "clients"), contents, strict=False):
        form[name] = (BytesIO(_bytes(content)), f"{name}.csv")
    if len(contents) < 2:
        form["clients"] = (BytesIO(), "")
    return client.post("/staff/visits", data=form)


def begin(client: FlaskClient, *contents: bytes | str | Path) -> str:
    """Upload; the address of the page where the file waits."""
    sent = upload(client, *contents)
    assert sent.status_code == 302, sent.text
    return sent.headers["Location"]


def fields(page: TestResponse) -> dict[str, str]:
    """What the form on the page where a file is checked would send as it stands."""
    found = {name: unescape(value) for name, value in INPUT.findall(page.text)}
    for name, options in SELECT.findall(page.text):
        chosen = CHOSEN.search(options)
        found[name] = unescape(chosen.group(1)) if chosen else ""
    return found


def check(client: FlaskClient, address: str, **changed: str) -> TestResponse:
    """Send the form as it stands but for what is changed."""
    form = fields(client.get(address)) | {"go": "on"} | changed
    return client.post(address, data=form)


def send(client: FlaskClient, address: str, form: Mapping[str, str] | None = None) -> TestResponse:
    """Press a button of the page where the file waits."""
    token = _token(client.get("/staff/visits"))
    return client.post(address, data={"csrf_token": token, **(form or {})})


def bring_in(client: FlaskClient, *contents: bytes | str | Path) -> TestResponse:
    """All steps as a person takes them who finds nothing to correct; the page afterwards."""
    address = begin(client, *contents)
    checked = check(client, address)
    assert checked.status_code == 302, checked.text
    assert checked.headers["Location"] == address + "/preview", client.get(address).text
    taken = send(client, address + "/take")
    assert taken.status_code == 302, taken.text
    return client.get(taken.headers["Location"])


def _bytes(content: bytes | str | Path) -> bytes:
    if isinstance(content, Path):
        return content.read_bytes()
    return content.encode() if isinstance(content, str) else content


def _token(page: TestResponse) -> str:
    found = TOKEN.search(page.text)
    assert found is not None, page.text
    return found.group(1)
