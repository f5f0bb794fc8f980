"""LA-30: a practice invents k - 1 patients, so that only one of five answers is real. It wins.

Nothing that groups answers can stop somebody who wrote the others. The lot that leaves one answer of five
uncounted spoils it for one question in five, and that is all. What the program can do is make it slow and
visible: each invented patient takes an invitation, and the owner's page and report show how many were sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import FORM_TOKEN, INSTRUMENT, House, answer, sign_in
from survey.attacks.trial import Finding, Trial
from survey.db import reading as transaction
from survey.demo.mailbag import Mailbag
from survey.insight import reading, rounding
from survey.instruments.model import BLANK
from survey.practice.model import Role

INVITED, K = 24, 5
MAILED, RELEASED, CLOSED = date(2026, 3, 3), date(2026, 3, 9), date(2026, 4, 6)
SHOWN = re.compile(r"\b20\+ invitations")


def one_real_among_fakes(house: House) -> Finding:
    """Four fakes and a target answer in a quiet week; subtract the fakes, then look who could notice."""
    items = house.instrument.items
    house.invite(*((f"person{number}@example.org", "en") for number in range(INVITED)))
    house.wake(MAILED, 3, 10)
    letters = Mailbag(house.runtime.settings.mailbox).new_letters()
    secret = {item.id: item.scale.options[place % 2].value for place, item in enumerate(items)}
    fake = {item.id: item.scale.options[-1].value for item in items}
    for number, letter in enumerate(letters[:K]):
        answer(house.client(), letter.token, secret if number == 0 else fake)
    house.wake(RELEASED, 3)
    right = _subtracted(house, fake, secret)
    telling = sum(_texts(best) != _texts(best + 1) for best in range(K + 1))
    house.wake(CLOSED, 3)
    shown = invitations_shown(house)
    score = (
        f"{right} of {len(items)} of the target's answers read from the tallies (the lot hides about "
        f"one in {K}); on the pages, with one fake more, {telling} of {K + 1} choices of fakes can tell best "
        "from not best; invitations sent are "
        f"{'shown in a band on the owner’s page and in the report' if shown else 'NOT shown'}"
    )
    return Finding(won=right > 0 and shown, score=score)


def _texts(best: int) -> set[str]:
    """What a page may say of k + 1 people of whom so many gave the best answer: the lot leaves one out."""
    counted = {best - 1 if best else 0, min(best, K)}
    return {rounding.share(x, K).text for x in counted}


def _subtracted(house: House, fake: dict[str, str], secret: dict[str, str]) -> int:
    """How many of the target's answers are left over when the fakes and the blank are taken away.

    Where one of the fakes was drawn by lot, the target's answer stands alone; where the target's own was, no
    answer but the fakes' is there.
    """
    with transaction(house.runtime.engine, house.practice.id) as db:
        results = reading.read_results(
            db,
            house.practice.id,
            instrument=INSTRUMENT,
            clinician_id=house.clinicians[0].id,
            months=None,
        )
    right = 0
    for item in house.instrument.items:
        left = results.counts(item.key).keys() - {fake[item.id], BLANK}
        right += left == {secret[item.id]}
    return right


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
    title="k - 1 invented patients",
    expected="the attacker wins (documented); invitations sent are shown in bands",
    carry_out=one_real_among_fakes,
    inevitable=True,
)


@attack
def invented_patients(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
