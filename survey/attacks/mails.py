"""LA-18: read the mails as a provider or a scanner does, for anything that tells more than it must.

The code may stand in the link and on the line of its own, nowhere else; nothing may be fetched on opening;
the "no more mails" link must not say which survey link it came with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.invitations import composing, letters

PEOPLE = tuple((f"person{number}@example.org", "en" if number % 2 else "es") for number in range(8))
SENT, REMINDED = date(2026, 3, 3), date(2026, 3, 9)  # four days later is a Saturday
LINK = re.compile(r"""https?://[^\s"'<>]+""")
CODE = re.compile(r"#([\w-]{56})(?![\w-])")
FETCHED = re.compile(
    r"<(?:img|iframe|link|script|video|audio|object|embed)\b|\bsrc\s*=|\burl\(|\bbackground\s*="
)


def read_by_a_provider(house: House) -> Finding:
    """Every invitation and reminder of eight people, in two languages."""
    house.invite(*PEOPLE)
    house.live_until(REMINDED, 3, 10)
    own = urlsplit(house.runtime.settings.base_url).netloc
    paths = sorted(house.runtime.settings.mailbox.glob("*.eml"))
    mails = [message_from_bytes(path.read_bytes(), EmailMessage, policy=policy.default) for path in paths]
    found = sorted({fault for mail in mails for fault in faults(mail, own)})
    reminders = len(mails) - len(PEOPLE)
    words = "; ".join(found) or "nothing found"
    enough = reminders > 0
    score = f"{words} in {len(PEOPLE)} invitations and {reminders} reminders"
    return Finding(won=bool(found) or not enough, score=score)


def faults(mail: EmailMessage, own: str) -> Iterator[str]:
    """What a mail tells too much; ``own`` is the host that links may lead to."""
    plain, html = (_content(mail, kind) for kind in ("plain", "html"))
    found = CODE.search(plain)
    if found is None:
        yield "no link"
        return
    code = found.group(1)
    headers = "\n".join(f"{name}: {value}" for name, value in mail.items())
    if code in headers:
        yield "the code in a header"
    if (plain.count(code), html.count(code)) != (2, 2) or plain.count("#" + code) != 1:
        yield "the code outside its link and its line"
    if any(part.get_content_maintype() not in ("text", "multipart") for part in mail.walk()):
        yield "something attached"
    if FETCHED.search(html):
        yield "something that is fetched on opening"
    links = set(LINK.findall(plain + html + str(mail["List-Unsubscribe"])))
    for link in links:
        if urlsplit(link).netloc != own or urlsplit(link).query:
            yield "a link that leads elsewhere or counts"
        if "/stop/" in link and code in link:
            yield "the code in the link that ends the mails"


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return "" if part is None else str(part.get_content())


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def counts_openings() -> Iterator[None]:
    """A picture of one pixel, as mailing programs put it in."""
    render = letters._render

    def watched(*given: Any) -> tuple[str, str, str]:
        subject, plain, html = render(*given)
        pixel = f'<img src="{given[0].base_url}/open/{given[2]["code"]}.gif" width="1" height="1" alt="">'
        return subject, plain, html.replace("</body>", pixel + "</body>")

    with swapped((letters, "_render", watched)):
        yield


@contextmanager
def code_in_the_stop_link() -> Iterator[None]:
    """One code for both links: who ends the mails tells which answer was theirs."""
    letter = original(composing, "invitation_letter")

    def shared(*given: Any, **values: Any) -> Any:
        return letter(*given, **{**values, "signed_stop": values["token"]})

    with swapped((composing, "invitation_letter", shared)):
        yield


TRIAL = Trial(
    attack="LA-18",
    title="Reading the mails",
    expected="the code only in its link and its line, nothing fetched",
    carry_out=read_by_a_provider,
    variants=(
        Variant("a picture that counts openings", counts_openings),
        Variant("one code for both links", code_in_the_stop_link),
    ),
)


@attack
def provider(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
