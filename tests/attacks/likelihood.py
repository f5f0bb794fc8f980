"""How likely a given person gave the worst answer, where all that was counted of a batch was the worst.

A lot takes certainty away, not likelihood. With n people, of whom one was left out by lot, the counts say
that n - 1 gave the worst answer. Either the person asked about is one of these, or was left out, one time in
n; then nothing is known but how people answer. With a share q of worst answers, everybody by themselves:

    P = (n - 1) / n + q / n

Where q itself is one of several, each is as likely as it explains n - 1 worst answers (Bayes). All this where
nobody left the question blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Mixture = Sequence[tuple[Fraction, Fraction]]
"""(weight, share of worst answers); the weights add up to 1."""

SIZES = (5, 6, 8, 10, 20)
ONE_IN_TEN = Fraction(1, 10)
MOODS: dict[str, Mixture] = {
    "usual": [(Fraction(1), ONE_IN_TEN)],
    "mixed": [(Fraction(1), Fraction(1, 5))],
    "swinging": [(Fraction(1, 2), Fraction(97, 100)), (Fraction(1, 2), ONE_IN_TEN)],
}


def before(mixture: Mixture) -> Fraction:
    """How likely the worst answer of a person is before anything is known."""
    return sum((weight * worst for weight, worst in mixture), Fraction(0))


def after(n: int, mixture: Mixture) -> Fraction:
    """The same for a person of a batch of n, where n - 1 were counted and all of these were the worst."""
    weights = [(weight * worst ** (n - 1), worst) for weight, worst in mixture]
    likely = sum((weight * (n - 1 + worst) / n for weight, worst in weights), Fraction(0))
    return likely / sum(weight for weight, _ in weights)


def table() -> str:
    """Markdown rows: a mood, before, after each size."""
    rows = [
        [name, percent(before(mixture)), *(percent(after(n, mixture)) for n in SIZES)]
        for name, mixture in MOODS.items()
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def percent(chance: Fraction) -> str:
    """To one decimal."""
    return f"{float(100 * chance):.1f} %"
