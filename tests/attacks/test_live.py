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
    remembered,
)
from survey.attacks.house import furnish
from survey.attacks.trial import Trial, Variant
from survey.runtime import Runtime
from tests.databases import SQLITE_FIRST

TRIALS = (
    oracle.TRIAL,
    remembered.TRIAL,
    prefetch.TRIAL,
    racing.TRIAL,
    logs.TRIAL,
    headers.TRIAL,
    mails.TRIAL,
    lint.TRIAL,
    rejoin.TRIAL,
    planted.TRIAL,
    copies.TRIAL,
    fakes.TRIAL,
)
#: What these look at is done by the database in its own way; all else is tried on one of them as a rule.
OF_THE_DATABASE = (racing.TRIAL, logs.TRIAL, lint.TRIAL, rejoin.TRIAL, copies.TRIAL)
BROKEN = [(trial, variant) for trial in TRIALS for variant in trial.variants]
ON_BOTH = [case for case in BROKEN if case[0] in OF_THE_DATABASE]
ON_ONE = [case for case in BROKEN if case[0] not in OF_THE_DATABASE]
#: Every page with every parameter there is: some ten seconds each.
FILTERS = [
    pytest.param(variant, marks=[pytest.mark.slow] if place else [])
    for place, variant in enumerate(filters.TRIAL.variants)
]


def named(value: object) -> str:
    """How a case is called in the list of tests."""
    return value.attack if isinstance(value, Trial) else value.name if isinstance(value, Variant) else ""


@pytest.mark.parametrize("trial", TRIALS, ids=named)
def test_the_program_withstands(trial: Trial, runtime: Runtime) -> None:
    finding = trial.carry_out(furnish(runtime, clinicians=trial.clinicians))
    assert finding.won == trial.inevitable, finding.score


@pytest.mark.parametrize(("trial", "variant"), ON_BOTH, ids=named)
def test_a_broken_variant_loses(trial: Trial, variant: Variant, runtime: Runtime, owned: Runtime) -> None:
    house = owned if trial is lint.TRIAL else runtime  # only the owner of the tables could break the schema
    with variant.broken():
        finding = trial.carry_out(furnish(house, clinicians=trial.clinicians))
    assert finding.won, finding.score


@SQLITE_FIRST
@pytest.mark.parametrize(("trial", "variant"), ON_ONE, ids=named)
def test_a_broken_variant_loses_whatever_the_database(
    trial: Trial, variant: Variant, runtime: Runtime
) -> None:
    with variant.broken():
        finding = trial.carry_out(furnish(runtime, clinicians=trial.clinicians))
    assert finding.won, finding.score


@SQLITE_FIRST
def test_the_program_listens_to_no_filter(runtime: Runtime) -> None:
    finding = filters.TRIAL.carry_out(furnish(runtime, clinicians=filters.TRIAL.clinicians))
    assert not finding.won, finding.score


@SQLITE_FIRST
@pytest.mark.parametrize("variant", FILTERS, ids=named)
def test_a_program_that_listens_to_one_loses(variant: Variant, runtime: Runtime) -> None:
    with variant.broken():
        finding = filters.TRIAL.carry_out(furnish(runtime, clinicians=filters.TRIAL.clinicians))
    assert finding.won, finding.score


@pytest.mark.slow
@pytest.mark.parametrize("trial", [filters.TRIAL, rejoin.TRIAL, planted.TRIAL], ids=named)
def test_the_program_withstands_the_long_run(trial: Trial, runtime: Runtime) -> None:
    finding = trial.carry_out(furnish(runtime, clinicians=trial.clinicians, full=True))
    assert not finding.won, finding.score
