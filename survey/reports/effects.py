"""What a repair changed, in words: promised comparison, outcome, or why it is too early to tell. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from survey.actions.model import Action
from survey.actions.telling import measured
from survey.insight import effect
from survey.insight.effect import Effect
from survey.insight.rounding import RoundedShare
from survey.instruments.model import Item
from survey.reports.courses import difference_words
from survey.reports.voice import Voice


@dataclass(frozen=True)
class Compared:
    """What is compared for a repair, and what was found: ``effect`` and the two shares, or None."""

    touchpoint: str
    promised: bool
    measure: str
    span: int | None
    done_on: date | None
    effect: str | None
    before: RoundedShare | None = None
    after: RoundedShare | None = None


def compared(action: Action, *, told: bool = True) -> Compared:
    """A row of the register. ``told`` False: without its outcome."""
    shares = (None, None) if action.share_before is None or not told else measured(action)
    return Compared(
        touchpoint=action.touchpoint,
        promised=bool(action.promise),
        measure=action.measure,
        span=action.span,
        done_on=action.done_on,
        effect=action.effect if told else None,
        before=shares[0],
        after=shares[1],
    )


@dataclass(frozen=True)
class EffectLine:
    """A repair's effect: ``word`` beside a shape (``kind``), one sentence, and how it was compared."""

    kind: str
    word: str
    sentence: str
    how: str


def effect_line(action: Compared, item: Item | None, *, voice: Voice) -> EffectLine:
    """The effect as far as it can be told. ``item``: what is compared; None where it is not asked now."""
    _ = voice.translate
    early = _("Too early to tell")
    if not action.measure and action.promised:
        text = _("No question of the survey asks about this, so no change can be measured.")
        return EffectLine("none", _("Not measured"), text, "")
    if action.span is None:
        text = _("What will be compared is fixed together with the promise.")
        return EffectLine("early", early, text, "")
    if action.done_on is None:
        return EffectLine("early", early, _("The repair is not done yet."), _how(action, item, voice=voice))
    how = _how(action, item, voice=voice)
    if action.effect is None:
        month = voice.month(effect.tells_from(action.done_on, action.span))
        text = _("The outcome can be told from {month} on.").format(month=month)
        return EffectLine("early", early, text, how)
    if action.effect == Effect.FEW:
        text = _("There were fewer than 30 answers before or after, and that is not enough to compare.")
        return EffectLine("early", early, text, how)
    return _measured_line(action, how, voice=voice)


def _measured_line(action: Compared, how: str, *, voice: Voice) -> EffectLine:
    _ = voice.translate
    before, after = action.before, action.after
    assert before is not None  # the table refuses such an outcome without shares
    assert after is not None
    low, high = effect.likely_difference(before, after)
    words = {
        Effect.BETTER: _("Better"),
        Effect.WORSE: _("Worse"),
        Effect.NOT_CLEAR: _("No clear change"),
    }
    sentence = _(
        "Best answers before: {before} ({n_before}). After: {after} ({n_after}). The difference is probably "
        "between {low} and {high} points, rounded outward."
    ).format(
        before=before.words(_),
        n_before=before.n_words(_),
        after=after.words(_),
        n_after=after.n_words(_),
        low=_points(low),
        high=_points(high),
    )
    kind = Effect(action.effect or "")
    return EffectLine(kind.value, words[kind], sentence, how)


def likely_words(before: RoundedShare | None, after: RoundedShare | None, *, voice: Voice) -> str:
    """``"probably between −5 and +10 points"``; empty where nothing was compared."""
    if before is None or after is None:
        return ""
    return difference_words(effect.likely_difference(before, after), translate=voice.translate)


def _points(number: int) -> str:
    return f"+{number}" if number > 0 else str(number).replace("-", "−")


def _how(action: Compared, item: Item | None, *, voice: Voice) -> str:
    """What is compared with what; fixed on the day of the promise."""
    _ = voice.translate
    assert action.span is not None
    question = "" if item is None else _("“{answer}”").format(answer=voice.question(item))
    if action.done_on is None:
        text = _(
            "Fixed with the promise: {question} over {span} release months before and after. The month in "
            "which it is done and the two after it are left out."
        )
        return text.format(question=question or voice.name(action.touchpoint), span=action.span)
    months = effect.months_of(action.done_on, action.span)
    text = _(
        "Fixed with the promise: {question}, {before} against {after}. {gap} are left out, because answers "
        "from before may be released in them. At least 30 answers are needed on each side, and all repairs "
        "are judged together, so that chance does not pass for a change."
    )
    return text.format(
        question=question or voice.name(action.touchpoint),
        before=voice.months(months.before),
        after=voice.months(months.after),
        gap=voice.months(months.left_out),
    )
