"""Worlds with more and with fewer answers look alike; each program that gives it away is caught."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.attacks import surfaces
from survey.attacks.evidence import Options
from survey.attacks.giveaways import VARIANTS, Giveaway


@pytest.mark.slow
@pytest.mark.parametrize("pair", [surfaces.TOO_FEW, surfaces.ENOUGH], ids=lambda pair: pair.title)
def test_worlds_with_more_and_fewer_answers_look_alike(tmp_path: Path, pair: surfaces.Pair) -> None:
    evidence = surfaces.compared(Options(tmp_path), pair)
    assert evidence.passed, evidence.score


@pytest.mark.slow
def test_a_batch_that_is_published_is_seen_so_the_views_are_not_blind(tmp_path: Path) -> None:
    options = Options(tmp_path)
    apart = surfaces.told_apart(surfaces.world(options, 4), surfaces.world(options, 7))
    assert "/api/v1/results, after the release" in apart
    assert all(name.endswith("after the release") for name in apart)


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_program_that_gives_it_away_is_caught(tmp_path: Path, variant: Giveaway) -> None:
    evidence = surfaces.given_away(Options(tmp_path), variant)
    assert evidence.passed, evidence.score
