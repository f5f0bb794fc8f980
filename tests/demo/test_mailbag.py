"""Which mails of the demo are a patient's."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.demo.mailbag import Mailbag, to_patients

LINK = b"https://example.org/s/riverside/after_visit-1/en#abc"
TO_PATIENT = b"To: ana@example.org\r\nList-Unsubscribe: <https://example.org/stop/en/x>\r\n\r\n"
TO_OWNER = b"To: owner@example.org\r\n\r\nThe report is ready.\r\n"


def test_a_mail_to_the_practices_own_people_is_no_patients_letter(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(TO_OWNER)
    (tmp_path / "2.eml").write_bytes(TO_PATIENT + LINK)
    bag = Mailbag(tmp_path)
    found = bag.new_letters()
    assert [(letter.to, letter.token, letter.language) for letter in found] == [
        ("ana@example.org", "abc", "en")
    ]
    assert bag.new_letters() == []
    assert bag.count == 1


def test_a_patients_mail_without_its_link_is_noticed() -> None:
    with pytest.raises(ValueError, match="no survey link"):
        to_patients([TO_PATIENT + b"no link"])
