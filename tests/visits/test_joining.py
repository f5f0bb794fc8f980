"""Two files joined by the client's name: found whatever the accents, never guessed between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from survey.settings import shipped
from survey.visits.client_list import plain_name
from survey.visits.match import NOBODY, Join, Match
from survey.visits.visit_file import (
    Part,
    RowError,
    UnreadableFile,
    VisitRow,
    VisitSource,
    load_presets,
    open_source,
    suggest,
)

PRESETS = load_presets(shipped("surveys_config"))
NOW = datetime(2026, 8, 1, tzinfo=UTC)
VISITS = "Date of Service,Client,Clinician,Billing Code\n"
CLIENTS = "Client,Email,Client Type,Primary Clinician\n"


def parts(visits: list[str], clients: list[str]) -> list[Part]:
    return [
        Part("visits.csv", (VISITS + "\n".join(visits) + "\n").encode()),
        Part("clients.csv", (CLIENTS + "\n".join(clients) + "\n").encode()),
    ]


def matched(files: list[Part]) -> Match:
    return suggest(files, presets=PRESETS, time_zone="America/New_York").match


def opened(visits: list[str], clients: list[str], choices: dict[str, str] | None = None) -> VisitSource:
    files = parts(visits, clients)
    return open_source(files, matched(files).settled(choices or {}), now=NOW)


def only(source: VisitSource) -> VisitRow | RowError:
    (found,) = source
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Olu García", "OLU GARCIA"),
        ("García, José", "José García"),
        ("Łukasz Müller", "lukasz muller"),
        ("Rosa O’Brien", "Rosa O'Brien"),
        ("Ana  St.Clair ", "ana st.clair"),
        ("Sian Lo\u0301pez", "Siân López"),
    ],
)
def test_a_name_is_found_whatever_its_accents_capitals_and_order(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)
    client = f'"{other}",a@example.org,Adult,Dr. Ana'
    row = only(opened([f'07/01/2026,"{one}",Dr. Ana,90837'], [client]))
    assert isinstance(row, VisitRow)
    assert (row.address, row.client) == ("a@example.org", "")


def test_the_files_may_come_in_any_order() -> None:
    files = parts(["07/01/2026,Olu,Dr. Ana,90837"], ["Olu,a@example.org,Adult,Dr. Ana"])
    assert matched(files) == matched(files[::-1])
    one, other = (list(open_source(order, matched(files), now=NOW)) for order in (files, files[::-1]))
    assert one == other


TWO = ["José Ruiz,one@example.org,Adult,Dr. Ana", "Jose Ruiz,two@example.org,Adult,Dr. Bo"]


def test_between_two_clients_of_one_name_a_person_decides() -> None:
    source = opened(["07/01/2026,José Ruiz,Dr. Ana,90837"], TWO)
    error = only(source)
    assert isinstance(error, RowError)
    assert (error.line, error.column) == (2, "Client")
    (tie,) = source.ties
    assert (tie.visits, tie.lines, [c.clinician for c in tie.candidates]) == (1, (2,), ["Dr. Ana", "Dr. Bo"])
    assert all("one@" not in c.masked and "two@" not in c.masked for c in tie.candidates)


def test_the_choice_is_kept_to_and_nobody_leaves_the_visit_out() -> None:
    visits = ["07/01/2026,José Ruiz,Dr. Ana,90837", "07/02/2026,Jose Ruiz,Dr. Bo,90837"]
    ties = {tie.clinician: tie for tie in opened(visits, TWO).ties}
    choices = {ties["Dr. Ana"].key: ties["Dr. Ana"].candidates[0].key, ties["Dr. Bo"].key: NOBODY}
    source = opened(visits, TWO, choices)
    row, error = source
    assert isinstance(row, VisitRow)
    assert row.address == "one@example.org"
    assert "Left out" in error.message if isinstance(error, RowError) else False
    assert source.ties == ()


def test_one_line_of_the_list_twice_is_one_client() -> None:
    assert isinstance(
        only(opened(["07/01/2026,Ana Ruiz,Dr. Ana,90837"], [TWO[0].replace("José", "Ana")] * 2)), VisitRow
    )


def careless(source: VisitSource, name: str) -> str:
    """A join that takes the first of the name, as a dictionary would: what the tests above must catch."""
    assert source._clients is not None
    return source._clients.named(name)[0].address


def test_a_join_that_takes_the_first_would_write_to_the_wrong_person() -> None:
    source = opened(["07/01/2026,Jose Ruiz,Dr. Bo,90837"], TWO)
    assert careless(source, "Jose Ruiz") == "one@example.org"
    assert isinstance(only(source), RowError)


def test_choices_are_about_people_and_never_written_down() -> None:
    match = matched(parts(["07/01/2026,José Ruiz,Dr. Ana,90837"], TWO)).settled({"tie": "candidate"})
    assert "candidate" not in match.to_json()
    assert "candidate" not in repr(match)
    assert Match.from_json(match.to_json()) == match.settled({}) == replace(match) or match.join is not None
    kept = Match.from_json(match.to_json())
    assert kept.join == Join(match.join.columns if match.join else {})
    assert replace(match, join=kept.join) == kept


def test_a_client_without_address_is_known_again_and_two_of_them_apart() -> None:
    visits = ["07/01/2026,Ana Ruiz,Dr. Ana,90837", "07/01/2026,Bo Ruiz,Dr. Ana,90837"]
    rows = list(opened(visits, ["Ana Ruiz,,Adult,", "Bo Ruiz,,Adult,"]))
    assert all(isinstance(row, VisitRow) and not row.address for row in rows)
    assert len({row.identity for row in rows if isinstance(row, VisitRow)}) == 2


def test_a_minor_of_the_list_is_a_minor() -> None:
    row = only(opened(["07/01/2026,Ana Ruiz,Dr. Ana,90837"], ["Ana Ruiz,a@example.org,Minor,"]))
    assert isinstance(row, VisitRow)
    assert row.minor


@pytest.mark.parametrize(
    ("client", "words"),
    [
        ("Bo,b@example.org,Adult,", "No client of this name"),
        ("Ana,a@example.org;b@example.org,Adult,", "line 2"),
        ("Ana,a@example.org,Alien,", "line 2"),
    ],
)
def test_a_client_who_cannot_be_used_is_named_with_the_visit(client: str, words: str) -> None:
    error = only(opened(["07/01/2026,Ana,Dr. Ana,90837"], [client]))
    assert isinstance(error, RowError)
    assert words in error.message
    assert "example.org" not in error.message


def test_a_code_is_attended_a_word_is_not_and_another_is_never_repeated() -> None:
    visits = [
        f"07/0{n}/2026,Ana,Dr. Ana,{code}" for n, code in enumerate(["90837", "H0004", "NO SHOW", "F41.1"], 1)
    ]
    found = list(opened(visits, ["Ana,a@example.org,Adult,"]))
    assert [row.status.value for row in found[:3] if isinstance(row, VisitRow)] == [
        "attended",
        "attended",
        "not attended",
    ]
    assert isinstance(found[3], RowError)
    assert "F41" not in found[3].message.upper()


def test_one_file_too_few_or_too_many_is_refused() -> None:
    files = parts(["07/01/2026,Ana,Dr. Ana,90837"], ["Ana,a@example.org,Adult,"])
    with pytest.raises(UnreadableFile, match="two files"):
        open_source(files[:1], matched(files), now=NOW)
    with pytest.raises(UnreadableFile, match="two files"):
        open_source([*files, files[0]], matched(files), now=NOW)
