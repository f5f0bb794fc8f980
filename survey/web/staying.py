"""How long a sign-in still lasts, for the warning before it ends; and the button that lets it last.

Asking does not count as doing something: a page left open must not keep itself signed in.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from survey.practice.model import Role
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now

blueprint = Blueprint("staying", __name__, url_prefix="/staff/stay")

#: How long before the end staff are warned.
WARNING = timedelta(minutes=2)


@blueprint.get("")
@staff(*Role, counts=False)
def ask() -> ResponseReturnValue:
    """What is left, in whole seconds; 401 where the sign-in has ended."""
    return jsonify(left())


@blueprint.post("")
@staff(*Role)
def stay() -> ResponseReturnValue:
    """Somebody is there: the quiet time begins anew."""
    return jsonify(left())


def left() -> dict[str, Any]:
    """Seconds until the sign-in ends; ``stays``: the button can put that off; ``whose`` sign-in it is."""
    who = entering.member()
    return {
        "left": entering.seconds_left(),
        "stays": who.ends - now() > WARNING,
        "whose": str(who.staff_id),
    }
