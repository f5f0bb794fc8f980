"""Several choices, 0 to 10, follow-ups and questions drawn by lot: what a file may say of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.instruments.document import MOST_BYTES
from survey.instruments.item import Part
from survey.instruments.model import Instrument, Standing
from survey.instruments.source import examine_instrument
from tests.instruments.builders import known
from tests.instruments.kinds import EVERY_KIND, every_kind
from tests.limits import ends


def faults(text: str) -> list[str]:
    examined = examine_instrument(text.encode(), file="x.yaml", touchpoints=known())
    return [str(fault) for fault in examined.faults]


def changed(old: str, new: str) -> str:
    assert old in EVERY_KIND
    return EVERY_KIND.replace(old, new, 1)


def test_the_numbers_from_0_to_10_stand_in_their_bands() -> None:
    scale = every_kind().items[3].scale
    assert scale.numbers
    assert [option.text["es"] for option in scale.options] == [str(number) for number in range(11)]
    standings = [option.standing for option in scale.options]
    assert standings[:7] == [Standing.PROBLEM] * 7
    assert standings[7:] == [Standing.MIDDLE, Standing.GOOD, Standing.BEST, Standing.BEST]


def test_each_of_several_choices_is_a_question_of_its_own_to_whoever_reads_figures() -> None:
    instrument = every_kind()
    bill, phone = instrument.items[1].counted
    assert isinstance(bill, Part)
    assert (bill.key, bill.touchpoint) == ("what.1.bill", "billing")
    assert bill.text["en"] == "What was it about? The bill"
    assert [option.standing for option in bill.scale.options] == [Standing.PROBLEM, Standing.BEST]
    assert phone.key == "what.1.phone"
    assert instrument.item("what.1.phone") == phone
    assert [item.key for item in instrument.counted][:4] == [
        "trouble.1",
        "what.1.bill",
        "what.1.phone",
        "explained.1",
    ]


def test_a_question_and_its_follow_ups_are_one_question() -> None:
    assert every_kind().questions == ((0, 1, 2), (3,), (4,), (5,), (6,))


def test_of_questions_drawn_by_lot_only_those_shown_are_promised() -> None:
    assert every_kind().asked == 5
    assert every_kind().estimated_seconds == 27
    assert any("more than is promised" in each for each in faults(changed("seconds: 36", "seconds: 26")))


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "remedy"),
    [
        ("best_from: 9", "best_from: 8", "numbers[0]", "the bands overlap", "such as 6, 8 and 9"),
        ("problem_to: 6", "problem_to: 9", "numbers[0]", "the bands overlap", "problem_to below"),
        ("best_from: 9", "best_from: 11", "numbers.likely.best_from", "too large", "10 or less"),
        ("best_from: 9", "best_form: 9", "numbers.likely.best_form", "not a known key", "mean best_from"),
        (', es: "Nada probable"', "", "numbers.likely.low", "“es” are missing", "below low"),
        ("  likely:", "  yes_no:", "numbers.yes_no", "called “yes_no” too", "another name"),
        (", alone: true", "", "scales.what", "exactly one “none of these”", "alone: true"),
        ("aside, alone", "best, alone", "scales.what[none].standing", "stands aside", "standing: aside"),
        ("problem, touchpoint: p", "good, touchpoint: p", "what[phone].standing", "a strength", "problem"),
        (
            "touchpoint: billing, t",
            "touchpoint: bill, t",
            "what[bill].touchpoint",
            "“bill”",
            "phone, billing",
        ),
        (
            'best, text: {en: "Yes"',
            'best, alone: true, text: {en: "Yes"',
            "yes_no[yes].alone",
            "only",
            "true",
        ),
        ("    several: true\n", "", "scales.what[bill].touchpoint", "several choices only", "several: true"),
        ("scale: yes_no", "scale: what", "scales.what", "another only one", "its own scale"),
        ("scale: what\n", "scale: likely\n", "items[what].several", "only one answer", "Remove several"),
        ("several: true", "several: 1", "items[what].several", "neither true nor false", "true or false"),
        ("item: trouble", "item: one", "items[what].only_if.item", "no earlier", "Use one of trouble"),
        (
            "[put_right, not_yet]",
            "[put_right, x]",
            "only_if.values[2]",
            "no answer “x”",
            "nothing, put_right",
        ),
        ("[put_right, not_yet]", "[not_yet, not_yet]", "only_if.values[2]", "twice", "Keep one"),
        ("{item: trouble, ", "{itme: trouble, ", "only_if.itme", "not a known key", "mean item"),
        ("[one, two, six]", "[one, two, ten]", "rotated.of[3]", "“ten”", "trouble, what"),
        ("[one, two, six]", "[one, two, two]", "rotated.of[3]", "used twice", "Keep one"),
        ("[one, two, six]", "[one, two, trouble]", "rotated.of[3]", "asked always", "Remove it"),
        ("[one, two, six]", "[one, two, what]", "rotated.of[3]", "asked always", "Remove it"),
        ("ask: 1", "ask: 3", "rotated.ask", "nothing would be left", "fewer"),
        ("ask: 1", "aks: 1", "rotated.aks", "not a known key", "mean ask"),
        ("id: what", f"id: what_{'x' * 34}", "items[1]", "longer than 58", "Shorten"),
    ],
)
def test_each_fault_names_key_and_remedy(old: str, new: str, place: str, message: str, remedy: str) -> None:
    if place == "numbers[0]":
        place = "numbers.likely"
    text = changed(old, new)
    if "xxx" in new:
        text = text.replace("value: phone", f"value: {'p' * 30}").replace("item: what", f"item: {new[4:]}")
        place = f"items[what_{'x' * 34}]"
    found = faults(text)
    assert [each for each in found if place in each and message in each and remedy in each], found
    assert all(each.startswith("x.yaml:") and each.split(":")[1].isdecimal() for each in found)


def test_an_instrument_made_in_any_other_way_must_be_as_sound() -> None:
    whole = every_kind()
    items = whole.items
    for wrong in (
        {"items": items[1:]},  # a follow-up to nothing
        {"items": (items[1], items[0], *items[2:])},  # a follow-up before its question
        {"rotated": {"ask": 2, "of": ("one", "two")}},
        {"rotated": {"ask": 1, "of": ("one", "what")}},
        {"rotated": {"ask": 1, "of": ("one", "one")}},
    ):
        with pytest.raises(ValidationError):
            Instrument.model_validate({**dict(whole), **wrong})


def test_words_and_rules_survive_the_way_into_the_database() -> None:
    whole = every_kind()
    assert Instrument.from_json(whole.to_json()) == whole


@given(
    st.sampled_from(["scales", "numbers", "rotated", "items:\n  - only_if", "numbers:\n  likely"]), st.data()
)
def test_a_part_of_the_wrong_form_is_a_fault_and_never_another_error(part: str, data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(["", " x", " [x]", " {x: y}", " [[x]]", " {x: [y]}", " {of: x}"]))
    text = EVERY_KIND + f"{part}:{value}\n" if part == "x" else f"id: x\n{part}:{value}\n"
    assert faults(text)


HOSTILE = {
    "rotated": "rotated:\n  ask: 1\n  of:\n" + "  - a\n" * (MOST_BYTES // 7),
    "conditions": "items:\n" + "- {id: a, only_if: {item: a, values: [a]}}\n" * (MOST_BYTES // 46),
    "scales": "scales:\n" + "".join(f" k{i}: [{{value: a}}]\n" for i in range(MOST_BYTES // 25)),
    "numbers": "numbers:\n" + "".join(f" k{i}: {{best_from: 1}}\n" for i in range(MOST_BYTES // 28)),
    "values": "items:\n- id: a\n- only_if: {item: a, values: [" + "a, " * (MOST_BYTES // 4) + "]}\n",
    "several": "items:\n"
    + "- {several: true, scale: s}\n" * (MOST_BYTES // 40)
    + "scales: {s: [{value: a}]}",
    "names": "items:\n" + "".join(f"- {{id: {'x' * 900}{i}, scale: y}}\n" for i in range(MOST_BYTES // 950)),
}

WORK = """
from survey.instruments.faults import MOST_FAULTS
from tests.instruments.test_kinds import HOSTILE, faults
for name, text in HOSTILE.items():
    found = faults(text)
    assert 1 <= len(found) <= MOST_FAULTS, name
    assert all(len(fault) < 1000 for fault in found), name
"""


def test_hostile_files_are_refused_and_do_not_make_it_hang() -> None:
    assert ends(WORK)


def test_what_matters_most_has_no_figures_of_its_own() -> None:
    instrument = asking_what_matters()
    asked = instrument.importance
    assert asked is not None
    assert asked.counted == ()
    assert not any(item.key.startswith("what.1") for item in instrument.counted)
    assert asked.counts_of("bill") == {
        "what.1.bill": "chosen",
        "what.1.phone": "not_chosen",
        "what.1.none": "not_chosen",
    }
    assert every_kind().importance is None


def asking_what_matters() -> Instrument:
    text = changed("several: true", "several: true\n    importance: true")
    examined = examine_instrument(text.encode(), file="x.yaml", touchpoints=known())
    assert examined.faults == ()
    assert examined.instrument is not None
    return examined.instrument


def test_what_matters_most_needs_several_answers_that_say_what_they_are_about() -> None:
    (one,) = faults(changed("scale: repair", "scale: repair\n    importance: true"))
    assert "what matters most takes several answers" in one
    text = changed("several: true", "several: true\n    importance: true")
    (two,) = faults(text.replace("touchpoint: billing, ", "", 1))
    assert "names what it is about" in two
