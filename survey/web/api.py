"""Visits from other programs: ``POST /api/v1/visits``, and the pages that describe it.

The practice comes from the key alone. Nothing of a request is logged, and the answer has counts and faults
only: never whether anybody was asked, has opted out or answered. Reads no cookie.
"""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, Response, json, render_template, request
from limits import RateLimitItemPerMinute

from survey import clock
from survey.db import transaction
from survey.invitations import taking
from survey.invitations.asking import PracticeClosed
from survey.invitations.planning import Intake
from survey.invitations.scheduling import NoSurveyPublished
from survey.practice import authorising
from survey.practice.authorising import Scope
from survey.visits import history, posted, repeating
from survey.visits.posted import FaultyVisits
from survey.visits.repeating import Claim, Standing
from survey.visits.visit_file import UnreadableFile
from survey.web import openapi, problems
from survey.web.callers import WAIT, Caller, Refused, caller_with
from survey.web.doors import public
from survey.web.installation import now, runtime
from survey.web.openapi import MOST_BYTES, Taken
from survey.web.problems import Wrong

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

TYPES = frozenset({"application/json", "application/fhir+json"})
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,200}")
#: Requests of one key in a minute, for each web process. A list of visits is one request.
RATE = RateLimitItemPerMinute(120)


@blueprint.get("")
@public
def described() -> str:
    """How it is used, for the person who writes the program."""
    base = f"{runtime().settings.base_url}/api/v1"
    return render_template(
        "staff/api.html", base=base, fields=list(openapi.fields()), most=posted.MOST_VISITS
    )


@blueprint.get("/openapi.json")
@public
def document() -> Response:
    """The same for a program."""
    return Response(json.dumps(openapi.document()), mimetype="application/json")


@blueprint.post("/visits")
@public
def take() -> Response:
    """Take visits: one, a list, or FHIR R4."""
    request.max_content_length = MOST_BYTES
    try:
        caller = caller_with(Scope.VISITS_WRITE, rate=RATE)
        if request.mimetype not in TYPES:
            raise Refused(problems.answer(415))
        return _taken(caller, request.get_data(cache=False))
    except Refused as refused:
        return refused.response


def _taken(caller: Caller, body: bytes) -> Response:
    claim = _claim(caller, body)
    if claim is not None and claim.standing is Standing.ANSWERED:
        return Response(claim.answer, mimetype="application/json")
    try:
        answer = _import(caller, body)
    except Refused:
        if claim is not None:
            with transaction(runtime().engine, caller.practice.id) as db:
                repeating.release(db, caller.practice.id, claim.tag)
        raise
    with transaction(runtime().engine, caller.practice.id) as db:
        authorising.note_use(db, caller.shown, today=_today(caller))
        if claim is not None:
            repeating.answer(db, caller.practice.id, claim.tag, answer)
    return Response(answer, mimetype="application/json")


def _claim(caller: Caller, body: bytes) -> Claim | None:
    """The request under its Idempotency-Key; None where it has none."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise Refused(problems.answer(400, "An Idempotency-Key has 1 to 200 visible ASCII characters."))
    mark = caller.shown.secret_hash + key.encode("ascii")
    with transaction(runtime().engine, caller.practice.id) as db:
        claim = repeating.claim(
            db, runtime().files, caller.practice.id, key=mark, body=body, today=_today(caller), now=now()
        )
    if claim.standing is Standing.OTHER:
        raise Refused(problems.answer(409))
    if claim.standing is Standing.AT_WORK:
        text = "The same request is still at work. Send it again later."
        raise Refused(problems.answer(409, text, headers=WAIT))
    return claim


def _import(caller: Caller, body: bytes) -> str:
    """Take what came; returns the answer. Raises Refused where nothing was taken."""
    try:
        found = posted.read(body, time_zone=caller.practice.time_zone)
        intake = taking.take(
            runtime(),
            caller.practice,
            found.source,
            actor=caller.actor,
            name=found.kind,
            now=now(),
            begin=history.resume,
        )
    except UnreadableFile as fault:
        raise Refused(problems.answer(400, fault.in_words(str))) from None
    except FaultyVisits as faulty:
        errors = [Wrong(index=each.index, field=each.field, message=each.message) for each in faulty.faults]
        raise Refused(problems.answer(422, errors=errors)) from None
    except PracticeClosed:
        text = "This practice is closed and takes no visits. Nothing was taken."
        raise Refused(problems.answer(409, text)) from None
    except NoSurveyPublished:
        text = "No survey is published for this practice yet. Publish one first. Nothing was taken."
        raise Refused(problems.answer(409, text)) from None
    return _answer(intake)


def _answer(intake: Intake) -> str:
    """Counts, and the faults of what was left out. Where all is faulty, nothing was taken: a problem."""
    outcome = intake.outcome
    errors = [
        Wrong(index=error.line - 1, field=error.column, message=error.message)
        for error in intake.file.errors[: posted.LISTED]
    ]
    if errors and not intake.file.rows:
        raise Refused(problems.answer(422, errors=errors))
    taken = Taken(
        new=outcome.new,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        too_old=outcome.too_old,
        refused=intake.file.refused,
        errors=errors,
    )
    return json.dumps(taken.model_dump())


def _today(caller: Caller) -> date:
    return clock.local_day(now(), caller.practice.time_zone)
