"""What the DNS says about the sender's address, asked from a real name server on this machine."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address

import pytest

from survey.deliverability import sender, spf
from survey.deliverability.dkim import BadKey, public_key
from survey.deliverability.lookup import BadServer, DnsLookup, DnsSilent
from survey.deliverability.sender import Sender
from survey.deliverability.verdict import Finding, Verdict, aligned, any_wrong
from tests.deliverability.names import NameServer, name_server

GOOD, CARE, WRONG, UNSEEN = Verdict.GOOD, Verdict.CARE, Verdict.WRONG, Verdict.UNSEEN
DOMAIN = "mail.example.org"
#: The packing of an RSA key of 2048 bits, as `openssl rsa -pubout` writes it.
HEAD = base64.b64decode("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA")
KEY_2048 = base64.b64encode(HEAD + b"\xc1" * 256 + bytes((2, 3, 1, 0, 1))).decode()
SOUND: Mapping[str, Sequence[str]] = {
    f"{DOMAIN} TXT": ["v=spf1 include:relays.example.net ~all", "something else"],
    "relays.example.net A": ["198.51.100.9"],
    "relays.example.net TXT": ["v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 -all"],
    f"s1._domainkey.{DOMAIN} CNAME": ["s1.keys.example.net"],
    "s1.keys.example.net TXT": ["v=DKIM1; k=ed25519; p=" + base64.b64encode(b"k" * 32).decode()],
    "_dmarc.example.org TXT": ["v=DMARC1; p=reject; rua=mailto:d@example.org"],
    f"{DOMAIN} MX": ["20 second.example.net.", "10 first.example.net."],
}
US = Sender(DOMAIN, relay="smtp.example.net", selector="s1", address=ip_address("198.51.100.9"))


@pytest.fixture
def names() -> Iterator[NameServer]:
    with name_server(SOUND) as server:
        yield server


def found(names: NameServer, us: Sender = US, **changed: Sequence[str] | None) -> dict[str, list[Finding]]:
    """Findings by topic, after these records were changed (None: taken away)."""
    for key, texts in changed.items():
        names.zone.pop(key, None)
        if texts is not None:
            names.zone[key] = texts
    told: dict[str, list[Finding]] = {}
    for one in sender.findings(us, DnsLookup(names.address)):
        told.setdefault(one.topic, []).append(one)
    return told


def verdicts(findings: list[Finding]) -> list[Verdict]:
    return [one.verdict for one in findings]


def test_a_sound_domain_is_sound(names: NameServer) -> None:
    told = found(names)
    assert {topic: verdicts(said) for topic, said in told.items()} == {
        "SPF": [GOOD, GOOD],
        "DKIM": [GOOD],
        "DMARC": [GOOD],
        "Bounces": [GOOD],
    }
    assert (
        told["SPF"][0].sentence
        == f"{DOMAIN} says who may send for it. It costs 1 of 10 questions to the DNS."
    )
    assert "first.example.net" in told["Bounces"][0].sentence
    assert f"_dmarc.{DOMAIN} TXT" in names.asked, "its own policy comes first"


def test_a_domain_without_anything_is_told_each_line_to_paste(names: NameServer) -> None:
    names.zone.clear()
    told = found(names)
    assert all(any_wrong(said) for said in told.values())
    assert [said[-1].record for said in told.values()] == [
        f'{DOMAIN}. TXT "v=spf1 ip4:198.51.100.9 ~all"',
        f's1._domainkey.{DOMAIN}. TXT "v=DKIM1; k=rsa; p=…"',
        f'_dmarc.{DOMAIN}. TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN}"',
        f"{DOMAIN}. MX 10 mail.{DOMAIN}.",
    ]


def test_the_lines_to_paste_make_the_domain_sound(names: NameServer) -> None:
    names.zone.clear()
    told = found(names)
    for said in told.values():
        name, kind, text = said[-1].record.split(" ", 2)
        if "…" not in text:
            names.zone[f"{name.rstrip('.')} {kind}"] = [text.strip('"')]
    after = found(names)
    assert [topic for topic, said in after.items() if any_wrong(said)] == ["DKIM"]


@pytest.mark.parametrize(
    ("record", "verdict", "words"),
    [
        (["v=spf1 ip4:198.51.100.0/24 ip6:::/129 -all"], WRONG, "address that is none"),
        (["v=spf1 a:relays.example.net/99 -all"], WRONG, "network that is none: /99"),
        (["v=spf1 ip4:198.51.100.0/24 +all"], WRONG, "lets anybody send"),
        (["v=spf1 ip4:198.51.100.0/24 ?all"], CARE, "says nothing of strangers"),
        (["v=spf1 ip4:198.51.100.0/24"], CARE, "says nothing of strangers"),
        (["v=spf1 ipv4:198.51.100.9 -all"], WRONG, "nobody understands: ipv4:198.51.100.9"),
        (["v=spf1 include:nowhere.example.net -all"], WRONG, "nowhere.example.net has no SPF record"),
        (["v=spf1 include:mail.example.org -all"], WRONG, "more than 10 questions"),
        (["v=spf1 -all", "v=spf1 mx -all"], WRONG, "has 2 SPF records"),
        (["v=spf10 -all"], WRONG, "does not say who may send"),
        (["v=spf1 redirect=relays.example.net"], GOOD, "costs 1 of 10"),
        (["v=spf1 exp=why.example.org ip4:198.51.100.9 -all"], GOOD, "costs 0 of 10"),
        (
            ["V=SPF1 a:relay.example.net mx:example.net/24 exists:%{i}.example.net -ALL"],
            GOOD,
            "costs 3 of 10",
        ),
    ],
)
def test_spf_records_are_read_as_receivers_read_them(
    names: NameServer, record: list[str], verdict: Verdict, words: str
) -> None:
    first = found(names, **{f"{DOMAIN} TXT": record})["SPF"][0]
    assert (first.verdict, words in first.sentence) == (verdict, True), first.sentence


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("v=spf1 ip4:198.51.100.0/28 -all", "+"),
        ("v=spf1 -ip4:198.51.100.9 +all", "-"),
        ("v=spf1 a:relay.example.net ~all", "+"),
        ("v=spf1 a:relay.example.net/32//64 ~all", "~"),
        ("v=spf1 a:relay.example.net/28 ~all", "+"),
        ("v=spf1 mx -all", "-"),
        ("v=spf1 include:relays.example.net -all", "+"),
        ("v=spf1 redirect=relays.example.net", "+"),
        ("v=spf1 ?include:relays.example.net -all", "?"),
        ("v=spf1 ip6:2001:db8::/32", "?"),
    ],
)
def test_spf_judges_an_address_by_the_first_piece_that_fits(
    names: NameServer, record: str, result: str
) -> None:
    names.zone[f"{DOMAIN} TXT"] = [record]
    names.zone["relay.example.net A"] = ["198.51.100.9" if "//" not in record else "198.51.100.8"]
    assert spf.read(DnsLookup(names.address), DOMAIN).result(ip_address("198.51.100.9")) == result


def test_a_relay_that_is_not_named_is_added_to_the_record_that_is_there(names: NameServer) -> None:
    said = found(names, replace(US, address=ip_address("203.0.113.7")))["SPF"]
    assert verdicts(said) == [GOOD, WRONG]
    assert said[1].record == f'{DOMAIN}. TXT "v=spf1 ip4:203.0.113.7 include:relays.example.net ~all"'


def test_a_well_known_relay_is_looked_for_by_what_it_asks_to_be_included(names: NameServer) -> None:
    us = Sender(DOMAIN, relay="email-smtp.us-east-1.amazonaws.com", selector="s1")
    said = found(names, us)["SPF"]
    assert (said[1].verdict, said[1].record) == (
        WRONG,
        f'{DOMAIN}. TXT "v=spf1 include:amazonses.com include:relays.example.net ~all"',
    )
    names.zone["amazonses.com TXT"] = ["v=spf1 ip4:198.51.100.0/24 -all"]
    record = said[1].record.split('"')[1]
    assert verdicts(found(names, us, **{f"{DOMAIN} TXT": [record]})["SPF"]) == [GOOD, GOOD]


def test_a_relay_on_this_machine_cannot_be_judged_from_here(names: NameServer) -> None:
    said = found(names, Sender(DOMAIN, relay="127.0.0.1", selector="s1"))["SPF"]
    assert verdicts(said) == [GOOD, UNSEEN]
    assert "--sends-from" in said[1].sentence


@pytest.mark.parametrize(
    ("record", "verdict", "words"),
    [
        (["v=DKIM1; k=rsa; p="], WRONG, "withdrawn"),
        (["v=DKIM1; p=notbase64!"], WRONG, "base64"),
        (["v=DKIM1; p=ключ"], WRONG, "base64"),
        (["v=DKIM1; p=" + KEY_2048[:200]], WRONG, "cut short"),
        (["v=DKIM1; k=ed25519; p=AAAA"], WRONG, "length"),
        (["v=DKIM1; p=" + KEY_2048, "v=DKIM1; p="], WRONG, "2 keys"),
        (["v=DKIM2; p=" + KEY_2048], WRONG, "no key"),
        (["v=DKIM1; t=y; p=" + KEY_2048], CARE, "a test"),
        (["p=" + KEY_2048], GOOD, "The key is at"),
        (["v=DKIM1; h=sha256; p=" + KEY_2048[:90] + " " + KEY_2048[90:]], GOOD, "The key is at"),
        (None, WRONG, "no key"),
    ],
)
def test_dkim_keys_are_read_as_receivers_read_them(
    names: NameServer, record: list[str] | None, verdict: Verdict, words: str
) -> None:
    changed = {f"s1._domainkey.{DOMAIN} CNAME": None, f"s1._domainkey.{DOMAIN} TXT": record}
    (said,) = found(names, **changed)["DKIM"]
    assert (said.verdict, words in said.sentence) == (verdict, True), said.sentence


@pytest.mark.parametrize(("bits", "verdict"), [(512, WRONG), (1024, CARE), (2048, GOOD), (4096, GOOD)])
def test_the_size_of_a_real_key_is_known(names: NameServer, bits: int, verdict: Verdict) -> None:
    made = subprocess.run(["openssl", "genrsa", str(bits)], capture_output=True, check=True).stdout
    public = subprocess.run(["openssl", "rsa", "-pubout"], input=made, capture_output=True, check=True).stdout
    text = "".join(public.decode().splitlines()[1:-1])
    found_key = public_key(f"v=DKIM1; p={text}")
    assert found_key is not None
    assert found_key.bits == bits
    changed = {f"s1._domainkey.{DOMAIN} CNAME": None, f"s1._domainkey.{DOMAIN} TXT": [f"v=DKIM1; p={text}"]}
    assert verdicts(found(names, **changed)["DKIM"]) == [verdict]


def test_no_piece_of_a_key_can_break_the_reader() -> None:
    raw = base64.b64decode(KEY_2048)
    for end in range(1, len(raw) - 5):  # the last five bytes are the exponent, at which nobody looks
        with pytest.raises(BadKey):
            public_key("p=" + base64.b64encode(raw[:end]).decode())


def test_without_a_selector_the_key_cannot_be_looked_for(names: NameServer) -> None:
    (said,) = found(names, replace(US, selector=""))["DKIM"]
    assert said.verdict is UNSEEN
    assert "dkim_selector" in said.sentence


@pytest.mark.parametrize(
    ("record", "verdict", "words"),
    [
        (["v=DMARC1; p=none"], CARE, "p=none"),
        (["v=DMARC1; p=quarantine"], GOOD, "quarantine"),
        (["v=DMARC1; p=often"], WRONG, "no policy"),
        (["v=DMARC1"], WRONG, "no policy"),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], WRONG, "2 records"),
        (["v=spf1 -all"], GOOD, "_dmarc.example.org asks"),
    ],
)
def test_dmarc_is_read_as_receivers_read_it(
    names: NameServer, record: list[str], verdict: Verdict, words: str
) -> None:
    said = found(names, **{f"_dmarc.{DOMAIN} TXT": record})["DMARC"][0]
    assert (said.verdict, words in said.sentence) == (verdict, True), said.sentence


def test_a_policy_for_those_below_goes_before_the_one_for_itself(names: NameServer) -> None:
    names.zone["_dmarc.example.org TXT"] = ["v=DMARC1; p=reject; sp=none; adkim=s"]
    said = found(names)["DMARC"]
    assert verdicts(said) == [CARE, CARE]


def test_a_domain_that_takes_no_mail_is_told_so(names: NameServer) -> None:
    assert verdicts(found(names, **{f"{DOMAIN} MX": ["0 ."]})["Bounces"]) == [WRONG]
    assert verdicts(found(names, **{f"{DOMAIN} MX": None})["Bounces"]) == [WRONG]
    assert verdicts(found(names, **{f"{DOMAIN} A": ["198.51.100.1"]})["Bounces"]) == [CARE]


def test_a_server_that_fails_is_said_and_taken_for_no_answer(names: NameServer) -> None:
    names.broken.add(DOMAIN)
    told = found(names)
    assert verdicts(told["SPF"]) == [UNSEEN]
    assert verdicts(told["Bounces"]) == [UNSEEN]
    assert verdicts(told["DKIM"]) == [GOOD]
    with pytest.raises(DnsSilent, match=r"no answer about mail\.example\.org \(TXT\)"):
        DnsLookup(names.address).txt(DOMAIN)


def test_an_address_of_no_domain_ends_it_at_once(names: NameServer) -> None:
    (said,) = sender.findings(Sender("localhost", relay="127.0.0.1"), DnsLookup(names.address))
    assert said.verdict is WRONG
    assert names.asked == []


@pytest.mark.parametrize("given", ["nowhere", "127.0.0.1:dns", "1.2.3"])
def test_what_is_no_name_server_is_refused(given: str) -> None:
    with pytest.raises(BadServer):
        DnsLookup(given)


def test_domains_belong_together_as_dmarc_means_it() -> None:
    assert aligned("mail.Example.org", "example.org.")
    assert not aligned("mail.example.org", "example.org", strict=True)
    assert not aligned("notexample.org", "example.org")
    assert not aligned("", "")
