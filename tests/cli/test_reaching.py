"""The commands that say how patients reach a practice, and that it closed."""

from __future__ import annotations

from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.cli.terminal import Terminal
from tests.cli.test_naming import kept


def test_what_is_named_changes_and_the_rest_stays(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    said = terminal.run(
        *("practice", "reach", "riverside", "--contact-address", "desk@example.org"),
        *("--complaints-to", "Olu Bello, 555-0101"),
    )
    assert said.out == "Phone: 555-0100\nRequests go to: desk@example.org\nComplaints: Olu Bello, 555-0101\n"
    assert terminal.run("practice", "reach", "riverside", "--phone", "555-0102", "--country", "ES").code == 0
    here = kept(runtime)
    assert (here.phone, here.country, here.contact_address) == ("555-0102", "ES", "desk@example.org")


def test_what_cannot_be_entered_is_named_and_nothing_is_changed(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    for option, value in (
        ("--phone", "call us"),
        ("--country", "XX"),
        ("--contact-address", "desk, other@example.org"),
        ("--complaints-to", "x" * 201),
    ):
        said = terminal.run("practice", "reach", "riverside", "--phone", "555-0199", option, value)
        assert (said.code, said.out) == (1, "")
        assert said.err.rstrip().endswith("Nothing was changed.")
        assert option.strip("-").split("-")[0] in said.err
    assert kept(runtime).phone == "555-0100"
    assert terminal.run("practice", "reach", "nowhere", "--phone", "555-0199").code == 1


def test_closing_and_reopening(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    assert terminal.run("practice", "close", "riverside").code == 0
    assert (kept(runtime).closed_on is None, kept(runtime).sending) == (False, False)
    assert terminal.run("practice", "reopen", "riverside").code == 0
    assert (kept(runtime).closed_on, kept(runtime).sending) == (None, False)
