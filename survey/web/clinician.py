"""A clinician's own results. Whose they are comes from the sign-in; no address leads to anybody else's."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from survey.clock import local_day
from survey.db import reading
from survey.practice.model import Role
from survey.reports import charts
from survey.reports.dashboard import Dashboard, clinician_dashboard
from survey.web import entering, opening
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.windows import LATEST, require_offered
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("clinician", __name__, url_prefix="/staff/clinician")


@blueprint.get("", defaults=LATEST)
@blueprint.get("/<period>")
@staff(Role.CLINICIAN, Role.OWNER)
def dashboard(period: str) -> str:
    """What works, what needs attention, what it is too early to tell."""
    return render_template("staff/clinician.html", view=_own(period, words=opening.are_open()))


@blueprint.get("/figure/<touchpoint>.json", defaults=LATEST)
@blueprint.get("/<period>/figure/<touchpoint>.json")
@staff(Role.CLINICIAN, Role.OWNER)
def figure(period: str, touchpoint: str) -> ResponseReturnValue:
    """The trend of a touchpoint as a plotly figure, with the rounded figures of the page."""
    line = _own(period, words=False).line(touchpoint)
    if line is None:
        abort(404)
    return charts.figure(line.trend)


def _own(period: str, *, words: bool = True) -> Dashboard:
    clinician_id, practice = entering.member().clinician_id, entering.own_practice()
    if clinician_id is None:  # an owner who sees nobody: no results of one's own
        abort(404)
    today = local_day(now(), practice.time_zone)
    require_offered(period, today)
    with reading(runtime().engine, practice.id) as db:
        return clinician_dashboard(
            db,
            practice,
            clinician_id,
            today=today,
            touchpoints=touchpoints(),
            language=language(),
            translate=translate,
            period=period,
            words=words,
        )
