"""A terminal on a clean installation, with or without a practice in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from survey import all_commands
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import Settings
from tests import builders
from tests.cli.terminal import Terminal


@pytest.fixture
def terminal(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Terminal]:
    """On each database; nothing is entered yet. Connections that a command leaves open are closed."""
    found = Terminal(monkeypatch, capsys)

    def noting(settings: Settings) -> Runtime:
        found.opened.append(open_runtime(settings))
        return found.opened[-1]

    open_runtime = all_commands.open_runtime
    monkeypatch.setattr(all_commands, "open_runtime", noting)
    found.use(settings)
    yield found
    found.end()


@pytest.fixture
def riverside(terminal: Terminal, runtime: Runtime) -> Practice:
    """The one practice of the installation."""
    return builders.make_practice(runtime)
