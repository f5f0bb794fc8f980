"""What goes out before Flask looks: the same answers as the long way, packed, small, and nobody's words."""

from __future__ import annotations

import gzip
import re
from datetime import date

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import Client, TestResponse

from survey.db import transaction
from survey.instruments.loading import load_all
from survey.practice import publishing, reaching
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import headers, packed, survey_page
from survey.web.short_path import ShortPath
from tests import builders
from tests.instruments.kinds import every_kind
from tests.web.patients import EN_BLANCO, PAGE, send, told_apart

pytestmark = pytest.mark.usefixtures("practice")

#: What a connection carries in its first round trip, and what page, sheet and script may take of it, packed.
ONE_ROUND_TRIP, PACKED = 14_336, 4_096
ENCODINGS = ("", "gzip", "br", "gzip, deflate, br, zstd", "br;q=0, gzip;q=0.5", "identity", "nonsense;;q=x,")
LABELS = ("after-visit-1", "short-1", "two-tap-1", "cg-cahps-visit-1", "fft-1", "every-kind-1")
LOADED = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js)\?[^"]+)"([^>]*)>')


@pytest.fixture
def long_way(app: Flask) -> Client:
    assert isinstance(app.wsgi_app, ShortPath)
    return Client(app.wsgi_app.onward)


def unpacked(response: TestResponse) -> bytes:
    way = {"gzip": gzip.decompress, "br": brotli.decompress}.get(response.headers.get("Content-Encoding", ""))
    return bytes(way(response.data)) if way else response.data


@pytest.mark.parametrize("accepted", ENCODINGS)
@pytest.mark.parametrize("secure", ["http", "https"])
def test_both_ways_lead_to_the_same_answer(
    client: FlaskClient, long_way: Client, accepted: str, secure: str
) -> None:
    client.get(PAGE)
    given = {"Accept-Encoding": accepted}
    base = f"{secure}://localhost"
    for method in ("GET", "HEAD"):
        short = client.open(PAGE, method=method, headers=given, base_url=base)
        long = long_way.open(PAGE, method=method, headers=given, base_url=base)
        assert told_apart(short, long) == set()
    known = {**given, "If-None-Match": short.headers["ETag"]}
    again = [each.get(PAGE, headers=known, base_url=base) for each in (client, long_way)]
    assert [each.status_code for each in again] == [304, 304]
    assert told_apart(*again) == set()


def test_a_short_way_that_forgets_a_header_would_be_noticed(
    app: Flask, client: FlaskClient, long_way: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(PAGE)
    bare = {secure: [("X-Content-Type-Options", "nosniff")] for secure in (False, True)}
    monkeypatch.setattr(app.wsgi_app, "_for_surveys", bare)
    assert told_apart(client.get(PAGE), long_way.get(PAGE)) >= {"Content-Security-Policy", "Referrer-Policy"}


def test_a_page_at_hand_asks_no_database_and_reads_no_cookie(
    client: FlaskClient, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(PAGE)
    begun: list[object] = []
    listen = begun.append
    event.listen(runtime.engine, "begin", listen)
    monkeypatch.setattr(Flask, "full_dispatch_request", lambda _: pytest.fail("the long way"))
    again = client.get(PAGE, headers={"Cookie": "session=x"})
    event.remove(runtime.engine, "begin", listen)
    assert again.data == first.data
    assert begun == []


def test_every_form_of_a_page_or_file_is_the_same_bytes_in_the_end(client: FlaskClient) -> None:
    for address in (PAGE, EN_BLANCO, "/static/afterword.css", "/static/survey.js", "/static/mark.svg"):
        client.get(address)
        forms = [client.get(address, headers={"Accept-Encoding": each}) for each in ("", "gzip", "br")]
        assert len({unpacked(each) for each in forms}) == 1
        assert len({each.headers["ETag"] for each in forms}) == 3
        assert {each.headers["Vary"] for each in forms} == {"Accept-Encoding"}
        assert [each.headers.get("Content-Encoding") for each in forms] == [None, "gzip", "br"]
        assert [int(each.headers["Content-Length"]) for each in forms] == [len(each.data) for each in forms]


def test_a_file_is_kept_for_a_year_and_typed(client: FlaskClient) -> None:
    found = {
        name: client.get(f"/static/{name}") for name in ("afterword.css", "survey.js", "vendor/README.md")
    }
    assert found["afterword.css"].headers["Content-Type"] == "text/css; charset=utf-8"
    assert found["survey.js"].headers["Content-Type"] == "text/javascript; charset=utf-8"
    for each in found.values():
        assert each.status_code == 200
        assert each.headers["Cache-Control"] == "public, max-age=31536000"
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        each.close()
    assert client.get("/static/../wsgi.py").status_code == 404
    assert client.get("/static/nothing.css").status_code == 404


def test_whatever_holds_words_or_a_code_is_never_packed(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip, br"
    came_back = client.post(PAGE, data={"token": token, "box.works_well": "calm"})
    assert (came_back.status_code, "Content-Encoding" in came_back.headers) == (422, False)
    assert "Content-Encoding" not in send(client, token).headers


def test_the_end_of_a_survey_is_told_within_a_minute(
    client: FlaskClient, runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    assert client.get(PAGE).status_code == 200
    with transaction(runtime.engine, practice.id) as db:
        reaching.close(db.get_one(Practice, practice.id), today=date(2026, 3, 2))
    later = survey_page.monotonic() + survey_page.FRESH + 1
    monkeypatch.setattr(survey_page, "monotonic", lambda: later)
    looked, sent = client.get(PAGE), send(client, token, box_works_well="The calm waiting room")
    spanish = client.get(EN_BLANCO)
    assert [looked.status_code, sent.status_code, spanish.status_code] == [410] * 3
    assert "This survey is closed" in looked.text
    assert "The calm waiting room" in sent.text
    assert "Esta encuesta está cerrada" in spanish.text
    assert {each.headers["Cache-Control"] for each in (looked, sent)} == {"no-store"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("label", LABELS)
def test_page_sheet_and_script_fit_one_round_trip(
    client: FlaskClient, runtime: Runtime, practice: Practice, label: str, language: str
) -> None:
    publish_all(runtime, practice)
    address = f"/s/riverside/{label}/{language}"
    assert weight(client, address) <= ONE_ROUND_TRIP
    assert weight(client, address, "br") <= PACKED or label == "every-kind-1"  # made up to hold everything


def test_a_page_that_grew_too_long_would_be_noticed(client: FlaskClient, app: Flask) -> None:
    app.jinja_env.globals["sheet"] = lambda _: "/* said at too great a length */" * 200
    assert weight(client, PAGE) > ONE_ROUND_TRIP


def test_the_page_names_no_other_place_and_its_policy_allows_its_own_sheet_alone(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    publish_all(runtime, practice)
    for label in LABELS:
        page = client.get(f"/s/riverside/{label}/en")
        assert re.findall(r"(?:https?:)?//[a-z]", page.text) == []
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert policy.count("'sha256-") == 2
    assert "sha256" not in client.get("/s/riverside/kept/en").headers["Content-Security-Policy"]
    assert "sha256" not in headers.POLICY


def test_the_best_encoding_is_chosen_whatever_is_asked() -> None:
    chosen = {each: packed.best_encoding(each) for each in ENCODINGS}
    assert list(chosen.values()) == ["", "gzip", "br", "br", "gzip", "", ""]


def publish_all(runtime: Runtime, practice: Practice) -> None:
    known = load_all(runtime.settings.surveys_config).values()
    with transaction(runtime.engine, practice.id) as db:
        for instrument in (*known, every_kind()):
            publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))


def weight(client: FlaskClient, address: str, encoding: str = "") -> int:
    """Bytes of a page and of all that is not loaded with low priority, in an encoding."""
    page = client.get(address)
    first = [name for name, rest in LOADED.findall(page.text) if "low" not in rest]
    parts = [client.get(each, headers={"Accept-Encoding": encoding}) for each in (address, *first)]
    assert all(each.headers.get("Content-Encoding", "") == encoding for each in parts)
    return sum(len(each.data) for each in parts)
