"""The repair register as its pages show it: repairs in words, their history, promises kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from survey.actions import acting
from survey.actions.acting import FINISHED, Kept
from survey.actions.model import MOVES, Action, ActionState, ActionStep, StepKind
from survey.instruments.model import Instrument, Item
from survey.reports import effects, repairs
from survey.reports.effects import EffectLine
from survey.reports.voice import Voice


@dataclass(frozen=True)
class RepairCard:
    """A repair on the list and at the top of its page. ``due_text`` is empty before a promise."""

    id: int
    name: str
    whose: str
    heard: str
    promise: str
    owner: str
    state: ActionState
    state_text: str
    due_text: str
    overdue: bool
    published: bool
    following: ActionState | None
    effect: EffectLine | None


@dataclass(frozen=True)
class StepLine:
    """One entry of the history."""

    day: str
    by: str
    text: str
    note: str


@dataclass(frozen=True)
class Register:
    """Everything on the list: not done, done but not checked, checked; and how promises were kept."""

    unresolved: tuple[RepairCard, ...]
    done: tuple[RepairCard, ...]
    checked: tuple[RepairCard, ...]
    kept_text: str
    overdue_text: str


def register(
    actions: Iterable[Action],
    *,
    voice: Voice,
    names: Mapping[int, str],
    asked: Mapping[str, Item],
    today: date,
) -> Register:
    """The list, in the order given but for the overdue, which stand first. ``names``: clinicians by id;
    ``asked``: items by key."""
    kept = list(actions)
    kept.sort(key=lambda one: not acting.is_overdue(one, today=today))
    cards = [card(one, voice=voice, names=names, asked=asked, today=today) for one in kept]
    counted = acting.kept(kept, today=today)
    return Register(
        unresolved=tuple(one for one in cards if one.state not in FINISHED),
        done=tuple(one for one in cards if one.state is ActionState.DONE),
        checked=tuple(one for one in cards if one.state is ActionState.CHECKED),
        kept_text=kept_text(counted, voice=voice),
        overdue_text=_overdue_text(counted, voice=voice),
    )


def card(
    action: Action, *, voice: Voice, names: Mapping[int, str], asked: Mapping[str, Item], today: date
) -> RepairCard:
    """One repair in words."""
    line = repairs.action_line(repairs.facts_of(action), voice=voice, today=today)
    state = ActionState(action.state)
    whose = voice.translate("Whole practice")
    if action.clinician_id is not None:
        whose = names.get(action.clinician_id, "")
    effect = None
    if action.promise:
        effect = effects.effect_line(effects.compared(action), asked.get(action.measure), voice=voice)
    return RepairCard(
        id=action.id,
        name=line.name,
        whose=whose,
        heard=line.heard,
        promise=line.promise,
        owner=line.owner,
        state=state,
        state_text=line.state_text,
        due_text=line.due_text if action.due_on is not None else "",
        overdue=line.overdue,
        published=action.published,
        following=MOVES[state],
        effect=effect,
    )


def kept_text(kept: Kept, *, voice: Voice) -> str:
    """``"3 of 4 promises kept in time"``."""
    _ = voice.translate
    if not kept.due:
        return _("No promise has come due yet")
    if kept.due == 1:
        return _("The one promise due was kept in time") if kept.in_time else _("The one promise due is late")
    return _("{kept} of {due} promises kept in time").format(kept=kept.in_time, due=kept.due)


def _overdue_text(kept: Kept, *, voice: Voice) -> str:
    _ = voice.translate
    if not kept.overdue:
        return ""
    return _("One is overdue") if kept.overdue == 1 else _("{number} are overdue").format(number=kept.overdue)


def step_lines(steps: Iterable[ActionStep], *, voice: Voice) -> tuple[StepLine, ...]:
    """The history, first to last."""
    return tuple(
        StepLine(voice.day(step.day), step.by, _step_text(step, voice=voice), step.note) for step in steps
    )


def _step_text(step: ActionStep, *, voice: Voice) -> str:
    _ = voice.translate
    if step.kind == StepKind.PUBLISHED:
        return _("Patients are told")
    if step.kind == StepKind.WITHDRAWN:
        return _("Patients are no longer told")
    return repairs.state_text(ActionState(step.state), voice=voice)


def measurable(instrument: Instrument, touchpoint: str) -> Item | None:
    """The question by which a repair of a touchpoint is measured: the first one about it."""
    return next((item for item in instrument.counted if item.touchpoint == touchpoint), None)
