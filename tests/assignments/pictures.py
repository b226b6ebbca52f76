"""Pictures of paper for the tests: what a telephone sends, and what nobody should."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image


def photo(size: tuple[int, int] = (60, 80), shade: int = 0) -> bytes:
    """A JPEG with a place and a time in it."""
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    out = io.BytesIO()
    # Many shades, as of paper in daylight.
    Image.linear_gradient("L").resize(size).point(lambda value: (value + shade) % 256).save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says that it is 60,000 pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HOSTILE = {
    "image-unknown-format": SVG,
    "image-too-large": bomb(),
    "image-hidden-content": photo() + b"PK\x03\x04 another file behind the picture",
    "image-broken": photo((600, 800))[: len(photo((600, 800))) // 2],
}
