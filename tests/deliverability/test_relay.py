"""A first conversation with the relay: a real server, with and without encryption."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.clock import SystemClock
from survey.deliverability import relay as checking
from survey.deliverability.verdict import Finding, Verdict
from survey.settings import Settings
from tests.invitations.post import relay
from tests.jobs.towns import free_port

GOOD, CARE, WRONG = Verdict.GOOD, Verdict.CARE, Verdict.WRONG
PLAIN = Settings(mail="smtp", smtp_tls="none", mail_from="feedback@example.org")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """For localhost and 127.0.0.1, good for 30 days, vouched for by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    paths = folder / "cert.pem", folder / "key.pem"
    wanted = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "30",
        "-subj",
        "/CN=localhost",
    ]
    wanted += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(wanted, check=True, capture_output=True)
    return paths


def served(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


def trusting(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate[0])


def ask(
    settings: Settings, *, port: int, now: datetime | None = None, context: ssl.SSLContext | None = None
) -> list[Finding]:
    asked = replace(settings, smtp_port=port)
    return list(checking.findings(asked, now=now or SystemClock().now(), context=context))


def test_a_relay_with_a_good_certificate_is_good(certificate: tuple[Path, Path]) -> None:
    settings = replace(PLAIN, smtp_tls="starttls")
    with relay(tls_context=served(certificate)) as server:
        (said,) = ask(settings, port=server.port, context=trusting(certificate))
        soon = SystemClock().now() + timedelta(days=20)
        first, second = ask(settings, port=server.port, context=trusting(certificate), now=soon)
        assert server.recipients == {}
    assert (said.verdict, "TLSv1.3" in said.sentence) == (GOOD, True)
    assert (first.verdict, second.verdict) == (GOOD, CARE)
    assert "ends in 9 days" in second.sentence


def test_a_certificate_that_nobody_vouches_for_is_wrong(certificate: tuple[Path, Path]) -> None:
    with relay(tls_context=served(certificate)) as server:
        (said,) = ask(replace(PLAIN, smtp_tls="starttls"), port=server.port)
    assert (said.verdict, "not valid: self-signed certificate" in said.sentence) == (WRONG, True)


def test_a_relay_without_encryption_is_wrong_where_encryption_is_wanted() -> None:
    with relay() as server:
        (said,) = ask(replace(PLAIN, smtp_tls="starttls"), port=server.port)
        (plain,) = ask(PLAIN, port=server.port)
    assert (said.verdict, "offers no encryption" in said.sentence) == (WRONG, True)
    assert (plain.verdict, "on this machine" in plain.sentence) == (GOOD, True)


def test_a_relay_that_does_not_answer_is_wrong() -> None:
    (said,) = ask(PLAIN, port=free_port())
    assert (said.verdict, "does not answer" in said.sentence) == (WRONG, True)


def test_encryption_from_the_first_byte_where_none_is_spoken_is_wrong() -> None:
    with relay() as server:
        (said,) = ask(replace(PLAIN, smtp_tls="tls"), port=server.port)
    assert said.verdict is WRONG


def test_a_folder_is_no_relay() -> None:
    (said,) = ask(replace(PLAIN, mail="folder"), port=25, now=datetime(2026, 3, 2, tzinfo=UTC))
    assert said.verdict is WRONG
