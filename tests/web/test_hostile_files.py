"""Survey files made to do harm, brought in with the browser and checked in a terminal, within limits."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from survey.app import make_app
from survey.cli import main
from survey.db import reading
from survey.instruments import source
from survey.instruments.document import Document
from survey.practice import drafting
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from tests import builders
from tests.instruments.hostile import MERGE_BOMB, SHORT
from tests.limits import limited
from tests.web.desk import enter, make_owner, token_of
from tests.web.editing import HOME


@pytest.fixture
def practice(sqlite_runtime: Runtime) -> Practice:
    return builders.make_practice(sqlite_runtime)


@pytest.fixture
def owner(sqlite_runtime: Runtime, practice: Practice) -> FlaskClient:
    client = make_app(sqlite_runtime).test_client()
    enter(client, sqlite_runtime, make_owner(sqlite_runtime, practice))
    return client


def stored(runtime: Runtime, practice: Practice) -> tuple[list[str], int]:
    """The drafts there are, and how many deeds the log holds."""
    with reading(runtime.engine, practice.id) as db:
        return drafting.drafts(db, practice.id), db.query(AuditEntry).count()


def bring(owner: FlaskClient, text: str, *, pasted: bool) -> tuple[int, str]:
    form: dict[str, Any] = {"csrf_token": token_of(owner, HOME)}
    form |= {"text": text} if pasted else {"file": (io.BytesIO(text.encode()), "ours.yaml")}
    answer = owner.post(f"{HOME}/file", data=form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # a large body stands in a file of the test's own browser
    return answer.status_code, answer.text


@pytest.mark.parametrize("pasted", [False, True], ids=["file", "pasted"])
def test_a_hostile_file_gets_a_page_with_its_fault_and_leaves_nothing_behind(
    owner: FlaskClient, sqlite_runtime: Runtime, practice: Practice, *, pasted: bool
) -> None:
    before = stored(sqlite_runtime, practice)
    for name, text in SHORT.items():
        with limited():
            status, page = bring(owner, text, pasted=pasted)
        if status == 413:
            assert ("That is too much at once" in page, "Nothing was saved" in page) == (True, True), name
            continue
        assert (status, "There is a problem" in page, "Line " in page) == (400, True, True), name
    assert stored(sqlite_runtime, practice) == before == ([], before[1])


def test_a_hostile_file_gets_its_fault_in_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in SHORT.items():
        path = tmp_path / f"{name.replace(' ', '_')}.yaml"
        path.write_text(text, "utf-8")
        monkeypatch.setattr("sys.argv", ["afterword", "instrument", "check", str(path)])
        with limited():
            code = main()
        said = capsys.readouterr()
        assert (code, "Traceback" in said.out + said.err) == (1, False), name
        assert f"{path}:1: " in said.out + said.err or f"{path}:13: " in said.out + said.err, name


def test_the_usual_loader_behind_the_page_would_take_all_memory(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The variant that must not be used: the limit above is one that a bomb breaks."""
    monkeypatch.setattr(source, "parse", lambda raw, file: Document(file, yaml.safe_load(raw)))
    with limited():
        assert bring(owner, MERGE_BOMB, pasted=False)[0] == 500
    assert caplog.records[-1].exc_info is not None
    assert caplog.records[-1].exc_info[0] is MemoryError
