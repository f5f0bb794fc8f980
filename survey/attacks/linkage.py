"""LA-7: every copy, every time, every key: who wrote which released answer, on each variant."""

from __future__ import annotations

from collections.abc import Iterator

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.laboratory import life
from survey.attacks.linking import Level, Score, link
from survey.attacks.variants import LINKABLE, REAL_VARIANT, A, B, C, D, E, F

K = 5
TITLES = {
    Level.LAST_DUMP: "L1: the last copy of the database",
    Level.ALL_DUMPS: "L2: every copy, evening and night",
    Level.AND_TIMES: "L3: and the exact time of each answer",
    Level.AND_KEYS: "L4: and the key files at the end",
}
#: From which knowledge on the attacker must win against a broken variant, and how far above the floor.
WINS = {
    A.name: (Level.LAST_DUMP, 0.95),
    B.name: (Level.AND_TIMES, 0.95),
    C.name: (Level.AND_TIMES, 0.5),
    D.name: (Level.AND_TIMES, 0.6),
    E.name: (Level.AND_KEYS, 0.6),
    F.name: (Level.AND_TIMES, 0.25),
}


@attack
def linking(options: Options) -> Iterator[Evidence]:
    """Four attackers on the real program and on six broken ones."""
    for variant in (REAL_VARIANT, *LINKABLE):
        lived = life(options, variant)
        for level in Level:
            score = link(lived, level)
            expected, passed = _judged(variant.name, level, score, real=variant is REAL_VARIANT)
            figures = (
                f"{score.mean:.3f} (floor {score.floor:.3f}, highest {score.highest:.2f}, "
                f"{score.answers} answers, {score.batches} batches)"
            )
            yield Evidence(
                "LA-7", TITLES[level], options.database_name, variant.name, figures, expected, passed
            )


def _judged(name: str, level: Level, score: Score, *, real: bool) -> tuple[str, bool]:
    if real:
        passed = score.answers > 0 and score.mean <= score.limit and score.highest <= 1 / K
        return f"at most {score.limit:.3f}, no answer above {1 / K:.2f}", passed
    first, least = WINS[name]
    if level < first:
        return "nothing: more knowledge is needed", True
    return f"the attacker wins: at least {least:.2f}", score.mean >= least
