"""YAML text into plain strings, lists and dicts that remember their lines.

Pure. Every value stays the string that was written: ``Yes``, ``no``, ``12:30``, ``1.10``, ``010``. It must
never build an object from a tag, follow an alias, or go deeper or longer than the limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

import yaml

from survey.instruments.faults import MOST_FAULTS, Fault, Finding, Path, Sentence, _, in_our_words, quoted

MOST_BYTES: Final = 256 * 1024
MOST_LEVELS: Final = 12

Data = str | list["Data"] | dict[str, "Data"]

WELL_FORMED = _(
    "Check the indentation, and put texts that hold a colon, a question mark, a comma or braces "
    "in double quotes."
)

NOT_YAML: Final = _("this is not well-formed YAML")

#: What the parser says most often, in words that can be translated.
PARSER: Final = {
    "mapping values are not allowed here": _("a colon stands where none may stand"),
    "expected <block end>, but found '<block mapping start>'": _("a line begins too far left or right"),
    "expected <block end>, but found '<scalar>'": _("words follow the end of a quoted text"),
    "expected <block end>, but found '-'": _("a dash stands where a key belongs"),
    "expected <block end>, but found '?'": _("a key stands where a dash belongs"),
    "could not find expected ':'": _("a colon is missing"),
    "found character '\\t' that cannot start any token": _("a tab stands where blanks belong"),
    "found unexpected end of stream": _("a quotation mark is not closed"),
}


@dataclass(frozen=True)
class Document:
    """What a file says. ``data`` is None where it could not be read at all.

    ``unknown`` holds the places whose value could not be known; later findings there would be noise.
    """

    file: str
    data: Data | None
    lines: Mapping[Path, int] = field(default_factory=dict)
    unknown: frozenset[Path] = frozenset()
    findings: tuple[Finding, ...] = ()

    def line(self, path: Path) -> int:
        """The line of a place, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def key(self, path: Path) -> str:
        """A place in words: list entries go by their id, or by their number counted from 1."""
        words, here = "", self.data
        for step in path:
            here = _inside(here, step)
            if isinstance(step, int):
                name = here.get("id") or here.get("value") if isinstance(here, dict) else None
                words += f"[{quoted(name)[1:-1] if isinstance(name, str) else step + 1}]"
            else:
                words += f".{quoted(step)[1:-1]}" if words else quoted(step)[1:-1]
        return words

    def faults(self, findings: list[Finding]) -> tuple[Fault, ...]:
        """This file's own findings and the given ones, with file and line, in the order of the file."""
        known = [f for f in findings if not any(f.path[: len(path)] == path for path in self.unknown)]
        faults = [
            Fault(self.file, f.line or self.line(f.path), self.key(f.path), f.message, f.remedy, f.level)
            for f in (*self.findings, *known)
        ]
        return tuple(sorted(faults, key=lambda fault: fault.line)[:MOST_FAULTS])


def parse(raw: bytes, file: str) -> Document:
    """Read a YAML file's bytes; what is wrong stands in ``findings``, nothing is raised."""
    if len(raw) > MOST_BYTES:
        return _refused(
            file, _("the file is larger than 256 KB"), _("Keep one survey per file and shorten it.")
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return _refused(file, _("the file is not UTF-8 text"), _("Save it as UTF-8 in your editor."), line)
    found = _parsed(text, file)
    return replace(found, data=deepcopy(found.data))  # whoever asked may change theirs


@lru_cache(maxsize=32)  # every application that starts reads the same few files
def _parsed(text: str, file: str) -> Document:
    builder = _Builder(text)
    try:
        data = builder.document()
    except _Refused as refused:
        finding = refused.finding
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        finding = Finding((), _("a control character stands in the file"), _("Delete it."), line=line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        finding = Finding((), _not_yaml(str(error.problem or error.context)), WELL_FORMED, line=line)
    except (ValueError, OverflowError):  # an escape or a directive with an impossible number
        finding = Finding(
            (), _("an escape or a directive has no meaning"), WELL_FORMED, line=builder.last_line
        )
    else:
        return Document(file, data, builder.lines, frozenset(builder.unknown), tuple(builder.findings))
    return Document(file, None, findings=(*builder.findings, finding))


def _not_yaml(problem: str) -> Sentence:
    """In English with the parser's own words; elsewhere in ours, or without any."""
    theirs = quoted(problem)[1:-1]
    if problem in PARSER:
        ours = in_our_words(theirs, PARSER[problem])
        return _("this is not well-formed YAML ({problem})", problem=ours)
    return in_our_words(f"{NOT_YAML} ({theirs})", NOT_YAML)


def _refused(file: str, message: str, remedy: str, line: int = 1) -> Document:
    return Document(file, None, findings=(Finding((), message, remedy, line=line),))


def _inside(data: Data | None, step: str | int) -> Data | None:
    if isinstance(data, dict) and isinstance(step, str):
        return data.get(step)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


class _Refused(Exception):
    def __init__(self, message: str, remedy: str, line: int) -> None:
        self.finding = Finding((), message, remedy, line=line)
        super().__init__(message)


class _Builder:
    """Builds the data from YAML's events, one at a time, so that a limit stops the reading itself."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.unknown: set[Path] = set()
        self.findings: list[Finding] = []
        self.last_line = 1
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)

    def document(self) -> Data:
        self._next()  # the stream begins
        if not isinstance(self._next(), yaml.DocumentStartEvent):
            raise _Refused(_("the file is empty"), _("Start from one of the shipped files."), 1)
        self.lines[()] = 1
        data = self._node(self._next(), ())
        self._next()  # the document ends
        if not isinstance(self._next(), yaml.StreamEndEvent):
            raise _Refused(_("a second document begins"), _("Remove the line with ---."), self.last_line)
        return data

    def _next(self) -> yaml.Event:
        event = next(self._events)
        if event.start_mark is not None:
            self.last_line = event.start_mark.line + 1
        return event

    def _node(self, event: yaml.Event, path: Path) -> Data:
        self.lines.setdefault(path, self.last_line)
        self._refuse_marks(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(event, yaml.AliasEvent):
            self.unknown.add(path)
            return ""
        if len(path) >= MOST_LEVELS:
            raise _Refused(
                _("the file is nested too deeply"), _("Compare it with a shipped file."), self.last_line
            )
        return self._list(path) if isinstance(event, yaml.SequenceStartEvent) else self._dict(path)

    def _list(self, path: Path) -> list[Data]:
        entries: list[Data] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            entries.append(self._node(event, (*path, len(entries))))
        return entries

    def _dict(self, path: Path) -> dict[str, Data]:
        entries: dict[str, Data] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            line = self.last_line
            if not isinstance(event, yaml.ScalarEvent):
                self._find(path, _("a key is not a plain word"), _("Write one word and a colon."))
                self._node(event, (*path, "?"))
                self._node(self._next(), (*path, "?"))
                continue
            key = str(event.value)
            place = (*path, key)
            self._refuse_marks(event, place)
            if key in entries:
                first = self.lines[place]
                self._find(
                    place,
                    _("{name} is written twice, first on line {line}", name=quoted(key), line=first),
                    _("Keep one of them."),
                )
                self._node(self._next(), (*path, "?"))
                continue
            self.lines[place] = line
            entries[key] = self._node(self._next(), place)
        return entries

    def _refuse_marks(self, event: yaml.Event, path: Path) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._find(
                path,
                _("an alias (*) points to {name}", name=quoted(event.anchor)),
                _("Write the text out again here."),
            )
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._find(path, _("an anchor (&) stands here"), _("Remove it; each text is written out."))
        if getattr(event, "tag", None) is not None:
            self._find(path, _("a tag (!) stands here"), _("Remove it, or put the text in double quotes."))

    def _find(self, path: Path, message: str, remedy: str) -> None:
        if len(self.findings) < MOST_FAULTS:
            self.findings.append(Finding(path, message, remedy, line=self.last_line))
