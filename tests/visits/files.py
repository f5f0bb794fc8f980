"""Visits files for tests, written line by line."""

from __future__ import annotations

HEADER = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey"


def line(
    number: int = 1,
    *,
    start: str = "2026-03-02T09:00:00-05:00",
    clinician: str = "Ana Ortiz",
    location: str = "Riverside",
    email: str | None = None,
    status: str = "attended",
    language: str = "en",
    visit_number: str = "2",
    flag: str = "",
) -> str:
    """One visit; each number is another person unless an address is given."""
    address = f"person{number}@example.org" if email is None else email
    cells = [f"V-{number}", start, clinician, location, address, status, language, visit_number, flag]
    return ",".join(cells)


def visits_csv(*lines: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *lines, ""]).encode("utf-8")
