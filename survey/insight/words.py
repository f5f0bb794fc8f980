"""How pure code speaks: English text in, the reader's language out. Knows nothing of Flask."""

from __future__ import annotations

from collections.abc import Callable

#: Looks a text up in a catalogue. Named places stay in it and are filled afterwards.
Translate = Callable[[str], str]


def plain(text: str) -> str:
    """The English text itself: the translator where no catalogue is at hand."""
    return text
