"""What may be published, decided on plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from secrets import SystemRandom

from hypothesis import given
from hypothesis import strategies as st

from survey import clock
from survey.instruments.loading import load_all
from survey.releases.atoms import Opened, Plan, Rules, plan, tally, texts
from survey.responses.answers import Audience, Ratings, Words
from survey.settings import Settings
from tests.releases import lots

TODAY = date(2026, 3, 16)
HOLD = timedelta(days=70)


def opened(cell: int, day: date) -> Opened:
    record = Ratings(label="after-visit-1", fortnight=clock.fortnight_number(day), values=("definitely",))
    return Opened(cell_id=cell, content=b"x", record=record)


def rules(*, tick: bool = True, k: int = 5, alone: frozenset[int] = frozenset()) -> Rules:
    return Rules(
        enough=lambda rows: len(rows) >= k,
        hold=HOLD,
        tick=tick,
        instrument_of={cell: "after_visit" if cell < 90 else "fft" for cell in range(100)},
        alone=alone,
    )


def decided(counts: dict[int, int], *, tick: bool = True, fortnights_ago: int = 0) -> Plan:
    day = clock.fortnight_start(clock.fortnight_number(TODAY) - fortnights_ago)
    rows = [opened(cell, day) for cell, number in counts.items() for _ in range(number)]
    return plan(rows, rules(tick=tick), today=TODAY)


def test_a_cell_with_enough_answers_becomes_one_atom() -> None:
    outcome = decided({1: 7, 2: 4})
    assert [(batch.cell_id, len(batch.rows)) for batch in outcome.published] == [(1, 7)]
    assert [row.cell_id for row in outcome.kept] == [2] * 4


def test_nothing_is_published_between_ticks() -> None:
    outcome = decided({1: 50}, tick=False)
    assert outcome.published == ()
    assert len(outcome.kept) == 50


def test_cells_that_stay_alone_fill_up_no_join() -> None:
    """Without the rule these would be published together: four cards of one person would unveil a fifth."""
    day = clock.fortnight_start(clock.fortnight_number(TODAY) - 4)
    rows = [opened(cell, day) for cell in (1, 2, 3, 3, 3, 3)]
    assert [len(batch.rows) for batch in plan(rows, rules(), today=TODAY).published] == [6]
    outcome = plan(rows, rules(alone=frozenset({3})), today=TODAY)
    assert (outcome.published, len(outcome.kept)) == ((), 6)
    enough = plan([*rows, opened(3, day)], rules(alone=frozenset({3})), today=TODAY)
    assert [(batch.cell_id, len(batch.rows)) for batch in enough.published] == [(3, 5)]


def test_leftovers_near_their_limit_are_joined_from_two_cells() -> None:
    outcome = decided({1: 3, 2: 2}, fortnights_ago=4)
    assert [(batch.cell_id, len(batch.rows)) for batch in outcome.published] == [(None, 5)]


def test_leftovers_of_one_cell_are_never_joined() -> None:
    outcome = decided({1: 4}, fortnights_ago=4)
    assert outcome.published == ()
    assert len(outcome.kept) == 4


def test_leftovers_of_two_instruments_are_not_joined() -> None:
    assert decided({1: 3, 95: 3}, fortnights_ago=4).published == ()


def test_young_leftovers_wait_for_their_own_cell() -> None:
    assert decided({1: 3, 2: 4}, fortnights_ago=1).published == ()


def test_an_answer_at_its_limit_is_given_up() -> None:
    outcome = decided({1: 4}, fortnights_ago=5)
    assert outcome.kept == ()
    assert len(outcome.expired) == 4


@given(
    counts=st.dictionaries(st.integers(0, 99), st.integers(1, 12), max_size=8),
    fortnights_ago=st.integers(0, 7),
    tick=st.booleans(),
)
def test_every_answer_ends_in_exactly_one_place(
    counts: dict[int, int], fortnights_ago: int, tick: bool
) -> None:
    outcome = decided(counts, tick=tick, fortnights_ago=fortnights_ago)
    published = sum(len(batch.rows) for batch in outcome.published)
    assert published + len(outcome.kept) + len(outcome.expired) == sum(counts.values())
    assert all(len(batch.rows) >= 5 for batch in outcome.published)
    for batch in outcome.published:
        assert batch.cell_id is not None or len({row.cell_id for row in batch.rows}) >= 2


def test_a_revision_that_few_were_shown_is_not_counted() -> None:
    current = load_all(Settings().surveys_config)["fft"]
    item = current.items[0]
    reworded = current.model_copy(
        update={"version": 2, "items": (item.model_copy(update={"revision": item.revision + 1}),)}
    )
    versions = {current.label: current, reworded.label: reworded}
    rows = [
        Opened(cell_id=1, content=b"", record=Ratings(label=label, fortnight=1, values=("good",)))
        for label, number in ((current.label, 5), (reworded.label, 4))
        for _ in range(number)
    ]
    assert tally(rows, versions, k=5, lot=SystemRandom()) == {item.key: {"": 1, "good": 4}}
    assert tally(rows[1:], versions, k=5, lot=SystemRandom()) == {}


def test_counts_stand_in_the_order_of_their_names_whoever_came_first() -> None:
    """A database shows in which order rows were written; it must not be the order of the answers."""
    current = load_all(Settings().surveys_config)["fft"]
    rows = [
        Opened(cell_id=1, content=b"", record=Ratings(label=current.label, fortnight=1, values=(value,)))
        for value in ("very_good", "poor", "good", "very_good", "neither") * 2
    ]
    orders = {
        tuple(tally(some, {current.label: current}, k=5, lot=SystemRandom())[current.items[0].key])
        for some in (rows, rows[::-1])
    }
    assert orders == {("", "good", "neither", "poor", "very_good")}


def test_words_that_nobody_may_read_do_not_count_towards_the_least_number_of_comments() -> None:
    rows = [
        Opened(cell_id=1, content=b"x", record=Words("after-visit-1", 1, (words,), audience))
        for words in ("", "Be quieter")
        for audience in Audience
    ]
    assert texts(rows) == 2


ANSWERS = st.lists(st.sampled_from(lots.VALUES), min_size=5, max_size=9)


def left_out(people: Sequence[str], counts: Counter[str]) -> list[str]:
    """The answers that were given and not counted; a blank is left out unseen."""
    return list((Counter(people) - counts).elements())


@given(ANSWERS)
def test_each_person_of_a_batch_can_be_the_one_left_out_and_all_equally(people: list[str]) -> None:
    """Over all draws, each as likely as the next, every answer is left out as often as it was given."""
    outcomes = [lots.counted([people], [draw])[0] for draw in lots.draws(len(people))]
    gone = Counter(answer for counts in outcomes for answer in left_out(people, counts))
    assert gone == Counter(answer for answer in people if answer)


@given(ANSWERS)
def test_one_answer_is_left_out_and_counted_as_blank(people: list[str]) -> None:
    for draw in lots.draws(len(people)):
        (counts,) = lots.counted([people], [draw])
        gone = left_out(people, counts)
        assert counts.total() == len(people)
        assert counts == Counter(people) - Counter(gone) + Counter([""] * len(gone))
        assert len(gone) == 1 or (gone == [] and "" in people)


@given(ANSWERS.filter(lambda people: sum(map(bool, people)) >= 2))
def test_the_lot_moves_no_share_in_either_direction(people: list[str]) -> None:
    """Exactly, over all draws: the mean of a share among the counted is the share among all who answered."""
    outcomes = [lots.counted([people], [draw])[0] for draw in lots.draws(len(people))]
    for value in filter(None, lots.VALUES):
        shares = [Fraction(counts[value], counts.total() - counts[""]) for counts in outcomes]
        assert sum(shares) / len(shares) == Fraction(people.count(value), sum(map(bool, people)))


def test_each_question_has_a_lot_of_its_own() -> None:
    """Who is left out of one question says nothing about who is left out of the next."""
    columns = [["very_good", "good", "neither", "poor", "very_poor"]] * 2
    gone = []
    for draws in product(lots.draws(5), repeat=2):
        counted = lots.counted(columns, draws)
        gone.append(
            tuple(left_out(column, counts)[0] for column, counts in zip(columns, counted, strict=True))
        )
    assert sorted(gone) == sorted(product(columns[0], columns[1]))
