"""The two attacks that need a real browser; on SQLite only, because a browser does not see the database."""

from __future__ import annotations

import pytest

from survey.attacks import browsing
from survey.attacks.house import furnish
from survey.attacks.trial import Trial
from survey.runtime import Runtime
from tests.services import browser_path, miss

pytestmark = pytest.mark.browser
TRIALS = (browsing.SCANNER, browsing.SHOULDER)


@pytest.fixture(autouse=True)
def chromium() -> None:
    browser_path()
    if not browsing.is_possible():
        miss("browser", "playwright is not installed")


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.attack)
def test_the_program_withstands(trial: Trial, sqlite_runtime: Runtime) -> None:
    finding = trial.carry_out(furnish(sqlite_runtime))
    assert not finding.won, finding.score


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.attack)
def test_a_broken_variant_loses(trial: Trial, sqlite_runtime: Runtime) -> None:
    with trial.variants[0].broken():
        finding = trial.carry_out(furnish(sqlite_runtime))
    assert finding.won, finding.score
