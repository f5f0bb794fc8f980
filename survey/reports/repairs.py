"""The repair register as reports show it: facts of each repair, then words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from survey.actions.model import Action, ActionState
from survey.clock import month_of
from survey.reports.facts import ActionFacts
from survey.reports.lines import ActionLine, Mark
from survey.reports.voice import Voice


def facts_of(action: Action) -> ActionFacts:
    """A row of the register as it stands."""
    return ActionFacts(
        id=action.id,
        touchpoint=action.touchpoint,
        heard=action.heard,
        promise=action.promise,
        owner=action.owner,
        state=ActionState(action.state),
        due_on=action.due_on,
        done_on=action.done_on,
    )


def action_line(facts: ActionFacts, *, voice: Voice, today: date) -> ActionLine:
    """One repair in words."""
    _ = voice.translate
    if facts.done_on is not None:
        due_text = _("Done on {day}").format(day=voice.day(facts.done_on))
    elif facts.due_on is not None:
        due_text = _("Due on {day}").format(day=voice.day(facts.due_on))
    else:
        due_text = _("No day promised yet")
    return ActionLine(
        id=facts.id,
        touchpoint=facts.touchpoint,
        name=voice.name(facts.touchpoint),
        heard=facts.heard,
        promise=facts.promise,
        owner=facts.owner,
        state=str(facts.state),
        state_text=state_text(facts.state, voice=voice),
        due_text=due_text,
        overdue=facts.done_on is None and facts.due_on is not None and facts.due_on < today,
    )


def state_text(state: ActionState, *, voice: Voice) -> str:
    """A step's name."""
    _ = voice.translate
    texts = {
        ActionState.BREAKDOWN: _("Heard"),
        ActionState.ACKNOWLEDGED: _("Acknowledged"),
        ActionState.APOLOGISED: _("Apologised"),
        ActionState.PROMISED: _("Promised"),
        ActionState.DONE: _("Done"),
        ActionState.CHECKED: _("Done and checked"),
    }
    return texts[state]


def unresolved_first(facts: Iterable[ActionFacts]) -> tuple[ActionFacts, ...]:
    """What nobody has promised anything about stands first; else the order given."""
    answered = {ActionState.PROMISED, ActionState.DONE, ActionState.CHECKED}
    return tuple(sorted(facts, key=lambda one: one.state in answered))


def marks_by_touchpoint(facts: Iterable[ActionFacts], *, voice: Voice) -> Mapping[str, tuple[Mark, ...]]:
    """Finished repairs as marks on the time axis of their own touchpoint."""
    kept = tuple(facts)
    return {
        name: marks([one for one in kept if one.touchpoint == name], voice=voice)
        for name in {one.touchpoint for one in kept}
    }


def marks(facts: Iterable[ActionFacts], *, voice: Voice) -> tuple[Mark, ...]:
    """Finished repairs as marks on the time axis, oldest first."""
    done = [(one.done_on, one) for one in facts if one.done_on is not None]
    return tuple(
        Mark(month_of(day), f"{voice.name(one.touchpoint)}: {one.promise}")
        for day, one in sorted(done, key=lambda pair: (pair[0], pair[1].id))
    )
