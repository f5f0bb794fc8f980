"""Keep the drawn details of a remembered page, so that looking again does not draw them again.

What stands in them is made of the page's lines alone, which are remembered whole (``reports.remembering``)
and never changed; a new release makes new ones. Must never keep a comment, nor anything of whoever looks.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from markupsafe import Markup

from survey.reports.remembering import Memory
from survey.reports.screens import Grouped
from survey.web.wording import language

Groups = tuple[object, ...]

#: The lines are kept beside what was drawn of them, so that no other lines can get their identity.
_DRAWN: Memory[tuple[Groups, Markup]] = Memory()


def install(app: Flask) -> None:
    """Give the templates ``drawn_once(view)``, to be called around what is drawn of its lines."""
    app.jinja_env.globals["drawn_once"] = drawn_once


def drawn_once(view: Grouped, caller: Callable[[], Markup]) -> Markup:
    """What the caller draws, or what it drew of the very same lines before."""
    groups = (view.works, view.attention, view.early)
    mark = (*map(id, groups), view.period_key, language())
    return _DRAWN.get(mark, lambda: (groups, caller()))[1]
