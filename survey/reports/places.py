"""Why nothing is told apart by place, in words. Pure.

Must never hold a figure: a place is no group that answers are counted in (docs/decisions/0017).
"""

from __future__ import annotations

from collections.abc import Sequence

from survey.reports.voice import Voice


def note(names: Sequence[str], *, voice: Voice) -> tuple[str, ...]:
    """What an owner of several places should know; nothing where visits name fewer than two."""
    if len(names) < 2:
        return ()
    _ = voice.translate
    return (
        _("Your visits name these places: {names}. All figures here are of all places together.").format(
            names="; ".join(names)
        ),
        _(
            "Answers are not counted by place. Where few people answer at one place, the difference between "
            "two figures could show what one of them said, and every figure would take longer to appear."
        ),
        _(
            "Comments often say which place is meant. A place that is large and runs by itself can be set up "
            "as a practice of its own, with its own answers."
        ),
    )
