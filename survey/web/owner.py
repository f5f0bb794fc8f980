"""The owner's overview of the practice. Clinicians stand in alphabetical order and are never ranked."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from survey.clock import local_day
from survey.db import reading
from survey.practice.model import Role
from survey.reports import charts
from survey.reports.dashboard import Overview, owner_overview
from survey.web import entering, opening
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.windows import LATEST, require_offered
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("owner", __name__, url_prefix="/staff/practice")

#: The name of the practice's one trend among the figures.
WHOLE = "whole"
#: The name of the clinicians' funnel.
FUNNEL = "clinicians"


@blueprint.get("", defaults=LATEST)
@blueprint.get("/<period>")
@staff(Role.OWNER)
def overview(period: str) -> str:
    """Tiles, one trend, touchpoints, clinicians, repairs, response."""
    view = _view(period)
    if not opening.are_open():
        view = replace(view, comments=())
    return render_template("staff/overview.html", view=view)


@blueprint.get("/figure/<touchpoint>.json", defaults=LATEST)
@blueprint.get("/<period>/figure/<touchpoint>.json")
@staff(Role.OWNER)
def figure(period: str, touchpoint: str) -> ResponseReturnValue:
    """The practice's trend of a touchpoint as a plotly figure, with the rounded figures of the page."""
    view = _view(period, words=False)
    if touchpoint == FUNNEL and view.funnel is not None:
        return charts.funnel_figure(view.funnel)
    if touchpoint == WHOLE:
        trend = view.trend
    else:
        line = view.line(touchpoint)
        trend = None if line is None else line.trend
    if trend is None:
        abort(404)
    return charts.figure(trend)


def _view(period: str, *, words: bool = True) -> Overview:
    practice = entering.own_practice()
    today = local_day(now(), practice.time_zone)
    require_offered(period, today)
    with reading(runtime().engine, practice.id) as db:
        return owner_overview(
            db,
            practice,
            today=today,
            touchpoints=touchpoints(),
            language=language(),
            translate=translate,
            period=period,
            words=words,
        )
