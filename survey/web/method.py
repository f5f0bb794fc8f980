"""How the figures are made, in plain words: the same page for everybody who reads figures."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey.practice.model import Role
from survey.web import entering
from survey.web.doors import staff

blueprint = Blueprint("method", __name__, url_prefix="/staff/method")

#: Of 100 practices in which nothing changes, in how many a question "needs attention" or "changed" by chance
#: in a quarter, by answers a quarter. Counted by benchmarks/false_alarms.py; see benchmarks/README.md.
FALSE_ALARMS = (
    (10, 0.1, 0.0),
    (20, 0.7, 0.0),
    (30, 0.9, 0.6),
    (50, 2.4, 3.1),
    (100, 2.5, 3.5),
    (200, 2.9, 4.3),
    (500, 2.3, 4.2),
)
#: A fall of 20 points in one question of ten: in how many of 100 practices it is seen in its first quarter,
#: and by the end of its fourth.
FALLS_SEEN = (
    (10, 0, 10),
    (20, 2, 45),
    (30, 17, 72),
    (50, 45, 93),
    (100, 86, 100),
    (200, 100, 100),
    (500, 100, 100),
)


@blueprint.get("")
@staff(Role.CLINICIAN, Role.OWNER)
def page() -> str:
    """What the words and signs mean, how often they err, what no figure can tell."""
    practice = entering.own_practice()
    rows = [
        (n, attention, changed, seen, later)
        for (n, attention, changed), (_, seen, later) in zip(FALSE_ALARMS, FALLS_SEEN, strict=True)
    ]
    return render_template("staff/method.html", practice=practice, rows=rows)
