"""The interface as an OpenAPI 3.1 document, made from the very forms that read requests and write answers.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from survey import __version__
from survey.visits.posted import FIELDS, MOST_VISITS, PostedVisit
from survey.web import openapi_results, problems
from survey.web.problems import Problem, Wrong

MOST_BYTES: Final = 5 * 1024 * 1024
COMPONENT: Final = "#/components/schemas/{model}"
#: Refusals of a request, each a problem document.
REFUSALS: Final = (400, 401, 403, 409, 413, 415, 422, 429, 503)


class Taken(BaseModel):
    """What was done: visits that were new, changed, known already, or older than the 400 days that are kept.

    `refused` ones were left out, because of `errors` (the first hundred are listed).
    """

    new: int
    changed: int
    unchanged: int
    too_old: int
    refused: int
    errors: list[Wrong]


@dataclass(frozen=True)
class Field:
    """One field of a visit, for the page."""

    name: str
    needed: bool
    meaning: str


def fields() -> Iterator[Field]:
    """The fields of a visit, in order."""
    for name in FIELDS:
        field = PostedVisit.model_fields[name]
        yield Field(name, field.is_required(), (field.description or "").replace("`", ""))


def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Afterword: for other programs",
            "version": __version__,
            "description": (
                "Visits go in; rounded figures and frozen reports come out. Nothing about a patient, no "
                "single answer and no comment ever comes out."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": {"/api/v1/visits": {"post": _operation()}, **_read()},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _read() -> dict[str, Any]:
    return openapi_results.paths(COMPONENT, _refusals(openapi_results.REFUSALS))


def _operation() -> dict[str, Any]:
    visit = {"$ref": COMPONENT.format(model="PostedVisit")}
    many = {"type": "array", "items": visit, "minItems": 1, "maxItems": MOST_VISITS}
    fhir = {"$ref": COMPONENT.format(model="FHIR")}
    refusals = _refusals(REFUSALS)
    return {
        "operationId": "take_visits",
        "summary": "Take one visit, a list of visits, or FHIR R4",
        "description": (
            "Needs a key with the scope `visits:write`. The same visits twice add nothing. Faulty "
            "visits are left out and listed; where all are faulty, "
            "or one has not the form of a visit, nothing is taken and the answer is 422."
        ),
        "security": [{"key": []}],
        "parameters": [_idempotency_key()],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"anyOf": [visit, many, fhir]}},
                "application/fhir+json": {"schema": fhir},
            },
        },
        "responses": {"200": _response("Taken.", "application/json", "Taken"), **refusals},
    }


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Your own number of this request, kept for two days: the same again gets the same.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }


def _refusals(statuses: Iterable[int]) -> dict[str, Any]:
    return {str(status): _refusal(status) for status in statuses}


def _refusal(status: int) -> dict[str, Any]:
    return _response(". ".join(problems.WORDS[status]), problems.TYPE, "Problem")


def _response(description: str, content: str, model: str) -> dict[str, Any]:
    schema = {"schema": {"$ref": COMPONENT.format(model=model)}}
    return {"description": description, "content": {content: schema}}


def _schemas() -> dict[str, Any]:
    answers = (Taken, Problem, *openapi_results.MODELS)
    _, made = models_json_schema(
        [(PostedVisit, "validation"), *((model, "serialization") for model in answers)],
        ref_template=COMPONENT,
    )
    fhir = {
        "type": "object",
        "description": "A FHIR R4 Bundle of Appointment or Encounter with the patients it refers to, or one.",
        "properties": {"resourceType": {"enum": ["Bundle", "Appointment", "Encounter"]}},
        "required": ["resourceType"],
    }
    return {**made["$defs"], "FHIR": fhir}
