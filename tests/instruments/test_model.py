"""Instruments as objects: frozen, coherent, and the same after a trip through JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from survey.instruments.model import (
    ANSWER_BUDGET,
    BLANK,
    Denominator,
    Instrument,
    Standing,
    UnknownItem,
    UnknownOption,
    estimated_seconds,
    wording,
)
from tests.instruments.builders import both, make_instrument, make_item, make_scale

names = st.from_regex(r"[a-z][a-z0-9_]{0,7}", fullmatch=True)
values = st.from_regex(r"[a-z0-9_]{1,6}", fullmatch=True)
words = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' "\\:{}&*'), min_size=1, max_size=20
).filter(str.strip)


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    languages = draw(st.lists(st.sampled_from(["en", "es", "no", "pt-BR", "ar"]), min_size=1, unique=True))
    text = st.fixed_dictionaries(dict.fromkeys(languages, words))

    def scale() -> dict[str, Any]:
        options = [
            {
                "value": value,
                "text": draw(text),
                "standing": draw(st.sampled_from(Standing)),
                "repaired": draw(st.none() | st.booleans()),
            }
            for value in draw(st.lists(values, min_size=2, max_size=5, unique=True))
        ]
        return {"id": draw(names), "options": options}

    ids = draw(st.lists(names, min_size=2, max_size=6, unique=True))
    numbers = st.integers(1, 99)
    items = [
        {
            "id": name,
            "revision": draw(numbers),
            "touchpoint": draw(names),
            "text": draw(text),
            "scale": scale(),
            "note": draw(st.none() | text),
        }
        for name in ids[1:]
    ]
    box = {"id": ids[0], "touchpoint": draw(st.none() | names), "text": draw(text), "limit": draw(numbers)}
    return Instrument.model_validate(
        {
            "id": draw(names),
            "version": draw(numbers),
            "title": draw(text),
            "intro": draw(text),
            "languages": languages,
            "asked_from_visit": draw(numbers),
            "seconds": draw(numbers),
            "denominator": draw(st.sampled_from(Denominator)),
            "items": items,
            "comments": draw(st.sampled_from([[], [box]])),
        }
    )


@settings(deadline=None, max_examples=60, database=None)
@given(instruments())
def test_an_instrument_is_the_same_after_a_trip_through_json(instrument: Instrument) -> None:
    body = instrument.to_json()
    again = Instrument.from_json(body)
    assert again == instrument
    assert again.to_json() == body


def test_the_order_in_which_languages_were_written_does_not_change_the_json() -> None:
    one = make_instrument(title={"en": "A", "es": "B"})
    other = make_instrument(title={"es": "B", "en": "A"})
    assert one.to_json() == other.to_json()


def test_the_json_form_stays_as_it_is_because_published_versions_are_known_by_their_hash() -> None:
    scale = (
        '{"id":"plain","options":[{"standing":"best","text":{"en":"Yes","es":"Yes (es)"},"value":"yes"},'
        '{"standing":"problem","text":{"en":"No","es":"No (es)"},"value":"no"}]}'
    )
    words = '{"en":"words","es":"words (es)"}'
    assert make_instrument().to_json() == (
        f'{{"asked_from_visit":1,"comments":[{{"id":"anything","limit":1000,"text":{words}}}],'
        '"denominator":"answered","id":"tiny_one","intro":{"en":"About us","es":"About us (es)"},'
        f'"items":[{{"id":"phone","revision":1,"scale":{scale},"text":{words},"touchpoint":"phone"}}],'
        '"languages":["en","es"],"seconds":5,"title":{"en":"Tiny","es":"Tiny (es)"},"version":3}'
    )


def test_json_with_an_unknown_key_is_refused() -> None:
    data = json.loads(make_instrument().to_json()) | {"patient": "x"}
    with pytest.raises(ValidationError, match="patient"):
        Instrument.from_json(json.dumps(data))


def test_a_label_names_id_and_version_for_links() -> None:
    assert make_instrument(id="after_visit", version=12).label == "after-visit-12"


def test_an_item_is_found_by_id_and_revision() -> None:
    instrument = make_instrument(items=(make_item(revision=2),))
    assert instrument.item("phone.2").id == "phone"
    assert make_scale().option("no").standing is Standing.PROBLEM


@pytest.mark.parametrize("key", ["phone.1", "phone", "", "phone.2 "])
def test_an_unknown_item_is_refused_without_repeating_what_was_sent(key: str) -> None:
    instrument = make_instrument(items=(make_item(revision=2),))
    with pytest.raises(UnknownItem) as refused:
        instrument.item(key)
    assert str(refused.value) == "tiny-one-3 has no such item"


def test_an_unknown_option_is_refused_without_repeating_what_was_sent() -> None:
    with pytest.raises(UnknownOption) as refused:
        make_scale().option("marker")
    assert "marker" not in str(refused.value)


def test_blank_can_never_be_an_option() -> None:
    option = {"value": BLANK, "text": both(), "standing": "best"}
    with pytest.raises(ValidationError, match="value"):
        make_scale(options=(option, option))


def test_nothing_of_an_instrument_can_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        make_instrument().version = 4  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"items": (make_item(), make_item(revision=2))}, "used twice"),
        ({"items": (make_item(id="anything"),)}, "used twice"),
        ({"title": {"en": "only English"}}, "each language"),
        ({"languages": ("en", "es", "fr")}, "each language"),
        ({"items": (make_item(note={"en": "only English"}),)}, "each language"),
        ({"items": tuple(make_item(id=f"question_number_{i}") for i in range(20))}, "sealed box"),
    ],
)
def test_an_incoherent_instrument_cannot_be_made(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        make_instrument(**changes)


def test_the_most_an_answer_can_take_is_what_json_takes() -> None:
    instrument = make_instrument(items=(make_item(), make_item(id="billing")))
    longest = {"phone.1": "yes", "billing.1": "yes"}
    assert instrument.answer_bytes == len(json.dumps(longest, separators=(",", ":"))) - len("{}") + len(",")
    assert instrument.answer_bytes <= ANSWER_BUDGET


@pytest.mark.parametrize(("items", "seconds"), [(1, 5), (2, 9), (6, 27), (10, 45)])
def test_a_closed_item_is_counted_with_four_and_a_half_seconds(items: int, seconds: int) -> None:
    assert estimated_seconds(items) == seconds


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\x07", "\ufeff", "\u2028", "\ud800"])
def test_a_text_with_an_invisible_character_is_refused(hidden: str) -> None:
    with pytest.raises(ValidationError):
        make_item(text={"en": f"Was it{hidden} quick?", "es": "x"})


def test_words_fall_back_to_english_and_then_to_the_first_language() -> None:
    assert wording({"es": "sí", "en": "yes"}, "es") == "sí"
    assert wording({"es": "sí", "en": "yes"}, "fr") == "yes"
    assert wording({"es": "sí", "pt": "sim"}, "fr") == "sí"
