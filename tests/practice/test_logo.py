"""Of a picture nothing but its pixels is kept; what is no single still picture is refused with its reason."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from survey.practice.logo import LIGHT, MOST_BYTES, MOST_PIXELS, Fault, NotTaken, redrawn

SECRET = "taken in Ana Ortiz's garden"


def picture(kind: str = "PNG", size: tuple[int, int] = (200, 80), colour: str = "#7a1f5c") -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def talkative(kind: str) -> bytes:
    """A picture whose file also says who took it."""
    out, found = BytesIO(), Image.new("RGB", (200, 80), "#7a1f5c")
    exif = Image.Exif()
    exif[0x010E] = SECRET
    info = PngInfo()
    info.add_text("Comment", SECRET)
    found.save(out, kind, exif=exif, **({"pnginfo": info} if kind == "PNG" else {}))
    return out.getvalue()


def moving(kind: str) -> bytes:
    out, frames = BytesIO(), [Image.new("RGB", (40, 40), each) for each in ("red", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def fault_of(data: bytes, said: str = "image/png") -> Fault | None:
    try:
        redrawn(data, said=said)
    except NotTaken as trouble:
        return trouble.fault
    return None


def opened(png: bytes) -> Image.Image:
    found = Image.open(BytesIO(png))
    found.load()
    return found


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_nothing_but_pixels_is_left_of_what_a_file_says(kind: str) -> None:
    data = talkative(kind)
    assert SECRET.encode() in data, "the file does tell"
    png = redrawn(data, said=f"image/{kind.lower()}")
    assert SECRET.encode() not in png
    found = opened(png)
    assert (found.format, found.size, dict(found.getexif()), found.info) == ("PNG", (200, 80), {}, {})


def test_copying_the_picture_with_all_that_it_says_would_be_noticed() -> None:
    """The broken variant: saved as it was opened."""
    found, out = Image.open(BytesIO(talkative("PNG"))), BytesIO()
    found.save(out, "PNG", exif=found.getexif())
    assert SECRET.encode() in out.getvalue()


@pytest.mark.parametrize(
    ("size", "becomes"),
    [((4000, 1000), (480, 120)), ((100, 2000), (8, 160)), ((30, 10), (30, 10)), ((1200, 20), (480, 80))],
)
def test_it_is_made_small_and_never_too_long_for_a_phone(
    size: tuple[int, int], becomes: tuple[int, int]
) -> None:
    assert opened(redrawn(picture(size=size), said="image/png")).size == becomes


def test_what_was_seen_through_stands_on_white_and_what_lay_stands() -> None:
    out = BytesIO()
    Image.new("RGBA", (60, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(redrawn(out.getvalue(), said="image/png")).getpixel((5, 5)) == (255, 255, 255)
    out, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6  # a camera that was held upright
    Image.new("RGB", (60, 20)).save(out, "JPEG", exif=exif)
    assert opened(redrawn(out.getvalue(), said="image/jpeg")).size == (20, 60)


def test_the_worst_picture_stays_light() -> None:
    out = BytesIO()
    Image.effect_noise((960, 320), 90).convert("RGB").save(out, "JPEG", quality=60)
    assert len(redrawn(out.getvalue(), said="image/jpeg")) < 96 * 1024
    assert len(redrawn(picture(size=(960, 320)), said="image/png")) < LIGHT


@pytest.mark.parametrize(
    ("data", "said", "fault"),
    [
        (b"", "", Fault.EMPTY),
        (picture() + b"x" * MOST_BYTES, "image/png", Fault.LARGE),
        (b"GIF89a" + b"x" * 99, "image/gif", Fault.KIND),
        (b"%PDF-1.7", "image/png", Fault.KIND),
        (b'<?xml version="1.0"?><svg xmlns="x"><script/></svg>', "image/svg+xml", Fault.DRAWING),
        (b"<SVG onload=alert(1)>", "image/png", Fault.DRAWING),
        (picture("JPEG"), "image/png", Fault.ANOTHER),
        (picture(), "text/html", Fault.ANOTHER),
        (picture() + b"PK\x03\x04<script>", "image/png", Fault.MORE),
        (picture("JPEG") + b"<script>", "image/jpeg", Fault.MORE),
        (picture("WEBP") + b"<script>", "image/webp", Fault.MORE),
        (moving("PNG"), "image/png", Fault.MOVING),
        (moving("WEBP"), "image/webp", Fault.MOVING),
        (picture(size=(4000, 2001)), "image/png", Fault.PIXELS),
        (picture(size=(6000, 6000)), "image/png", Fault.PIXELS),
        (picture()[:40] + picture()[-12:], "image/png", Fault.BROKEN),
        (picture("JPEG")[:60] + b"\xff\xd9", "image/jpeg", Fault.BROKEN),
    ],
)
def test_what_is_no_picture_for_a_page_is_refused_with_its_reason(
    data: bytes, said: str, fault: Fault
) -> None:
    assert fault_of(data, said) is fault


def test_a_small_file_cannot_unpack_to_much() -> None:
    """400 KB that would be 432 MB: refused by what it says of itself, before a pixel is unpacked."""
    data = picture(size=(12_000, 12_000))
    assert len(data) < MOST_BYTES
    assert MOST_PIXELS < 12_000**2
    assert fault_of(data) is Fault.PIXELS


def test_patients_pages_do_not_load_the_library_for_pictures() -> None:
    """In a new interpreter: making the application is not enough to load it, asking for a logo is."""
    script = (
        "import sys; import survey.web.look, survey.web.survey_page; from survey.practice import logo;"
        "assert 'PIL' not in sys.modules, 'loaded too early';"
        "\ntry: logo.redrawn(b'', said='')"
        "\nexcept logo.NotTaken: assert 'PIL' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
