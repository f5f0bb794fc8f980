"""YAML as plain strings: nothing is guessed, nothing is built, nothing hangs."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instruments.document import MOST_BYTES, NOT_YAML, PARSER, WELL_FORMED, Data, parse
from survey.instruments.faults import quoted
from tests.instruments.builders import examine
from tests.instruments.hostile import BOMB
from tests.limits import ends


def said(text: str | bytes) -> list[str]:
    raw = text if isinstance(text, bytes) else text.encode()
    document = parse(raw, "x.yaml")
    return [str(fault) for fault in document.faults([])]


@pytest.mark.parametrize(
    "word",
    [
        "Yes",
        "no",
        "on",
        "OFF",
        "true",
        "null",
        "~",
        "12:30",
        "1.10",
        "010",
        "0x1F",
        "1e3",
        "2026-11-23",
        "",
        ".inf",
    ],
)
def test_a_word_stays_the_string_that_was_written(word: str) -> None:
    assert parse(f"a: {word}\n{word or 'b'}: [{word or 'c'}]".encode(), "x").data == {
        "a": word,
        word or "b": [word or "c"],
    }


def test_the_usual_loader_would_have_changed_such_words() -> None:
    """The variant that must not be used: this is what the strings-only reading protects from."""
    assert yaml.safe_load("[Yes, no, 12:30, 1.10, 010]") == [True, False, 750, 1.1, 8]


plain = st.recursive(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc:# é", max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=80, database=None)
@given(st.dictionaries(st.text("abcno", min_size=1, max_size=4), plain, max_size=4))
def test_what_a_yaml_writer_wrote_is_read_back(data: dict[str, Data]) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    written = yaml.dump(data, Dumper=Plain, allow_unicode=True)
    assert parse(written.encode(), "x").data == data


@settings(deadline=None, max_examples=150, database=None)
@given(st.text("ab:-?[]{}&*!|>'\"%#\\U0\n \t,@`~<", max_size=60) | st.binary(max_size=40))
def test_any_text_at_all_gives_data_or_faults_and_never_another_error(text: str | bytes) -> None:
    examined = examine(text)
    assert examined.instrument is None
    assert examined.faults


HOSTILE_WORK = """
from survey.instruments.faults import MOST_FAULTS
from tests.instruments.builders import examine
from tests.instruments.hostile import {files}
for name, text in {files}.items():
    examined = examine(text)
    assert examined.instrument is None, name
    assert 1 <= len(examined.faults) <= MOST_FAULTS, name
    assert all(len(str(fault)) < 500 for fault in examined.faults), name
"""


@pytest.mark.parametrize("files", ["SHORT", pytest.param("HOSTILE", marks=pytest.mark.slow)])
def test_hostile_files_are_refused_and_do_not_make_it_hang(files: str) -> None:
    assert ends(HOSTILE_WORK.format(files=files))


def test_the_usual_loader_would_hang_over_a_bomb() -> None:
    """The variant that must not be used: whoever walks through what it read goes every way of every alias."""
    walk = "def walk(node): return sum(map(walk, node)) if isinstance(node, list) else 1\n"
    named = "import yaml; from tests.instruments.hostile import BOMB\n"
    assert not ends(named + walk + "walk(yaml.safe_load(BOMB)['i'])", seconds=5)


@pytest.mark.parametrize("loader", ["yaml.safe_load(MERGE_BOMB)", "copy(yaml.safe_load(BOMB)['i'])"])
def test_the_usual_loader_would_take_all_memory(loader: str) -> None:
    """The variant that must not be used: it merges keys itself, and what it read is written out somewhere."""
    copy = "def copy(node): return [copy(each) for each in node] if isinstance(node, list) else node\n"
    named = "import yaml; from tests.instruments.hostile import BOMB, MERGE_BOMB\n"
    assert not ends(named + copy + loader, memory=128 * 1024**2)


def test_every_alias_and_anchor_of_a_bomb_is_named_with_its_line() -> None:
    found = said(BOMB)
    assert "x.yaml:1: a: an anchor (&) stands here. Remove it; each text is written out." in found
    assert "x.yaml:2: b[1]: an alias (*) points to “a”. Write the text out again here." in found


def test_the_usual_loader_would_have_followed_the_aliases_of_a_bomb() -> None:
    """The variant that must not be used: 300 bytes that stand for hundreds of millions of words."""
    loaded = yaml.safe_load(BOMB)
    words = len(loaded["a"])
    for name in "bcdefghi":
        assert loaded[name][0] is loaded[name][8]
        words *= len(loaded[name])
    assert words == 9**9


def test_nesting_stops_the_reading_at_its_line() -> None:
    text = "a:\n" + "".join("  " * i + "- \n" for i in range(1, 40))
    assert said(text) == ["x.yaml:13: the file is nested too deeply. Compare it with a shipped file."]


def test_a_key_written_twice_is_named_with_both_lines() -> None:
    assert said("a:\n  b: 1\n  c: 2\n  b: 3\n") == [
        "x.yaml:4: a.b: “b” is written twice, first on line 2. Keep one of them."
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: b\nc: {en: How was it?}\n", 2, "well-formed"),
        ("a: b\n\tc: d\n", 2, "well-formed"),
        ("a: b: c\n", 1, "well-formed"),
        ("a: b\nc: \x07\n", 2, "control character"),
        (b"a: b\nc: \xff\n", 2, "UTF-8"),
        ("a: b\n---\nc: d\n", 2, "second document"),
        ("a: b\n[x]: c\n", 2, "plain word"),
        ("a: b\nc: !!int 5\n", 2, "tag"),
        ("", 1, "empty"),
        ("# only a remark\n", 1, "empty"),
        ("a" * (MOST_BYTES + 1), 1, "256 KB"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str | bytes, line: int, words: str) -> None:
    found = said(text)
    assert len(found) == 1
    assert found[0].startswith(f"x.yaml:{line}: ")
    assert words in found[0]


def test_a_byte_order_mark_from_a_windows_editor_is_harmless() -> None:
    assert parse(b"\xef\xbb\xbfa: b\r\n", "x").data == {"a": "b"}


def test_whoever_changes_what_was_read_changes_only_their_own() -> None:
    first = parse(b"a: [b]", "x.yaml")
    assert isinstance(first.data, dict)
    first.data["a"] = "changed"
    assert parse(b"a: [b]", "x.yaml").data == {"a": ["b"]}


IN_OTHER_WORDS = {
    "a: b: c\n": "a colon stands where none may stand",
    "x:\n    a: 1\n  b: 2\n": "a line begins too far left or right",
    'a: "x" y\n': "words follow the end of a quoted text",
    "a: 1\n- b\n": "a dash stands where a key belongs",
    "- a\nb: 1\n": "a key stands where a dash belongs",
    "a: 1\nbcd\nc: 2\n": "a colon is missing",
    "a: b\n\tc: d\n": "a tab stands where blanks belong",
    'a: "x\n': "a quotation mark is not closed",
}


@pytest.mark.parametrize(("text", "ours"), IN_OTHER_WORDS.items())
def test_what_the_parser_says_most_often_is_said_in_words_that_can_be_translated(
    text: str, ours: str
) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as raised:
        list(yaml.parse(text, Loader=yaml.SafeLoader))
    (finding,) = parse(text.encode(), "x.yaml").findings
    assert quoted(raised.value.problem)[1:-1] in finding.message  # the command says it as it is
    assert f"(<{ours}>)" in finding.in_words("<{}>".format)


def test_every_message_of_the_parser_that_we_reword_is_one_it_gives() -> None:
    assert sorted(PARSER.values()) == sorted(IN_OTHER_WORDS.values())


def test_what_the_parser_says_seldom_is_left_out_where_it_cannot_be_translated() -> None:
    (finding,) = parse(b"a: @x\n", "x.yaml").findings
    assert finding.message == "this is not well-formed YAML (found character '@' that cannot start an…)"
    assert finding.in_words(str.upper) == f"{NOT_YAML.upper()}. {WELL_FORMED.upper()}"
