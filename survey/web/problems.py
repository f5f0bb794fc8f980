"""What a program is told that cannot be served: a problem document (RFC 9457), in English.

Says what is wrong and what to do; never a value of the request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, json
from pydantic import BaseModel

TYPE = "application/problem+json"
WORDS = {
    400: ("Not readable", "Send JSON as /api/v1 describes it."),
    401: ("No valid key", "Send your key as: Authorization: Bearer aw_…"),
    403: ("Not with this key", "Use a key that was made for this."),
    404: ("Nothing here", "The addresses are listed at /api/v1."),
    405: ("Not this way", "Visits are sent with POST; results and reports are read with GET."),
    409: ("Not twice", "Use a new Idempotency-Key for other content."),
    413: ("Too large", "Send at most 5 MB at once; more belongs into a file."),
    415: ("Other content", "Send application/json or application/fhir+json."),
    422: ("Nothing was taken", "Correct what errors names, and send it again."),
    429: ("Too many requests", "Wait as long as Retry-After says; send several visits as one list."),
    503: ("Not saved", "The database did not answer. Nothing was taken; send it once more."),
}
OUR_FAULT = ("Our fault", "Nothing was taken. Send it once more; if it goes on, tell whoever runs this.")


class Wrong(BaseModel):
    """One fault. `index` counts the visits of the request, or the entries of the bundle, from 0."""

    index: int
    field: str
    message: str


class Problem(BaseModel):
    """Why a request was not served, and what to do."""

    title: str
    status: int
    detail: str
    errors: list[Wrong] = []


def answer(
    status: int, detail: str = "", *, errors: Sequence[Wrong] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """The document as a response; without a detail, what usually helps."""
    title, remedy = WORDS.get(status, WORDS[400] if status < 500 else OUR_FAULT)
    body = Problem(title=title, status=status, detail=detail or remedy, errors=list(errors))
    return Response(json.dumps(body.model_dump()), status, dict(headers or {}), mimetype=TYPE)
