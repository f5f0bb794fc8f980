"""LA-30: a practice invents all patients of a week but one, so that only one of six answers is real. It wins.

Nothing that groups answers can stop somebody who wrote the others. The lot that leaves out one answer to
every question makes the attacker err now and then, no more. What the program can do is make it slow and
visible: each invented patient takes an invitation, and the owner's page and report show how many were sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import FORM_TOKEN, INSTRUMENT, House, answer, enter, sign_in
from survey.attacks.trial import Finding, Trial
from survey.db import reading as transaction
from survey.demo.mailbag import Mailbag
from survey.insight import reading, rounding
from survey.instruments.model import BLANK, Item, Standing
from survey.practice.model import Role

#: With the one that the lot leaves out, five answers are counted: the fewest of which a page shows anything.
TOGETHER = 6
CLINICIANS = 4
INVITED = TOGETHER * CLINICIANS
#: Wins if more is right than this. The same guess always has half; a coin gets here one time in fifty, and
#: the attacker, who expects 0.83 from pages, misses it less than one time in a thousand.
CLEARLY_MORE = 0.66
MAILED, RELEASED, CLOSED = date(2026, 3, 3), date(2026, 3, 9), date(2026, 4, 6)
SHOWN = re.compile(r"\b20\+ invitations")
SECTION = re.compile(r'<section class="card detail" id="(\w+)"(.*?)</section>', re.DOTALL)
VALUE = re.compile(r'<span class="figure-value">([^<]+)</span>')


def one_real_among_fakes(house: House) -> Finding:
    """Five fakes and a target for each clinician; read page and tallies; then look who could notice."""
    items, truth = house.instrument.items, list[dict[str, str]]()
    for person in house.clinicians:
        people = (f"{person.id}.{number}@example.org" for number in range(TOGETHER))
        house.invite(*((address, "en") for address in people), clinician=person.name)
    house.wake(MAILED, 3, 10)
    for place in range(len(house.clinicians)):
        sign_in(house, Role.CLINICIAN, place)
    before = _pages(house)
    letters = Mailbag(house.runtime.settings.mailbox).new_letters()
    for place, person in enumerate(house.clinicians):
        mine = [letter for letter in letters if letter.to.startswith(f"{person.id}.")]
        truth.append({item.id: _choices(item)[(place + at) % 2] for at, item in enumerate(items)})
        for number, letter in enumerate(mine):
            fake = {item.id: _fakes(item)[number - 1] for item in items}
            answer(house.client(), letter.token, fake if number else truth[-1])
    house.wake(RELEASED, 3)
    seen = [_guess_from_page(item, page) for page in _pages(house) for item in items]
    told = [_guess_from_tallies(house, place, item) for place in range(len(truth)) for item in items]
    real = [answers[item.id] for answers in truth for item in items]
    house.wake(CLOSED, 3)
    return _judged(house, by_page=_right(seen, real), by_tallies=_right(told, real), nothing=not any(before))


def _pages(house: House) -> list[dict[str, str]]:
    """What each clinician's own page shows now; an owner who sees patients meets the same page."""
    clients = (enter(house, f"{Role.CLINICIAN}{place}@riverside.example") for place in range(CLINICIANS))
    return [read_shares(client.get("/staff/clinician").text) for client in clients]


def _judged(house: House, *, by_page: float, by_tallies: float, nothing: bool) -> Finding:
    shown = invitations_shown(house)
    where = "shown in a band on the owner’s page and in the report" if shown else "NOT shown"
    score = (
        f"right about {by_page:.2f} of the targets' answers from pages and {by_tallies:.2f} from tallies, "
        f"where a coin has 0.50 ({CLINICIANS * len(house.instrument.items)} answers); "
        f"invitations sent are {where}"
    )
    won = nothing and min(by_page, by_tallies) > CLEARLY_MORE
    return Finding(won=won and shown, score=score)


def _right(guesses: Sequence[str], real: Sequence[str]) -> float:
    return sum(guess == answer for guess, answer in zip(guesses, real, strict=True)) / len(real)


def _choices(item: Item) -> tuple[str, str]:
    """What the target may have answered: the best, or the next after it."""
    return item.scale.options[0].value, item.scale.options[1].value


def _fakes(item: Item) -> list[str]:
    """One best and four of the worst: so the target's answer moves the band that a page shows."""
    worst = next(each.value for each in reversed(item.scale.options) if each.standing is Standing.PROBLEM)
    return [_choices(item)[0], *[worst] * (TOGETHER - 2)]


def _guess_from_page(item: Item, shares: Mapping[str, str]) -> str:
    best, shown = _choices(item)[0], shares.get(item.touchpoint)
    return _likelier(item, lambda left: rounding.share(left[best], TOGETHER - 1).text == shown)


def _guess_from_tallies(house: House, place: int, item: Item) -> str:
    with transaction(house.runtime.engine, house.practice.id) as db:
        results = reading.read_results(
            db,
            house.practice.id,
            instrument=INSTRUMENT,
            clinician_id=house.clinicians[place].id,
            months=None,
        )
    counted = Counter(results.counts(item.key)) - Counter([BLANK])
    return _likelier(item, lambda left: left == counted)


def _likelier(item: Item, fits: Callable[[Counter[str]], bool]) -> str:
    """Which of the target's choices explains better what is seen, whichever of the six the lot drew."""

    def weight(choice: str) -> int:
        everybody = Counter([choice, *_fakes(item)])
        return sum(number for drawn, number in everybody.items() if fits(everybody - Counter([drawn])))

    best, next_best = _choices(item)
    return best if weight(best) > weight(next_best) else next_best


def read_shares(page: str) -> dict[str, str]:
    """Touchpoint to share as a reader of the page sees it; those without a figure are left out."""
    found = ((key, VALUE.search(section)) for key, section in SECTION.findall(page))
    return {key: value.group(1).strip() for key, value in found if value}


def invitations_shown(house: House) -> bool:
    """Whether the owner's page and the quarter's table say, in a band, how many were invited."""
    boss = sign_in(house, Role.OWNER)
    page = boss.get("/staff/practice").text
    found = FORM_TOKEN.search(boss.get("/staff/reports").text)
    form = {"csrf_token": found.group(1) if found else ""}
    table = boss.post("/staff/reports/2026-Q1/csv", data=form).text
    exact = f"{INVITED} invitations"
    return all(SHOWN.search(text) and exact not in text for text in (page, table))


TRIAL = Trial(
    attack="LA-30",
    title="All invented but one",
    expected="the attacker wins (documented), more often than a coin; invitations sent are shown in bands",
    carry_out=one_real_among_fakes,
    clinicians=CLINICIANS,
    inevitable=True,
)


@attack
def invented_patients(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
