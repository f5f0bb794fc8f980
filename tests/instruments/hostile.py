"""Files that were made to do harm: none of them is a survey, and each must be refused with its faults."""

from __future__ import annotations

from survey.instruments.document import MOST_BYTES

SIZE = MOST_BYTES
NEXT = list(zip("abcdefgh", "bcdefghi", strict=True))

#: 300 bytes that stand for hundreds of millions of words.
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join(['*' + before] * 9)}]\n" for before, after in NEXT
)
#: The same with the keys of mappings: a loader that merges them copies each of them sixty times a line.
MERGE_BOMB = "a: &a {k: v, l: v, m: v}\n" + "".join(
    f"{after}: &{after} {{<<: [{', '.join(['*' + before] * 60)}]}}\n" for before, after in NEXT
)

HOSTILE = {
    "alias bomb": BOMB,
    "merge bomb": MERGE_BOMB,
    "an alias to itself": "a: &a [*a]",
    "open brackets": "[" * SIZE,
    "open braces": "{" * SIZE,
    "keys in keys": "{a: " * (SIZE // 4),
    "dashes": "- " * (SIZE // 2),
    "question marks": "? " * (SIZE // 2),
    "stairs": "".join(" " * i + "a:\n" for i in range(700)),
    "one long word": "a" * SIZE,
    "one long text": "id: |\n" + "  a b\n" * (SIZE // 6 - 1),
    "many keys": "".join(f"k{i}: v\n" for i in range(SIZE // 10)),
    "one key again and again": "a: b\n" * (SIZE // 5),
    "many entries": "items:\n" + "- a\n" * (SIZE // 4 - 8),
    "many items": "items:\n" + "- {id: a}\n" * (SIZE // 10 - 8),
    "many anchors": "items:\n" + "- &a b\n" * (SIZE // 7 - 8),
    "many tags": "items:\n" + "- !!python/name:os.system b\n" * (SIZE // 28 - 1),
    "flow list": "[" + "a," * (SIZE // 2 - 1) + "]",
    "blank lines": "a: |\n" + "\n" * (SIZE - 8),
    "escapes": '"' + "\\u0041" * (SIZE // 6 - 1) + '"',
    "impossible escape": 'a: "\\UFFFFFFFF"',
    "half a character": 'id: "\\uD800"',
    "half a character as a key": '"\\uD800": a',
    "half a character as a name": 'items: [{id: "\\uD800", scale: a}]',
    "impossible directive": "%YAML 1." + "9" * 6000 + "\n---\na: b",
    "a bell": "id: \x07",
    "nothing at its end": "id: after_visit\x00",
    "an escaped bell": 'id: "\\a\\0"',
    "turned round": "id: \u202etisiv_retfa\u202c",
    "apply": "!!python/object/apply:os.system [id]",
    "new": "id: !!python/object/new:os._exit [1]",
    "module": "id: !!python/module:antigravity",
    "binary": "id: !!binary aGVsbG8=",
    "merge": "<<: {a: b}",
    "percent signs": "%" * SIZE,
    "too large": "#" * (SIZE + 1),
    "3 MB": "id: a\n" + "#" * (3 * 1024 * 1024),
}

#: Those that take a form of their own and a moment only: enough where the whole way in is tried.
SHORT = {name: text for name, text in HOSTILE.items() if len(text) < 10_000} | {
    name: HOSTILE[name]
    for name in ("open brackets", "keys in keys", "one long word", "many keys", "too large", "3 MB")
}
