"""Preview and test mode: the patients' own page in a frame, and a test that is kept nowhere."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.clock import local_day
from survey.db import as_owner
from survey.instruments.model import Instrument
from survey.migrations.tables import METADATA
from survey.practice.model import Practice
from survey.prepared import plain_transaction
from survey.responses import submitting
from survey.runtime import Runtime
from survey.web import answer_form, editor_preview
from tests import builders
from tests.web.desk import enter, make_owner
from tests.web.editing import HOME, PHONE, begin, press

PREVIEW = f"{HOME}/after_visit/preview/en"
#: What a POST of staff writes anyway: when the sign-in was last used.
SIGN_INS = {"staff_session"}
#: Where answers are sealed, spent, stored or read; nothing of a test may lead there.
BEYOND = (
    *("survey.keys", "survey.releases", "survey.insight", "survey.invitations", "survey.visits"),
    *("survey.responses.submitting", "survey.responses.pooling", "survey.responses.model"),
)


@pytest.fixture
def owner(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    enter(client, runtime, make_owner(runtime, practice))
    begin(client)
    return client


def everything(runtime: Runtime) -> dict[str, list[str]]:
    """Every row of every table but the sign-ins, and every key file with its content."""
    with as_owner(runtime.settings, runtime.engine) as owner, owner.connect() as connection:
        found = {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in METADATA.sorted_tables
            if table.name not in SIGN_INS
        }
        connection.rollback()
    files = sorted(path for path in runtime.files.root.rglob("*") if path.is_file())
    return {**found, "keys": [f"{path} {path.read_bytes()!r}" for path in files]}


def a_test(owner: FlaskClient) -> TestResponse:
    """A whole test: a rating, words, who may read them."""
    form = {"item.phone": "definitely", "box.to_change": "Softer <b>chairs</b>", "audience": "all"}
    return press(owner, PHONE, **form)


def reaches(source: str) -> list[str]:
    """What a module imports that it must not."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
            found += [name for name in names if name.startswith(BEYOND) or name == "survey.db.transaction"]
        elif isinstance(node, ast.Import):
            found += [each.name for each in node.names if each.name.startswith(BEYOND)]
    return found


def test_a_test_shows_what_would_be_kept_and_changes_nothing(owner: FlaskClient, runtime: Runtime) -> None:
    before = everything(runtime)
    page = a_test(owner)
    assert page.status_code == 200
    assert "Nothing was stored" in page.text
    assert "Yes, definitely" in page.text
    assert "Softer &lt;b&gt;chairs&lt;/b&gt;" in page.text
    assert everything(runtime) == before


def test_a_test_mode_that_stores_is_found(
    owner: FlaskClient, runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = editor_preview.kept
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))

    def storing(instrument: Instrument, given: Any, language: str) -> list[editor_preview.Kept]:
        with plain_transaction(runtime.engine, practice.id) as connection:
            submitting.submit(
                connection,
                runtime.files,
                practice,
                builders.load_instrument(runtime),
                token=token,
                ratings=given.ratings,
                comments=given.comments,
                audience=given.audience,
                today=local_day(runtime.clock.now(), practice.time_zone),
            )
        return real(instrument, given, language)

    monkeypatch.setattr(editor_preview, "kept", storing)
    before = everything(runtime)
    assert a_test(owner).status_code == 200
    assert everything(runtime) != before


@pytest.mark.parametrize("module", [editor_preview, answer_form])
def test_what_a_test_is_made_of_reaches_no_pool_no_key_and_no_writing_transaction(module: Any) -> None:
    assert reaches(inspect.getsource(module)) == []


@pytest.mark.parametrize(
    "line",
    [
        "from survey.responses import submitting",
        "from survey.responses.pooling import open_pools",
        "import survey.keys.sealing",
        "from survey.db import transaction",
    ],
)
def test_a_module_that_reaches_further_is_found(line: str) -> None:
    assert reaches(f"{inspect.getsource(editor_preview)}\n{line}\n") != []


def test_a_test_is_refused_as_a_patients_answer_would_be(owner: FlaskClient) -> None:
    blank = press(owner, PHONE)
    assert (blank.status_code, "Answer at least one question" in blank.text) == (422, True)
    assert press(owner, PHONE, **{"item.phone": "splendid"}).status_code == 422
    other = press(owner, PHONE, go="language:es", **{"item.phone": "definitely"})
    assert 'lang="es"' in other.text
    assert "value=definitely id=item.phone checked" in other.text


def test_the_frame_shows_the_patients_page_and_only_our_own_page_may_frame_it(owner: FlaskClient) -> None:
    around, inside = owner.get(PREVIEW), owner.get(PHONE)
    assert f'src="{PHONE}"' in around.text
    policy = around.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "frame-ancestors 'self'" in inside.headers["Content-Security-Policy"]
    assert f'action="{PHONE}"' in inside.text
    assert "/s/riverside/after-visit-1/en?" not in inside.text
    assert owner.get(f"{HOME}/after_visit/phone/fr").status_code == 404
    assert owner.get(f"{HOME}/after_visit/preview/fr").status_code == 404


def test_no_patients_page_may_be_framed_or_says_anything_of_a_test(
    client: FlaskClient, owner: FlaskClient
) -> None:
    page = client.get("/s/riverside/after-visit-1/en")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "csrf_token" not in page.text
