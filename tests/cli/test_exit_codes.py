"""A command that finds something wrong says so with its exit code, so that a script can stop there."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey import cli
from survey.settings import shipped


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *arguments: str) -> int:
    monkeypatch.setenv("AFTERWORD_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("AFTERWORD_KEYS", str(tmp_path / "keys"))
    monkeypatch.setattr("sys.argv", ["afterword", *arguments])
    return cli.main()


def test_a_doctor_who_complains_does_not_exit_with_zero(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, "doctor") == 1
    assert "practice create" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []  # looking makes nothing


def test_a_faulty_survey_file_does_not_exit_with_zero(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good, bad = shipped("surveys_config") / "fft.yaml", tmp_path / "bad.yaml"
    bad.write_text("id: [\n", "utf-8")
    assert run(monkeypatch, tmp_path, "instrument", "check", str(bad)) == 1
    assert run(monkeypatch, tmp_path, "instrument", "check", str(good)) == 0


def test_a_report_before_the_first_survey_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    create = ["practice", "create", "riverside", "Riverside", "--phone", "555 0100"]
    assert run(monkeypatch, tmp_path, *create) == 0
    assert run(monkeypatch, tmp_path, "report", "2001-Q1") == 1
    assert "publish one first" in capsys.readouterr().err
