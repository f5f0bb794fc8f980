"""Where calendars may be fetched from: https to public addresses only, however an address is written."""

from __future__ import annotations

import pytest

from survey.visits.feed_address import LONGEST, BadAddress, Place, followed, is_public, place_of

SECRET = "https://calendar.example/private-0123abcd/basic.ics?token=s3cret"


def test_an_address_is_taken_apart() -> None:
    assert place_of(SECRET) == Place(
        True, "calendar.example", 443, "/private-0123abcd/basic.ics?token=s3cret"
    )
    assert place_of(" https://Calendar.Example.:8443#x ") == Place(True, "calendar.example", 8443, "/")
    assert place_of("webcal://calendar.example/a") == place_of("https://calendar.example/a")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "begins with https://"),
        ("calendar.example/a", "begins with https://"),
        ("https:///a", "begins with https://"),
        ("https://calendar.example:99999/s3cret", "begins with https://"),
        ("https://[::1/s3cret", "begins with https://"),
        ("file:///etc/s3cret", "begins with https://"),
        ("http://calendar.example/s3cret", "anybody on the way"),
        ("http://127.0.0.1/s3cret", "anybody on the way"),
        ("https://olu:s3cret@calendar.example/", "user name"),
        ("https://calendar.example/s3cret x", "spaces"),
        ("https://calendar.example/s3cret\r\nHost: x", "spaces"),
        ("https://cälendar.example/s3cret", "accents"),
        ("https://calendar.example/s3cret" + "x" * LONGEST, "more than"),
    ],
)
def test_what_is_no_fit_address_is_refused_without_repeating_it(address: str, words: str) -> None:
    with pytest.raises(BadAddress, match=words) as refused:
        place_of(address)
    assert "s3cret" not in str(refused.value)


def test_plain_http_is_for_this_machine_alone_and_only_on_request() -> None:
    assert place_of("http://127.0.0.1:8000/a", loopback=True) == Place(False, "127.0.0.1", 8000, "/a")
    for other in ("http://localhost/", "http://127.1/", "http://127.0.0.2/", "http://10.0.0.1/"):
        with pytest.raises(BadAddress):
            place_of(other, loopback=True)


def test_a_redirect_stays_on_its_server() -> None:
    place = place_of(SECRET)
    assert followed(place, "/new?x").target == "/new?x"
    assert followed(place, "https://calendar.example:443/b").target == "/b"
    for elsewhere in (
        *("https://other.example/", "http://calendar.example/", "https://calendar.example:444/"),
        *("//10.0.0.1/", "https://169.254.169.254/latest/meta-data", "file:///etc/passwd", "http://["),
    ):
        with pytest.raises(BadAddress):
            followed(place, elsewhere)


def test_the_secret_part_is_not_in_what_is_printed() -> None:
    assert "s3cret" not in repr(place_of(SECRET))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1"),
        *("192.168.1.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "2002:808:808::1", "2001:0:1::1", "64:ff9b:1::1", "nonsense", ""),
    ],
)
def test_addresses_inside_a_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_out_on_the_internet_are_public(address: str) -> None:
    assert is_public(address)
