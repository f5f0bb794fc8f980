"""What must hold for the kinds of questions: several choices, 0 to 10, follow-ups, questions drawn by lot.

Pure. Rules read the raw data and step over what has the wrong form, as those of ``rules`` do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import Final

from survey.instruments.document import Data, Document
from survey.instruments.faults import Finding, Path, _, quoted
from survey.instruments.item import longest_key
from survey.instruments.model import MOST_KEY, Standing
from survey.instruments.rules import (
    MOST_ENTRIES,
    WHOLE,
    Rule,
    entries,
    listed,
    names,
    scales,
    several,
    values,
)

NAMED: Final = (Standing.BEST, Standing.PROBLEM)


def findings(document: Document) -> list[Finding]:
    """Everything in an instrument file that breaks a rule of its kind of question."""
    return [finding for rule in RULES for finding in rule(document)]


def several_choices(document: Document) -> Iterator[Finding]:
    """Their scale is theirs alone; one option says "none of these", the others a problem or a strength."""
    shared = {str(e.get("scale")) for _, e in entries(document.data, "items") if e.get("several") != "true"}
    ours = several(document.data)
    for name, options in scales(document.data).items():
        place: Path = ("scales", name)
        if name not in ours:
            yield from _only_for_several(options)
            continue
        if name in shared:
            remedy = _("Give each its own scale.")
            yield Finding(place, _("one question takes several of these answers, another only one"), remedy)
        if [option.get("alone") for _, option in options].count("true") != 1:
            remedy = _("Give one option alone: true and standing: aside, with words such as None of these.")
            yield Finding(place, _("several choices need exactly one “none of these”"), remedy)
        for path, option in options:
            yield from _misplaced_standing(path, option)
    for path, entry in entries(document.data, "items"):
        if entry.get("several") == "true":
            yield from _unfit_for_several(document.data, path, entry, values(document.data))


def what_matters(document: Document) -> Iterator[Finding]:
    """At most one question asks what matters most: of several answers, each naming its touchpoint."""
    items = list(entries(document.data, "items"))
    found = [(path, entry) for path, entry in items if entry.get("importance") == "true"]
    if found and len(found) == len(items):
        message = _("what matters most stands beside how it was, and nothing asks that")
        yield Finding(found[0][0], message, _("Add a question about a visit."))
    for path, _entry in found[1:]:
        message = _("two questions ask what matters most")
        yield Finding((*path, "importance"), message, _("Keep one of them."))
    known = scales(document.data)
    for path, entry in found:
        if entry.get("several") != "true":
            remedy = _("Add several: true, or remove importance.")
            yield Finding((*path, "importance"), _("what matters most takes several answers"), remedy)
            continue
        for place, option in known.get(str(entry.get("scale")), ()):
            if "touchpoint" not in option and option.get("alone") != "true":
                message = _("an answer to what matters most names what it is about")
                yield Finding(place, message, _("Add touchpoint: and the name of one."))


def _only_for_several(options: list[tuple[Path, dict[str, Data]]]) -> Iterator[Finding]:
    for path, option in options:
        for key in ("alone", "touchpoint"):
            if key in option:
                message = _("{name} belongs to several choices only", name=quoted(key))
                yield Finding((*path, key), message, _("Remove it, or give the question several: true."))


def _misplaced_standing(path: Path, option: dict[str, Data]) -> Iterator[Finding]:
    standing = option.get("standing")
    if option.get("alone") == "true":
        if standing != Standing.ASIDE:
            yield Finding((*path, "standing"), _("“none of these” stands aside"), _("Write standing: aside."))
    elif isinstance(standing, str) and standing in set(Standing) - set(NAMED):
        remedy = _("Write standing: problem for what to improve, standing: best for what went well.")
        yield Finding((*path, "standing"), _("of several choices each names a problem or a strength"), remedy)


def _unfit_for_several(
    data: Data | None, path: Path, entry: dict[str, Data], known: Mapping[str, tuple[str, ...]]
) -> Iterator[Finding]:
    scale, key = str(entry.get("scale")), f"{entry.get('id')}.{entry.get('revision')}"
    if scale in names(data, "numbers"):
        yield Finding(
            (*path, "several"), _("from 0 to 10 only one answer can be given"), _("Remove several.")
        )
    elif longest_key(key, known.get(scale, ()), several=True) > MOST_KEY:
        message = _(
            "id, revision and option value together are longer than {most} characters", most=MOST_KEY - 2
        )
        yield Finding(path, message, _("Shorten the id of the question, or the longest value."))


def sound_numbers(document: Document) -> Iterator[Finding]:
    """The bands of a scale from 0 to 10 follow each other, and its name is not that of a list of options."""
    named = document.data.get("numbers") if isinstance(document.data, dict) else None
    for name, entry in islice(named.items(), MOST_ENTRIES) if isinstance(named, dict) else ():
        place: Path = ("numbers", name)
        if name in names(document.data, "scales"):
            yield Finding(
                place,
                _("a scale is called {name} too", name=quoted(name)),
                _("Give one of them another name."),
            )
        bands = [_number(entry, key) for key in ("problem_to", "good_from", "best_from")]
        given = [band for band in bands if band is not None]
        if any(lower >= upper for lower, upper in pairwise(given)):
            remedy = _("Write problem_to below good_from, and good_from below best_from, such as 6, 8 and 9.")
            yield Finding(place, _("the bands overlap"), remedy)


def follow_ups(document: Document) -> Iterator[Finding]:
    """A follow-up names an earlier item and answers of it."""
    before: dict[str, tuple[str, ...]] = {}
    known = values(document.data)
    for path, entry in entries(document.data, "items"):
        condition = entry.get("only_if")
        if isinstance(condition, dict) and isinstance(asked := condition.get("item"), str):
            place = (*path, "only_if")
            if asked not in before:
                remedy = (
                    _("Use one of {known}.", known=listed(before))
                    if before
                    else _("Move this question down.")
                )
                yield Finding(
                    (*place, "item"), _("no earlier question is called {name}", name=quoted(asked)), remedy
                )
            else:
                yield from _unknown_answers((*place, "values"), condition, before[asked])
        before[str(entry.get("id"))] = known.get(str(entry.get("scale")), ())


def _unknown_answers(place: Path, condition: dict[str, Data], known: tuple[str, ...]) -> Iterator[Finding]:
    given = condition.get("values")
    seen: set[Data] = set()
    for index, value in enumerate(given[:MOST_ENTRIES] if isinstance(given, list) else []):
        if not isinstance(value, str):
            continue
        if value not in known:
            remedy = _("Use one of {known}.", known=listed(known))
            yield Finding(
                (*place, index), _("that question has no answer {name}", name=quoted(value)), remedy
            )
        elif value in seen:
            yield Finding(
                (*place, index), _("{name} is used twice", name=quoted(value)), _("Keep one of them.")
            )
        seen.add(value)


def drawn_by_lot(document: Document) -> Iterator[Finding]:
    """What is drawn from is known, more than is drawn, and no follow-up hangs on it."""
    rotated = document.data.get("rotated") if isinstance(document.data, dict) else None
    of = rotated.get("of") if isinstance(rotated, dict) else None
    if not isinstance(rotated, dict) or not isinstance(of, list):
        return
    items = {str(entry.get("id")): entry for _, entry in entries(document.data, "items")}
    asked = {str(c.get("item")) for e in items.values() if isinstance(c := e.get("only_if"), dict)}
    for index, name in enumerate(of[:MOST_ENTRIES]):
        place: Path = ("rotated", "of", index)
        if not isinstance(name, str):
            continue
        if name not in items:
            yield Finding(
                place,
                _("no question is called {name}", name=quoted(name)),
                _("Use one of {known}.", known=listed(items)),
            )
        elif name in of[:index]:
            yield Finding(place, _("{name} is used twice", name=quoted(name)), _("Keep one of them."))
        elif name in asked or "only_if" in items[name]:
            yield Finding(
                place, _("a question with a follow-up, or a follow-up, is asked always"), _("Remove it.")
            )
    ask = _number(rotated, "ask")
    if ask is not None and ask >= len(of):
        remedy = _("Draw fewer than stand in the list, or remove rotated.")
        yield Finding(("rotated", "ask"), _("nothing would be left to draw from"), remedy)


RULES: Final[tuple[Rule, ...]] = (several_choices, what_matters, sound_numbers, follow_ups, drawn_by_lot)


def _number(data: Data, key: str) -> int | None:
    written = data.get(key) if isinstance(data, dict) else None
    return int(written) if isinstance(written, str) and WHOLE.fullmatch(written) else None
