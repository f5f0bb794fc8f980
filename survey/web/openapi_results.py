"""Reading results and reports as the OpenAPI document describes it: forms of answers, and operations.

Pure.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, Field

from survey.practice.authorising import Scope

#: How a quarter is written, of whichever year the practice counts in.
QUARTER: Final = r"[0-9]{4}-Q[1-4]"
REFUSALS: Final = (400, 401, 403, 404, 429, 503)
FILES: Final = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Figure(BaseModel):
    """One row of the quarterly table: rounded, and never from fewer than five people."""

    period: str = Field(description="A quarter such as 2026-Q1, or a month such as 2026-01.")
    state: str = Field(description="`frozen`, or `part` while figures may still change.")
    scope: str = Field(description="`practice`, `clinician`, `printed cards` or `repair`.")
    scope_name: str | None = Field(description="Whose figure it is.")
    item: str | None = Field(description="The question's name, or a theme's.")
    question: str | None = Field(description="The question's words.")
    measure: str = Field(description="What was measured, such as `best_answer`.")
    value: str | None = Field(description="In words: `55%`, `60–80%`, `10% or less`, or `withheld`. Never 0.")
    low: int | None = Field(description="Lower end of the likely range, in percent; null where withheld.")
    high: int | None = Field(description="Upper end of the likely range, in percent; null where withheld.")
    n: str | None = Field(description="A band such as `30+`: at least so many answers; null where withheld.")
    note: str | None = Field(description="The sentence that stands beside the figure.")


class Results(BaseModel):
    """The figures of one quarter, the same as in the report's table."""

    quarter: str
    state: str
    practice: str
    figures: list[Figure]


class FrozenReport(BaseModel):
    """A report that does not change any more. `sha256` is printed on it: the hash of its figures."""

    quarter: str
    frozen_on: str
    sha256: str


class Reports(BaseModel):
    """The frozen reports, newest first."""

    reports: list[FrozenReport]


MODELS: Final = (Results, Reports)


def paths(reference: str, refusals: dict[str, Any]) -> dict[str, Any]:
    """The operations by address. ``reference``: where models stand; ``refusals``: answers by status."""
    quarter = {"type": "string", "pattern": f"^{QUARTER}$", "example": "2026-Q1"}
    found = {
        "/api/v1/results": _get(
            "read_results",
            "Read the figures of one quarter",
            Scope.RESULTS_READ,
            refusals,
            content=_model(reference, "Results"),
            parameters=[{"name": "quarter", "in": "query", "required": False, "schema": quarter}],
        ),
        "/api/v1/reports": _get(
            "list_reports",
            "List the frozen quarterly reports",
            Scope.REPORTS_READ,
            refusals,
            content=_model(reference, "Reports"),
        ),
    }
    named = {"name": "quarter", "in": "path", "required": True, "schema": quarter}
    for form, kind in FILES.items():
        found[f"/api/v1/reports/{{quarter}}.{form}"] = _get(
            f"read_report_{form}",
            f"A frozen report as {form.upper()}, the same file as on the owner's page",
            Scope.REPORTS_READ,
            refusals,
            content={kind: {"schema": {"type": "string", "format": "binary"}}},
            parameters=[named],
        )
    return found


def _model(reference: str, name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": reference.format(model=name)}}}


def _get(
    name: str,
    summary: str,
    scope: Scope,
    refusals: dict[str, Any],
    *,
    content: dict[str, Any],
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "description": f"Needs a key with the scope `{scope}`. In English. Writes nothing.",
            "security": [{"key": []}],
            "parameters": parameters or [],
            "responses": {"200": {"description": "Read.", "content": content}, **refusals},
        }
    }
