"""A mail of ours as it lay in a mailbox: what the mailbox said, what the relay changed, what shows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.deliverability import arrival, authentication
from survey.deliverability.verdict import Finding, Verdict, any_wrong
from survey.invitations.vetting import sample_letter
from survey.settings import Settings

GOOD, CARE, WRONG, UNSEEN = Verdict.GOOD, Verdict.CARE, Verdict.WRONG, Verdict.UNSEEN
SETTINGS = Settings(
    mail_from="feedback@mail.example.org", base_url="https://feedback.example.org", dkim_selector="s1"
)
LETTER = sample_letter(SETTINGS).as_bytes()
SIGNATURE = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=mail.example.org; s=s1;\r\n"
    " h=From:To:Subject:Date:Message-ID:List-Unsubscribe:\r\n List-Unsubscribe-Post; bh=AAAA=; b=BBBB=\r\n"
)
GMAIL = (
    "Received: by 2002:a05:6a10:1 with SMTP id x; Mon, 5 Jan 2026 04:00:03 -0800 (PST)\r\n"
    "Received: from out.relay.example.net (out.relay.example.net. [198.51.100.9])\r\n"
    "        by mx.google.com with ESMTPS id y (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384);\r\n"
    "        Mon, 05 Jan 2026 04:00:02 -0800 (PST)\r\n"
    "Authentication-Results: mx.google.com;\r\n"
    "       dkim=pass header.i=@mail.example.org header.s=s1 header.b=BBBB;\r\n"
    "       spf=pass (google.com: feedback@mail.example.org designates 198.51.100.9 (really; yes)\r\n"
    "       as permitted sender) smtp.mailfrom=feedback@mail.example.org;\r\n"
    "       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=mail.example.org\r\n"
    "Received: from feedback (unknown [192.0.2.1]) by out.relay.example.net with ESMTPSA id z\r\n"
)
OUTLOOK = (
    "Authentication-Results: spf=pass (sender IP is 198.51.100.9) smtp.mailfrom=mail.example.org;\r\n"
    " dkim=pass (signature was verified) header.d=mail.example.org;dmarc=pass action=none\r\n"
    " header.from=mail.example.org;compauth=pass reason=100\r\n"
    "Received: from AM0.eurprd05.prod.outlook.com by PR3.eurprd05.prod.outlook.com with HTTPS\r\n"
    "Received: from out.relay.example.net (198.51.100.9) by AM1.mail.protection.outlook.com (10.1.1.1)\r\n"
    " with Microsoft SMTP Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20\r\n"
)


def arrived(
    front: str = GMAIL + SIGNATURE, *changes: tuple[str, str], name: str = "Riverside"
) -> EmailMessage:
    """A letter with what the way added in front, after texts in it were exchanged."""
    text = front + sample_letter(SETTINGS, name=name).as_bytes().decode("ascii")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return arrival.parse(text.encode("ascii"))


def findings(message: EmailMessage, settings: Settings = SETTINGS) -> dict[str, Finding]:
    """The first of each topic."""
    told: dict[str, Finding] = {}
    for one in arrival.findings(message, settings):
        told.setdefault(one.topic, one)
    return told


@pytest.mark.parametrize("way", [GMAIL, OUTLOOK], ids=["gmail", "outlook"])
def test_a_mail_that_came_well_is_good_in_everything(way: str) -> None:
    told = findings(arrived(way + SIGNATURE))
    assert {topic: one.verdict for topic, one in told.items()} == dict.fromkeys(
        ("SPF", "DKIM", "DMARC", "Signature", "Stopping", "Encryption", "Text", "Outside"), GOOD
    )


@pytest.mark.parametrize(
    ("before", "after", "topic", "verdict", "words"),
    [
        (
            "dkim=pass header.i=@mail.example.org",
            "dkim=fail header.i=@mail.example.org",
            "DKIM",
            WRONG,
            "fail",
        ),
        (
            "header.i=@mail.example.org",
            "header.i=@relay.example.net",
            "DKIM",
            WRONG,
            "not for mail.example.org",
        ),
        ("dkim=pass header.i=@mail.example.org", "x=y", "DKIM", WRONG, "found none"),
        ("spf=pass (google", "spf=softfail (google", "SPF", WRONG, "softfail"),
        (
            "=feedback@mail.example.org;\r\n",
            "=bounce@relay.example.net;\r\n",
            "SPF",
            CARE,
            "relay.example.net",
        ),
        ("dmarc=pass (p", "dmarc=fail (p", "DMARC", WRONG, "doctor --mail"),
        ("; s=s1;", "; s=other;", "Signature", CARE, 'dkim_selector = "other"'),
        (
            "List-Unsubscribe:\r\n List-Unsubscribe-Post;",
            "X;",
            "Signature",
            WRONG,
            "list-unsubscribe, list-unsub",
        ),
        ("; s=s1;", "; s=s1; l=120;", "Signature", CARE, "a part of the text"),
        ("d=mail.example.org; s=s1", "d=relay.example.net; s=s1", "Signature", WRONG, "did not sign"),
        ("List-Unsubscribe-Post: List", "X-Post: List", "Stopping", WRONG, "lacks the headers"),
        ("<https://feedback", "<http://feedback", "Stopping", WRONG, "https"),
        (
            "with ESMTPS id y (version=TLS1_3",
            "with ESMTP id y (version=none",
            "Encryption",
            WRONG,
            "in the clear",
        ),
        (
            'href=3D"https://feedback.example.org/s/',
            'href=3D"https://click.example.net/',
            "Links",
            WRONG,
            "click.ex",
        ),
        (
            "</body>",
            '<img src=3D"https://feedback.example.org/o.gif"></body>',
            "Pictures",
            WRONG,
            "open tracking",
        ),
        ("Subject: How was", "Subject: Therapy: how was", "Outside", WRONG, "subject: “therapy”"),
        ("Subject: How", "X-Spam-Flag: YES\r\nSubject: How", "Spam", WRONG, "spam"),
        (
            "From: Riverside <feedback@mail.example.org>",
            "From: a@example.com",
            "Sender",
            WRONG,
            "example.com",
        ),
    ],
)
def test_what_went_wrong_on_the_way_is_named(
    before: str, after: str, topic: str, verdict: Verdict, words: str
) -> None:
    assert topic in ("Links", "Pictures", "Spam", "Sender") or findings(arrived())[topic].verdict is GOOD
    told = findings(arrived(GMAIL + SIGNATURE, (before, after)))
    assert (told[topic].verdict, words in told[topic].sentence) == (verdict, True), told[topic].sentence


def test_judgements_of_other_servers_do_not_count() -> None:
    forged = "Authentication-Results: elsewhere.example; dkim=pass header.d=mail.example.org\r\n"
    failing = GMAIL.replace("dkim=pass", "dkim=fail")
    assert findings(arrived(failing + forged + SIGNATURE))["DKIM"].verdict is WRONG
    assert findings(arrived(forged + failing + SIGNATURE))["SPF"].verdict is WRONG


def test_a_mailbox_that_writes_nothing_down_cannot_be_asked() -> None:
    told = findings(arrived(""))
    assert (told["Judgement"].verdict, told["Encryption"].verdict) == (UNSEEN, UNSEEN)
    assert told["Signature"].verdict is WRONG


def test_a_server_without_a_name_keeps_its_first_judgement() -> None:
    said = authentication.read(arrived(OUTLOOK))
    assert said is not None
    assert (said.server, [one.method for one in said.judgements]) == (
        "",
        ["spf", "dkim", "dmarc", "compauth"],
    )


def test_no_finding_repeats_who_got_the_mail_or_the_code() -> None:
    told = findings(
        arrived(GMAIL.replace("dkim=pass", "dkim=fail")), replace(SETTINGS, base_url="https://x.org")
    )
    text = " ".join(one.sentence + one.record for one in told.values())
    assert any_wrong(told.values())
    assert "nobody@" not in text
    assert "0" * 20 not in text


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"hello\r\n", b"PK\x03\x04" * 50, b"From:"])
def test_a_file_that_is_no_mail_is_said_to_be_none(content: bytes) -> None:
    if content == b"From:":
        assert any_wrong(arrival.findings(arrival.parse(content), SETTINGS))
    else:
        with pytest.raises(arrival.NoMail, match="no line From"):
            arrival.parse(content)


@pytest.mark.parametrize(
    "broken", ["=", "; =", "mx; dkim=", "mx; dkim=pass (((", "mx; spf=pass smtp.mailfrom="]
)
def test_broken_judgements_break_nothing(broken: str) -> None:
    told = findings(arrived(f"Authentication-Results: {broken}\r\n"))
    assert told["DMARC"].verdict is WRONG


PIECES = [
    b"<",
    b">",
    b"@",
    b'"',
    b"(",
    b":",
    b";",
    b"=?utf-8?q?=00?=",
    b"\r\n",
    b"\x00",
    b"\xff",
    b",",
    b"[",
    b"]",
    b"a",
]
NAMES = [
    "From",
    "Subject",
    "Content-Type",
    "Received",
    "Authentication-Results",
    "DKIM-Signature",
    "List-Unsubscribe",
]


@given(st.sampled_from(NAMES), st.lists(st.sampled_from(PIECES), max_size=12))
def test_no_broken_header_breaks_the_reader(name: str, pieces: list[bytes]) -> None:
    header = f"\r\n{name}: ".encode("ascii")
    before, found, after = (b"\r\n" + (GMAIL + SIGNATURE).encode("ascii") + LETTER).partition(header)
    assert found
    read = before + header + b"".join(pieces) + b"\r\n" + after.partition(b"\n")[2]
    with suppress(arrival.NoMail):
        assert list(arrival.findings(arrival.parse(read), SETTINGS))


def test_a_link_that_cannot_be_read_is_foreign() -> None:
    told = findings(
        arrived(GMAIL + SIGNATURE, ('href=3D"https://feedback.example.org/s/', 'href=3D"https://[x/'))
    )
    assert told["Links"].verdict is WRONG
