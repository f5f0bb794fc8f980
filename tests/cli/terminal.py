"""The command line as somebody at a terminal meets it: arguments in, words and an exit code out."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

from survey import cli
from survey.runtime import Runtime
from survey.settings import PREFIX, TEST_VARIABLES, Settings, environment_for


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class Terminal:
    """Runs ``survey.cli.main`` on one installation, in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.opened: list[Runtime] = []

    def end(self) -> None:
        """What commands left open is closed, as it is where each command is a process."""
        for runtime in self.opened:
            runtime.engine.dispose()

    def use(self, settings: Settings) -> None:
        """The environment names this installation."""
        for name, value in environment_for(settings).items():
            if name.startswith(PREFIX) and name not in TEST_VARIABLES:
                self._monkeypatch.setenv(name, value)

    def set(self, name: str, value: str) -> None:
        """One more setting, such as ``smtp_port``."""
        self._monkeypatch.setenv(PREFIX + name.upper(), value)

    def run(self, *arguments: str) -> Said:
        self._monkeypatch.setattr(sys, "argv", ["afterword", *arguments])
        self._capsys.readouterr()
        code = cli.main()
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)
