"""Files from disk: each fault names file, line, key and remedy, and all come at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from survey.instruments.loading import InstrumentFaults, load_all, load_instrument, load_touchpoints
from survey.instruments.model import Denominator, Standing
from tests.instruments.builders import FILE, TOUCHPOINTS, changed, examine, known, line_of, only


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_file_becomes_an_instrument(tmp_path: Path) -> None:
    instrument = load_instrument(write(tmp_path, tiny=FILE) / "tiny.yaml", known())
    assert instrument.label == "tiny-1"
    assert instrument.denominator is Denominator.ANSWERED
    assert [item.key for item in instrument.items] == ["phone.1", "billing.2"]
    assert [box.limit for box in instrument.comments] == [1000]


def test_booleans_and_numbers_in_answers_stay_words() -> None:
    text = changed(
        "{value: no, standing: problem, text: {en: No, es: No}}",
        ("{value: 010, standing: problem, text: {en: 12:30, es: 1.10}}"),
    )
    instrument = examine(text).instrument
    assert instrument is not None
    yes, other = instrument.items[0].scale.options
    assert (yes.text["en"], yes.standing) == ("Yes", Standing.BEST)
    assert (other.value, dict(other.text)) == ("010", {"en": "12:30", "es": "1.10"})


def test_the_norwegian_language_code_stays_a_language() -> None:
    text = re.sub(r"\bes\b", "no", FILE)
    instrument = examine(text).instrument
    assert instrument is not None
    assert instrument.languages == ("en", "no")


def test_lines_broken_for_the_eye_become_one_paragraph() -> None:
    instrument = examine(
        changed('intro: {en: "About us", ', 'intro: {en: "About\n  us\n\n  all", ')
    ).instrument
    assert instrument is not None
    assert instrument.intro["en"] == "About us all"


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "remedy"),
    [
        ("id: tiny", "id: Tiny", "1: id", "form that is not allowed", "small letters"),
        ("version: 1", "version: 1.0", "2: version", "not a whole number", "1, 2 or 45"),
        ("version: 1", "version: 0", "2: version", "too small", "1 or more"),
        ("version: 1", "version: 10000", "2: version", "too large", "9999 or less"),
        ("[en, es]", "[en, es, en]", "3: languages[3]", "used twice", "another name"),
        ("[en, es]", "[en, es, English]", "3: languages[3]", "form that is not allowed", "pt-BR"),
        ("seconds: 9", "seconds: 8", "5: seconds", "about 9 seconds", "Write 9 or more"),
        ("answered", "some", "6: denominator", "not known here", "'answered' or 'all'"),
        ("denominator", "denominater", "6: denominater", "not a known key", "Did you mean denominator"),
        ("denominator", "x" * 90, f"6: {'x' * 40}…", "not a known key", "known here: id, version"),
        ('{en: "Tiny", es: "Pequeña"}', "Tiny", "7: title", "words for each language", "en: and es:"),
        ('en: "Tiny", ', "", "7: title", "“en” are missing", "Add a line en:"),
        ('es: "Pequeña"', 'es: ""', "7: title.es", "empty", "Write the words"),
        ('es: "Pequeña"', 'es: "P", fr: "P"', "7: title.fr", "“fr” is not declared", "Add it to languages"),
        ('es: "Pequeña"', 'es: "P\\u202e"', "7: title.es", "U+202E", "type it again"),
        ('es: "Pequeña"', f"es: {'P' * 601}", "7: title.es", "longer than 600", "Shorten it"),
        ("standing: best", "standing: good", "10: scales.plain", "exactly one best", "standing: best"),
        ("standing: problem", "standing: middle", "10: scales.plain", "needs a problem", "standing: problem"),
        ("best,", "best, repaired: true,", "10: scales.plain", "both outcomes", "repaired: false"),
        ("best,", "best, repaired: yes,", "11: scales.plain[yes].repaired", "neither true", "true or false"),
        ("standing: problem", "standing: bad", "12: scales.plain[no].standing", "not known", "'problem'"),
        ("value: no, ", "", "12: scales.plain[2].value", "missing", "Add a line value:"),
        ("value: no", 'value: "yes"', "12: scales.plain[yes]", "first on line 11", "another name"),
        ("touchpoint: phone", "touchpoint: fone", "16: items[phone].touchpoint", "“fone”", "phone, billing"),
        ("id: billing", "id: phone", "21: items[phone]", "first on line 14", "another name"),
        ("revision: 2", "revision: two", "22: items[billing].revision", "not a whole number", "1, 2"),
        ("revision: 2", "revison: 2", "22: items[billing].revison", "not a known key", "mean revision"),
        ("revision: 2", "text: 2", "21: items[billing].revision", "missing", "Add a line revision:"),
        ('en: "Was it clear?"', "", "25: items[billing].text", "“en” are missing", "Add a line en:"),
        ("id: anything", "id: phone", "29: comments[phone]", "first on line 14", "another name"),
        ("id: anything", "id: a\n    limit: 1001", "30: comments[a].limit", "too large", "1000 or less"),
        ("id: anything", "id: a\n    touchpoint: x", "30: comments[a].touchpoint", "“x”", "phone, billing"),
    ],
)
def test_each_fault_names_file_line_key_and_remedy(
    old: str, new: str, place: str, message: str, remedy: str
) -> None:
    fault = next(f for f in examine(changed(old, new)).faults if f"{f.line}: {f.key}" == place)
    assert message in fault.message
    assert remedy in fault.remedy
    assert str(fault) == f"tiny.yaml:{place}: {fault.message}. {fault.remedy}"


def test_an_unknown_scale_is_named_with_the_known_ones() -> None:
    text = FILE.replace("scale: plain", "scale: plane", 1)
    fault = only(examine(text).faults)
    assert (fault.line, fault.key) == (line_of(text, "plane"), "items[phone].scale")
    assert "“plane”" in fault.message
    assert "Use one of plain" in fault.remedy


def test_all_faults_of_a_file_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        FILE.replace("id: tiny", "id: Tiny").replace("seconds: 9", "seconds: 2").replace("es: No", "fr: No")
    )
    text = text.replace("scale: plain", "scale: plane", 1).replace("touchpoint: billing", "touchpoint: bill")
    path = write(tmp_path, tiny=text + "extra: 1\n") / "tiny.yaml"
    with pytest.raises(InstrumentFaults) as refused:
        load_instrument(path, known())
    faults = refused.value.faults
    assert [fault.key for fault in faults] == [
        "id",
        "seconds",
        "scales.plain[no].text",
        "scales.plain[no].text.fr",
        "items[phone].scale",
        "items[billing].touchpoint",
        "extra",
    ]
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert str(refused.value).splitlines() == [str(fault) for fault in faults]


def test_a_fault_of_the_form_does_not_hide_a_duplicate_key() -> None:
    faults = examine(changed("version: 1", "version: one\nversion: 2")).faults
    assert [(fault.line, fault.key) for fault in faults] == [(2, "version"), (3, "version")]


def test_an_alias_is_named_once_and_causes_no_further_complaint() -> None:
    fault = only(examine(changed('intro: {en: "About us", es: "Sobre nosotros"}', "intro: *title")).faults)
    assert (fault.line, fault.key) == (8, "intro")


def test_a_faulty_option_does_not_also_make_its_scale_too_short() -> None:
    fault = only(examine(changed("{en: No, es: No}}", "{en: No, es: No}, hue: red}")).faults)
    assert (fault.line, fault.key) == (12, "scales.plain[no].hue")


def test_every_missing_key_is_named() -> None:
    assert {fault.key for fault in examine("comments: []").faults} == {
        "id",
        "version",
        "languages",
        "asked_from_visit",
        "seconds",
        "denominator",
        "title",
        "intro",
        "scales",
        "items",
    }


@pytest.mark.parametrize("text", ["just words", "- a\n- b\n"])
def test_a_file_that_is_no_set_of_keys_is_refused(text: str) -> None:
    assert "first level" in only(examine(text).faults).message


@pytest.mark.parametrize(
    "part", ["scales", "items", "comments", "title", "languages", "scales:\n  plain", "items:\n  - text"]
)
@pytest.mark.parametrize("value", ["", " x", " [x]", " {x: y}", " [[x]]", " {x: [y]}"])
def test_a_part_of_the_wrong_form_is_a_fault_and_never_another_error(part: str, value: str) -> None:
    key, _, _ = part.partition(":")
    others = "".join(block for block in _blocks(FILE) if not block.startswith(f"{key}:"))
    examined = examine(f"{others}{part}:{value}\n")
    assert examined.instrument is None
    assert any(fault.key.startswith(key) for fault in examined.faults)


def test_too_many_questions_for_one_sealed_answer_are_refused() -> None:
    item = FILE[FILE.index("  - id: phone") : FILE.index("  - id: billing")]
    more = "".join(item.replace("id: phone", f"id: a_rather_long_name_{i}") for i in range(20))
    text = changed("comments:\n", more + "comments:\n").replace("seconds: 9", "seconds: 99")
    fault = next(fault for fault in examine(text).faults if fault.key == "items")
    assert "a sealed answer holds 440" in fault.message


def test_more_than_a_minute_is_a_warning_and_the_instrument_still_loads(tmp_path: Path) -> None:
    text = changed("seconds: 9", "seconds: 61")
    fault = only(examine(text).faults)
    assert str(fault).startswith("tiny.yaml:5: warning: seconds: the survey takes more than a minute")
    assert load_instrument(write(tmp_path, tiny=text) / "tiny.yaml", known()).seconds == 61


def test_a_missing_file_is_a_fault_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(InstrumentFaults) as refused:
        load_instrument(tmp_path / "none.yaml", known())
    fault = only(refused.value.faults)
    assert fault.file.endswith("none.yaml")
    assert fault.message == "the file cannot be read (No such file or directory)"


def test_touchpoints_load_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = load_touchpoints(write(tmp_path, touchpoints=TOUCHPOINTS) / "touchpoints.yaml")
    assert list(found) == ["phone", "billing"]
    assert found["phone"].good["en"] == "A"


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("id: billing", "id: phone", 4, "touchpoints[phone]"),
        (", problem: {en: B, es: B}", "", 4, "touchpoints[billing].problem"),
        ("problem: {en: B, es: B}", "problem: {en: B}", 4, "touchpoints[billing].problem"),
        ("id: billing", "id: billing, colour: red", 4, "touchpoints[billing].colour"),
        ("languages: [en, es]", "languages: [EN]", 1, "languages[1]"),
    ],
)
def test_a_faulty_touchpoints_file_is_refused(
    tmp_path: Path, old: str, new: str, line: int, key: str
) -> None:
    path = write(tmp_path, touchpoints=TOUCHPOINTS.replace(old, new)) / "touchpoints.yaml"
    with pytest.raises(InstrumentFaults) as refused:
        load_touchpoints(path)
    assert (line, key) in [(fault.line, fault.key) for fault in refused.value.faults]


def test_a_folder_loads_whole_by_id(tmp_path: Path) -> None:
    other = FILE.replace("id: tiny", "id: other")
    assert set(load_all(write(tmp_path, touchpoints=TOUCHPOINTS, tiny=FILE, other=other))) == {
        "tiny",
        "other",
    }


def test_help_lines_in_the_folder_are_no_instrument(tmp_path: Path) -> None:
    lines = 'US: [{number: "911", words: {en: Danger}}]'
    assert set(load_all(write(tmp_path, touchpoints=TOUCHPOINTS, tiny=FILE, help_lines=lines))) == {"tiny"}


def test_a_folder_with_faults_in_several_files_names_them_all(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        touchpoints=TOUCHPOINTS.replace("languages", "langs"),
        tiny=changed("id: tiny", "id: Tiny"),
        other=changed("version: 1", "version: x"),
    )
    with pytest.raises(InstrumentFaults) as refused:
        load_all(folder)
    assert {Path(fault.file).stem for fault in refused.value.faults} == {"touchpoints", "tiny", "other"}


def test_a_folder_without_touchpoints_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InstrumentFaults, match=r"touchpoints\.yaml:1: the file cannot be read"):
        load_all(write(tmp_path, tiny=FILE))


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InstrumentFaults, match=r"tiny\.yaml:1: id: .*a_copy\.yaml has the same id"):
        load_all(write(tmp_path, touchpoints=TOUCHPOINTS, tiny=FILE, a_copy=FILE))


def test_one_item_key_cannot_mean_two_questions(tmp_path: Path) -> None:
    other = FILE.replace("id: tiny", "id: other").replace("Was it quick?", "Was it slow?")
    with pytest.raises(InstrumentFaults) as refused:
        load_all(write(tmp_path, touchpoints=TOUCHPOINTS, tiny=FILE, other=other))
    fault = only(refused.value.faults)
    assert (fault.line, fault.key) == (14, "items[phone]")
    assert "something else under phone.1" in fault.message
    renewed = other.replace("revision: 1", "revision: 2")
    assert set(load_all(write(tmp_path, other=renewed))) == {"tiny", "other"}


def _blocks(text: str) -> list[str]:
    """A file's text cut before every key of the first level."""
    blocks: list[str] = []
    for line in text.splitlines(keepends=True):
        if line[0].isalpha():
            blocks.append("")
        blocks[-1] += line
    return blocks
