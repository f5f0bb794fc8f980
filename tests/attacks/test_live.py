"""Every attack on the live side fails against the program and wins against what was broken on purpose."""

from __future__ import annotations

import pytest

from survey.attacks import (
    copies,
    fakes,
    filters,
    headers,
    lint,
    logs,
    mails,
    oracle,
    planted,
    prefetch,
    racing,
    rejoin,
)
from survey.attacks.house import furnish
from survey.attacks.trial import Trial, Variant
from survey.runtime import Runtime

TRIALS = (
    oracle.TRIAL,
    prefetch.TRIAL,
    racing.TRIAL,
    logs.TRIAL,
    headers.TRIAL,
    mails.TRIAL,
    filters.TRIAL,
    lint.TRIAL,
    rejoin.TRIAL,
    planted.TRIAL,
    planted.TRIAL,
    copies.TRIAL,
    fakes.TRIAL,
)
BROKEN = [(trial, variant) for trial in TRIALS for variant in trial.variants]


def named(value: object) -> str:
    """How a case is called in the list of tests."""
    return value.attack if isinstance(value, Trial) else value.name if isinstance(value, Variant) else ""


@pytest.mark.parametrize("trial", TRIALS, ids=named)
def test_the_program_withstands(trial: Trial, runtime: Runtime) -> None:
    finding = trial.carry_out(furnish(runtime, clinicians=trial.clinicians))
    assert finding.won == trial.inevitable, finding.score


@pytest.mark.parametrize(("trial", "variant"), BROKEN, ids=named)
def test_a_broken_variant_loses(trial: Trial, variant: Variant, runtime: Runtime, owned: Runtime) -> None:
    house = owned if trial is lint.TRIAL else runtime  # only the owner of the tables could break the schema
    with variant.broken():
        finding = trial.carry_out(furnish(house, clinicians=trial.clinicians))
    assert finding.won, finding.score


@pytest.mark.slow
@pytest.mark.parametrize("trial", [filters.TRIAL, rejoin.TRIAL, planted.TRIAL], ids=named)
def test_the_program_withstands_the_long_run(trial: Trial, runtime: Runtime) -> None:
    finding = trial.carry_out(furnish(runtime, clinicians=trial.clinicians, full=True))
    assert not finding.won, finding.score
