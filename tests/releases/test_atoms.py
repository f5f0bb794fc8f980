"""What may be published, decided on plain data."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from survey import clock
from survey.instruments.loading import load_all
from survey.releases.atoms import Opened, Plan, Rules, plan, tally, texts
from survey.responses.answers import Audience, Ratings, Words
from survey.settings import Settings

TODAY = date(2026, 3, 16)
HOLD = timedelta(days=70)


def opened(cell: int, day: date) -> Opened:
    record = Ratings(label="after-visit-1", fortnight=clock.fortnight_number(day), values=("definitely",))
    return Opened(cell_id=cell, content=b"x", record=record)


def rules(*, tick: bool = True, k: int = 5) -> Rules:
    return Rules(
        enough=lambda rows: len(rows) >= k,
        hold=HOLD,
        tick=tick,
        instrument_of={cell: "after_visit" if cell < 90 else "fft" for cell in range(100)},
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
    assert tally(rows, versions, k=5) == {item.key: {"good": 5}}
    assert tally(rows[1:], versions, k=5) == {}


def test_counts_stand_in_the_order_of_their_names_whoever_came_first() -> None:
    """A database shows in which order rows were written; it must not be the order of the answers."""
    current = load_all(Settings().surveys_config)["fft"]
    rows = [
        Opened(cell_id=1, content=b"", record=Ratings(label=current.label, fortnight=1, values=(value,)))
        for value in ("very_good", "poor", "good", "very_good", "neither")
    ]
    orders = {
        tuple(tally(some, {current.label: current}, k=5)[current.items[0].key]) for some in (rows, rows[::-1])
    }
    assert orders == {("good", "neither", "poor", "very_good")}


def test_words_that_nobody_may_read_do_not_count_towards_the_least_number_of_comments() -> None:
    rows = [
        Opened(cell_id=1, content=b"x", record=Words("after-visit-1", 1, (words,), audience))
        for words in ("", "Be quieter")
        for audience in Audience
    ]
    assert texts(rows) == 2
