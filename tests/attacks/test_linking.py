"""The attackers against the stored traces: the program withstands, each broken variant is beaten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from survey.attacks import linkage, neighbours, people, physical, seizing
from survey.attacks.evidence import Attack, Evidence, Options
from survey.attacks.laboratory import rehearse
from survey.attacks.linking import Level, link
from survey.attacks.practice import Plan
from survey.attacks.variants import LINKABLE, A
from tests.services import miss, postgres_database

QUICK = Plan(weeks=3, clinicians=1, quiet_days=7)
STORED: list[Attack] = [
    linkage.linking,
    physical.columns,
    physical.heap,
    physical.counting_order,
    neighbours.equal,
    neighbours.next_to,
    neighbours.told_apart,
    physical.counters,
    physical.lengths,
    seizing.bytes_left,
    seizing.late_key,
    seizing.open_pool,
    seizing.mails,
    people.reminders,
    people.regulars,
    people.leftovers,
]


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    return Options(folder=tmp_path_factory.mktemp("attacks"))


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Options]:
    with postgres_database() as address:
        yield Options(folder=tmp_path_factory.mktemp("attacks"), database=address)


def test_with_every_copy_time_and_key_nobody_is_told_apart(options: Options) -> None:
    lived = rehearse(options, QUICK)
    score = link(lived, Level.AND_KEYS)
    assert score.answers >= 5
    assert score.mean <= score.limit
    assert score.highest <= 1 / 5


def test_a_flag_and_a_time_give_everybody_away(options: Options) -> None:
    score = link(rehearse(options, QUICK, A), Level.LAST_DUMP)
    assert score.answers >= 5
    assert score.mean == 1.0


@pytest.mark.slow
def test_transactions_give_a_flag_away_on_postgres(postgres: Options) -> None:
    """The flag's row and the answer's row were written by one transaction, and PostgreSQL says so."""
    counted = next(variant for variant in LINKABLE if "counting" in variant.name)
    assert link(rehearse(postgres, QUICK, counted), Level.LAST_DUMP).mean == 1.0
    assert link(rehearse(postgres, QUICK), Level.AND_KEYS).highest <= 1 / 5


def test_the_simulated_practice_lives_through_the_real_program(options: Options) -> None:
    lived = rehearse(options, QUICK)
    assert len(lived.answered) >= 10
    assert {release.kind for release in lived.releases} >= {"ratings"}
    assert all(len(release.persons) >= 5 for release in lived.releases)
    behind = {number for release in lived.releases for number in release.persons if number >= 0}
    assert all(lived.persons[number].answered for number in behind)


@pytest.mark.parametrize(
    "attack",
    # The one that stands between two parts of the program: it must be heard at once when they part.
    [pytest.param(each, marks=[] if each is people.reminders else [pytest.mark.slow]) for each in STORED],
    ids=lambda each: each.__name__,
)
def test_every_stored_attack_ends_as_it_must(options: Options, attack: Attack) -> None:
    assert _not_passed(attack(options)) == []


@pytest.mark.slow
@pytest.mark.parametrize("attack", STORED, ids=lambda each: each.__name__)
def test_every_stored_attack_ends_as_it_must_on_postgres(postgres: Options, attack: Attack) -> None:
    assert _not_passed(attack(postgres)) == []


def _not_passed(found: Iterable[Evidence]) -> list[Evidence]:
    """What did not end as it must; skips where something could not be looked at on this machine."""
    failed = [each for each in found if not each.passed]
    if failed and all(each.score == seizing.UNREADABLE for each in failed):
        miss("postgres", f"{failed[0].title}: {failed[0].score}")
    return failed
