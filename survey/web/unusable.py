"""Why something that was entered on a staff page cannot be used."""

from __future__ import annotations


class Unusable(Exception):
    """What was entered cannot be used; the text is for the page, ``at`` names the field."""

    def __init__(self, text: str, at: str) -> None:
        super().__init__(text)
        self.at = at
