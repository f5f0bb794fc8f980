"""Which addresses are one plain address."""

import pytest

from survey.visits.addresses import is_address, normal_form


@pytest.mark.parametrize(
    "text", ["a@example.org", "first.last+tag@mail.example.org", "o'brien@example.co.uk", "x_y-z@a-b.example"]
)
def test_plain_addresses_are_taken(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NA",
        "a@b",
        "@example.org",
        "a@@example.org",
        "a@example.org,b@example.org",
        "a@example.org;b@example.org",
        "a@example.org b@example.org",
        "Ana <a@example.org>",
        '"a b"@example.org',
        "a@example.org\nBcc: b@example.org",
        "a..b@example.org",
        "a@-example.org",
        "ana@exámple.org",
        "=?utf-8?q?x=40y?=@example..org",
        "x" * 65 + "@example.org",
        "a@" + "b" * 250 + ".org",
    ],
)
def test_lists_names_controls_and_foreign_letters_are_refused(text: str) -> None:
    assert not is_address(text)


def test_capitals_make_no_difference_when_a_person_is_recognised() -> None:
    assert normal_form(" Ana@Example.ORG") == "ana@example.org"
