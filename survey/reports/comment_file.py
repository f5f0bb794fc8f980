"""The released comments of a quarter as a file of words, apart from every figure and never frozen. Pure.

A comment that the owner hides later is gone from the next file. Says at its head and foot what it is not for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey.insight.words import Translate
from survey.reports.lines import CommentGroup

#: Most characters of a line before it is broken.
WIDE = 90


def file_bytes(groups: Sequence[CommentGroup], *, title: str, translate: Translate) -> bytes:
    """Plain text, UTF-8 with a byte-order mark, CRLF line ends; comments in the random order they have."""
    return "\r\n".join(_lines(groups, title, translate)).encode("utf-8-sig")


def not_for_marketing(_: Translate) -> str:
    """The sentence that stands on every such file."""
    return _(
        "These words were given in confidence, to make the service better. They may not be used in "
        "advertising, on a website or in any other publication."
    )


def _lines(groups: Sequence[CommentGroup], title: str, _: Translate) -> Iterator[str]:
    yield from (title, "", not_for_marketing(_), "")
    yield _("Unlike the figures, this file is not frozen: a comment that is hidden later is left out then.")
    for group in groups:
        yield from ("", "", f"## {group.name}")
        for month in group.months:
            yield from ("", f"# {month.label}")
            for words in month.texts:
                yield from ("", *_broken(words))
    if not groups:
        yield from ("", _("No comments were released in this quarter."))
    yield from ("", "", not_for_marketing(_), "")


def _broken(words: str) -> Iterator[str]:
    """A comment as lines that begin with a mark, so that none can pass for a heading of ours."""
    for line in words.splitlines() or [""]:
        flat = "".join(mark if mark.isprintable() else " " for mark in line)
        for start in range(0, max(len(flat), 1), WIDE):
            yield f"  {flat[start : start + WIDE]}"
