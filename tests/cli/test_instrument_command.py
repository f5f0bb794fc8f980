"""Surveys as files at the command line: schema, out, in, and into force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey.db import reading
from survey.instruments.loading import load_touchpoints
from survey.instruments.source import examine_instrument
from survey.practice import publishing
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.cli.terminal import Terminal
from tests.instruments.builders import SHIPPED


def test_the_schema_is_printed_for_editors(terminal: Terminal) -> None:
    said = terminal.run("instrument", "schema")
    assert said.code == 0
    assert said.out == (SHIPPED / "instrument.schema.json").read_text("utf-8")


def test_a_survey_is_printed_as_a_file_that_can_be_read_again(terminal: Terminal, runtime: Runtime) -> None:
    said = terminal.run("instrument", "export", "two_tap")
    known = load_touchpoints(SHIPPED / "touchpoints.yaml")
    examined = examine_instrument(said.out.encode(), file="x.yaml", touchpoints=known)
    assert examined.instrument == builders.load_instrument(runtime, "two_tap")


@pytest.mark.usefixtures("riverside")
def test_a_published_version_is_printed_by_its_label(terminal: Terminal) -> None:
    said = terminal.run("instrument", "export", "after-visit-1", "--practice", "riverside")
    assert said.out.startswith("id: after_visit\nversion: 1\n")
    said = terminal.run("instrument", "export", "after-visit-9", "--practice", "riverside")
    assert said.code == 1
    assert "has not published 'after-visit-9'. There are: after-visit-1." in said.err


def test_out_as_fhir_and_in_again(terminal: Terminal, tmp_path: Path) -> None:
    said = terminal.run("instrument", "export", "short", "--fhir")
    assert json.loads(said.out)["resourceType"] == "Questionnaire"
    file = tmp_path / "short.json"
    file.write_text(said.out, "utf-8")
    back = terminal.run("instrument", "import", str(file))
    assert (back.code, back.err) == (0, "")
    assert back.out.endswith(terminal.run("instrument", "export", "short").out)


def test_what_was_guessed_stands_on_top_of_the_file_and_on_the_screen(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "q.json"
    item = {"linkId": "1", "type": "boolean", "text": "Were we on time?"}
    file.write_text(json.dumps({"resourceType": "Questionnaire", "title": "Us", "item": [item]}), "utf-8")
    said = terminal.run("instrument", "import", str(file))
    assert "# 1: which answers are best" in said.out
    assert "1: which answers are best" in said.err


def test_answers_of_a_person_are_never_brought_in(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text('{"resourceType": "QuestionnaireResponse"}', "utf-8")
    said = terminal.run("instrument", "import", str(file))
    assert (said.code, said.out) == (1, "")
    assert "no answer belongs to a person" in said.err


def test_a_survey_comes_into_force_at_a_practice(
    terminal: Terminal, riverside: Practice, runtime: Runtime
) -> None:
    said = terminal.run("instrument", "publish", "short", "--practice", "riverside")
    assert said.code == 0, said.err
    assert said.out.startswith("short-1 is asked from ")
    with reading(runtime.engine, riverside.id) as db:
        assert set(publishing.versions(db, riverside.id)) == {"after-visit-1", "short-1"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nps", "--practice", "riverside"], "There is no survey 'nps'"),
        (["short", "--practice", "harbour"], "There is no practice 'harbour'"),
        (["after_visit", "--practice", "riverside", "--from", "2020-01-02"], "begins on a Monday"),
    ],
)
@pytest.mark.usefixtures("riverside")
def test_what_cannot_come_into_force_is_explained(
    terminal: Terminal, arguments: list[str], words: str
) -> None:
    said = terminal.run("instrument", "publish", *arguments)
    assert said.code == 1
    assert words in said.err
