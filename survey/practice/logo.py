"""A practice's logo: an upload is decoded and drawn anew, so that nothing of the file but its pixels stays.

Pure. Names, places, programs and whatever else a file may carry are gone; what is no single still picture of
a known kind is refused. Pillow is loaded by the one function that needs it: patients' pages never do.
"""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 1024 * 1024
#: What a file may unpack to; each takes four bytes of memory, twice.
MOST_PIXELS = 8_000_000
WIDE, HIGH = 480, 160
#: At the height at which pages show it, a longer one would not fit on a phone.
MOST_RATIO = 6
#: From so many bytes on 256 colours do.
LIGHT = 24 * 1024
PAPER = (255, 255, 255)


class Fault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    LARGE = "large"
    KIND = "kind"
    DRAWING = "drawing"  #: SVG: text that can run, not pixels
    ANOTHER = "another"  #: the browser said another kind than it is
    MORE = "more"  #: there is something behind the picture
    MOVING = "moving"
    PIXELS = "pixels"
    BROKEN = "broken"


class NotTaken(ValueError):
    """This file is not taken as a logo; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"not taken as a logo: {fault}")
        self.fault = fault


def redrawn(data: bytes, *, said: str) -> bytes:
    """The picture as a PNG of at most 480 by 160 pixels on white. ``said``: the kind as the browser has it.

    Raises NotTaken.
    """
    from PIL import Image, UnidentifiedImageError

    kind = _kind(data, said)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # a warning from here on, an error from twice as many
    try:
        with Image.open(BytesIO(data), formats=[kind]) as found:
            if found.width * found.height > MOST_PIXELS:
                raise NotTaken(Fault.PIXELS)
            if getattr(found, "n_frames", 1) != 1:
                raise NotTaken(Fault.MOVING)
            return _png(_drawn(found))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotTaken(Fault.PIXELS) from None
    except NotTaken:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
    ):  # whatever Pillow meets inside
        raise NotTaken(Fault.BROKEN) from None


def _kind(data: bytes, said: str) -> str:
    """Pillow's name of the kind, by the first bytes; the last ones must be the picture's, too."""
    if not data:
        raise NotTaken(Fault.EMPTY)
    if len(data) > MOST_BYTES:
        raise NotTaken(Fault.LARGE)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        kind, whole = "PNG", data.endswith(b"IEND\xaeB`\x82")
    elif data.startswith(b"\xff\xd8\xff"):
        kind, whole = "JPEG", data.endswith(b"\xff\xd9")
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        kind, whole = "WEBP", int.from_bytes(data[4:8], "little") + 8 == len(data)
    else:
        raise NotTaken(Fault.DRAWING if b"<svg" in data[:1024].lower() else Fault.KIND)
    if said != f"image/{kind.lower()}":
        raise NotTaken(Fault.ANOTHER)
    if not whole:
        raise NotTaken(Fault.MORE)
    return kind


def _drawn(found: Image) -> Image:
    """The pixels alone, upright, small and on white: a dark page would swallow dark letters."""
    from PIL import Image, ImageOps

    small = ImageOps.exif_transpose(found).convert("RGBA")
    small.thumbnail((WIDE, HIGH))
    sheet = Image.new("RGB", (small.width, max(small.height, -(-small.width // MOST_RATIO))), PAPER)
    sheet.paste(small, (0, (sheet.height - small.height) // 2), small)
    return sheet


def _png(sheet: Image) -> bytes:
    whole, few = BytesIO(), BytesIO()
    sheet.save(whole, "PNG", optimize=True)
    if whole.tell() <= LIGHT:
        return whole.getvalue()
    sheet.quantize(256).save(few, "PNG", optimize=True)
    return min(whole.getvalue(), few.getvalue(), key=len)
