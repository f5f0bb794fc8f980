"""Findings as sentences, computed from facts. Pure; never says more than the rounded figures do."""

from __future__ import annotations

from collections.abc import Sequence

from survey.insight.rounding import EARLY_BELOW, Shown
from survey.insight.verdict import Change, Reason, Verdict
from survey.instruments.model import Item, Standing
from survey.reports.control import LEAST_MONTHS, Control
from survey.reports.facts import ActionFacts, ItemFacts, overall_item
from survey.reports.voice import Voice


def finding(facts: ItemFacts, item: Item, *, voice: Voice, least: int) -> str:
    """The finding of one item in one sentence."""
    _ = voice.translate
    if not facts.share.shown:
        return nothing_yet(voice, least=least)
    if facts.reason is Reason.FEW:
        return _("An early picture: fewer than {number} answers so far.").format(number=EARLY_BELOW)
    if facts.reason in {Reason.FELL, Reason.RECOVERED}:
        return change(facts, voice=voice) or voice.verdict(facts.verdict)
    if facts.reason is Reason.SIGNAL:
        return signal(facts, voice=voice)
    best = voice.answers(item, Standing.BEST)
    share = facts.share.words(_)
    if facts.reason is Reason.SOLID:
        return _("{phrase}: {share} said {answer}.").format(
            phrase=voice.good(item.touchpoint), share=share, answer=best
        )
    if facts.reason is Reason.PROBLEMS:
        return _("{phrase}: {share} said {answer}.").format(
            phrase=voice.problem(item.touchpoint),
            share=facts.problem.words(_),
            answer=voice.answers(item, Standing.PROBLEM),
        )
    if facts.reason is Reason.LOW:
        return _("Fewer than half said {answer}: {share}.").format(answer=best, share=share)
    return _("No clear picture: {share} said {answer}, and the answers do not settle it.").format(
        share=share, answer=best
    )


def change(facts: ItemFacts, *, voice: Voice) -> str | None:
    """A quarter against the one before; None where there is too little to compare."""
    _ = voice.translate
    if facts.change is Change.UNKNOWN:
        return None
    if facts.change is Change.NOT_CLEAR:
        return _no_change(facts, voice=voice)
    fell = facts.change is Change.FELL
    if facts.recent.words(_) == facts.earlier.words(_):
        return _("Lower than before.") if fell else _("Higher than before.")
    if facts.compared is None:  # a report frozen when other months were compared
        text = (
            _("Lower than before: {recent} in the newest three months, {earlier} in the four before.")
            if fell
            else _("Higher than before: {recent} in the newest three months, {earlier} in the four before.")
        )
    else:
        text = (
            _("Lower than before: {recent} in {quarter}, {earlier} in {before}.")
            if fell
            else _("Higher than before: {recent} in {quarter}, {earlier} in {before}.")
        )
    return text.format(**_both(facts, voice=voice))


def signal(facts: ItemFacts, *, voice: Voice) -> str:
    """The newest quarters lie clearly below the year before them."""
    _ = voice.translate
    if facts.compared is not None and facts.year.shown:
        return _against_the_year_before(facts, voice=voice)
    # A report frozen when a control chart was judged instead.
    if facts.recent.words(_) == facts.earlier.words(_):
        return _("The months point down by more than chance.")
    return _(
        "The months point down by more than chance: {recent} in {quarter}, {earlier} in {before}."
    ).format(**_both(facts, voice=voice))


def _against_the_year_before(facts: ItemFacts, *, voice: Voice) -> str:
    _ = voice.translate
    year, before = facts.year.words(_), facts.year_before.words(_)
    if year == before:
        return _("Lower than in the year before, by more than chance explains.")
    return _(
        "Lower than in the year before: {year} in the four quarters up to {quarter}, {before} in the four "
        "before those."
    ).format(year=year, before=before, quarter=_both(facts, voice=voice)["quarter"])


def _no_change(facts: ItemFacts, *, voice: Voice) -> str:
    _ = voice.translate
    if facts.compared is None:
        return _("No clear change in the newest three months.")
    text = _("No clear change from {before} to {quarter}.")
    return text.format(**_both(facts, voice=voice))


def _both(facts: ItemFacts, *, voice: Voice) -> dict[str, str]:
    """The two quarters compared and their shares, to be put into a sentence."""
    quarter, before = (voice.quarter(each) if each else "" for each in facts.compared or ("", ""))
    recent, earlier = facts.recent.words(voice.translate), facts.earlier.words(voice.translate)
    return {"recent": recent, "earlier": earlier, "quarter": quarter, "before": before}


def trend_caption(facts: ItemFacts, *, voice: Voice) -> str:
    """One sentence under a trend."""
    _ = voice.translate
    return change(facts, voice=voice) or _("Too few answers to speak of a change.")


def control(found: Control | None, *, voice: Voice) -> str:
    """What the dashed lines of a trend mean; why there are none."""
    _ = voice.translate
    if found is None:
        text = _("Dashed lines for what chance does are drawn once {number} months have enough answers.")
        return text.format(number=LEAST_MONTHS)
    text = _("Between the dashed lines, months differ by chance alone.")
    if found.trial:
        text += " " + _("They rest on fewer than 12 months and may still move.")
    return text


def reworded(month: str, *, voice: Voice) -> str:
    """The mark of a break in wording."""
    return voice.translate(
        "From {month} on the question stood in new words; answers to the old ones are not drawn."
    ).format(month=voice.month(month))


def problem(facts: ItemFacts, item: Item, *, voice: Voice) -> str:
    """How many gave the worst answer."""
    if not facts.problem.shown:
        return ""
    _ = voice.translate
    return _("{share} said {answer}").format(
        share=facts.problem.words(_), answer=voice.answers(item, Standing.PROBLEM)
    )


def changed(facts: Sequence[ItemFacts], *, voice: Voice, part: bool = False) -> str:
    """First sentence of a quarter: what changed against the one before. ``part``: it may still be running."""
    _ = voice.translate
    if part and all(fact.compared is None for fact in facts):
        return _("Whether anything changed is told once the quarter has closed.")
    rose = [voice.name(fact.touchpoint) for fact in facts if fact.change is Change.ROSE]
    fell = [voice.name(fact.touchpoint) for fact in facts if fact.change is Change.FELL]
    told = []
    if rose:
        told.append(_("Higher than in the quarter before: {names}.").format(names="; ".join(rose)))
    if fell:
        told.append(_("Lower than in the quarter before: {names}.").format(names="; ".join(fell)))
    if told:
        return " ".join(told)
    if all(fact.change is Change.UNKNOWN for fact in facts):
        return _("There are too few answers to say whether anything changed.")
    return _("Nothing changed clearly against the quarter before.")


def steady(facts: Sequence[ItemFacts], *, voice: Voice) -> str:
    """Second sentence of a quarter: what works."""
    _ = voice.translate
    names = [voice.name(fact.touchpoint) for fact in facts if fact.verdict is Verdict.WORKS]
    if not names:
        return _("Nothing can be said to work well beyond doubt yet; more answers will tell.")
    return _("Works well: {names}.").format(names="; ".join(names))


def to_try(facts: Sequence[ItemFacts], open_repairs: Sequence[ActionFacts], *, voice: Voice) -> str:
    """Third sentence of a quarter: where to begin."""
    _ = voice.translate
    weak = [fact for fact in facts if fact.verdict is Verdict.ATTENTION]
    if not weak:
        return _("Nothing needs attention beyond doubt. Keep what works, and keep asking.")
    name = voice.name(weak[0].touchpoint)
    if any(one.touchpoint == weak[0].touchpoint for one in open_repairs):
        return _("Begin with {name}: a repair is already under way, so see it through.").format(name=name)
    return _("Begin with {name}: read its comments, choose one change, and say who will see to it.").format(
        name=name
    )


def probably(share: Shown, *, voice: Voice) -> str:
    """The interval in words; empty for a withheld share."""
    if not share.shown:
        return ""
    _ = voice.translate
    return _("probably {interval}").format(interval=share.interval_words(_))


def nothing_yet(voice: Voice, *, least: int) -> str:
    _ = voice.translate
    return _("Fewer than {number} people answered this, so nothing is shown.").format(number=least)


def clinician(verdict: Verdict, reason: Reason, *, voice: Voice, shown: bool, least: int) -> str:
    """A clinician's line in the owner's list."""
    _ = voice.translate
    if not shown:
        return _("Fewer than {number} answers in this period, so nothing is shown.").format(number=least)
    if reason is Reason.FEW:
        return _("An early picture: fewer than {number} answers so far.").format(number=EARLY_BELOW)
    return voice.verdict(verdict)


def clinicians_note(voice: Voice) -> str:
    """How to read the list of clinicians."""
    return voice.translate(
        "In the order of names, never ranked: differences between clinicians are mostly chance until each "
        "has many answers. What was joined at practice level is in no clinician's figure."
    )


def repair(share: Shown, *, voice: Voice) -> str:
    """How often what went wrong was put right."""
    _ = voice.translate
    if not share.shown:
        return _("Too few people told us that something went wrong; the share put right is withheld.")
    return _("When something went wrong, it was put right for {share}.").format(share=share.words(_))


def cards(share: Shown, *, voice: Voice) -> str:
    """What printed cards say of the whole."""
    _ = voice.translate
    answer = voice.answers(overall_item(voice.instrument), Standing.BEST)
    if not share.shown:
        return _("Too few printed cards answered this, so nothing is shown.")
    return _("Overall, {share} of the cards say {answer}.").format(share=share.words(_), answer=answer)


def cards_note(voice: Voice) -> str:
    """What printed cards cannot tell."""
    return voice.translate(
        "Whoever holds a card can fill it in, and one person can fill in several. So cards are counted on "
        "their own: in no clinician’s figure, in no other figure of the practice, and in no share of who "
        "answered. Their comments stand among the others."
    )


def method(voice: Voice, *, least: int) -> tuple[str, ...]:
    """How the figures are made and what they cannot tell."""
    _ = voice.translate
    return (
        _("Nothing is shown for fewer than {number} answers, and no single answer is kept.").format(
            number=least
        ),
        _(
            "The fewer answers there are, the coarser the figures: fifths below 10 answers, tenths below 30, "
            "steps of five below 100."
        ),
        _(
            "From each group of answers that is counted together, one answer to every question, drawn by "
            "lot, is left out. So nobody can be sure what any one person answered."
        ),
        _(
            "“Probably” gives the 95% interval (Wilson): where the share would lie if everybody had answered "
            "in the same way. It is rounded outward."
        ),
        _(
            "“Works well”: more than half gave the best answer beyond reasonable doubt, and no more than one "
            "in ten the worst. “Needs attention”: more than one in ten gave the worst answer, or fewer than "
            "half the best, or it clearly fell from one quarter to the next. Both need at least 30 answers. "
            "Where the newest closed quarter is clearly better than the one before, it alone is judged."
        ),
        _(
            "All changes of a page are judged together, so that one of many is not called a change by "
            "chance. The newest quarters are also set against the year before them, which stays fixed, so "
            "that a fall too small for one quarter is seen as it goes on."
        ),
        _(
            "Months are months in which answers were released, not months of visits. People who did not "
            "answer may think differently from those who did."
        ),
        _("These figures are about the service. They do not measure treatment or its outcome."),
    )
