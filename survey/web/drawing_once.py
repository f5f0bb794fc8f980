"""Keep the drawn details of a remembered page, so that looking again does not draw them again.

What stands in them is made of the page's lines alone, which are remembered whole (``reports.remembering``)
and never changed; a new release makes new ones. Must never keep a comment, nor anything of whoever looks.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask
from markupsafe import Markup

from survey.reports.remembering import MOST
from survey.reports.screens import Grouped
from survey.web.wording import language

Groups = tuple[object, ...]

_kept: OrderedDict[tuple[object, ...], tuple[Groups, Markup]] = OrderedDict()
_lock = threading.Lock()


def install(app: Flask) -> None:
    """Give the templates ``drawn_once(view)``, to be called around what is drawn of its lines."""
    app.jinja_env.globals["drawn_once"] = drawn_once


def drawn_once(view: Grouped, caller: Callable[[], Markup]) -> Markup:
    """What the caller draws, or what it drew of the very same lines before."""
    groups = (view.works, view.attention, view.early)
    key = (*map(id, groups), view.period_key, language())
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key][1]
    drawn = caller()
    with _lock:
        _kept[key] = (groups, drawn)  # the lines are held as well: no other object can get their identity
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return drawn
