"""One road for every image: check, decode, drop all metadata, encode anew, name by digest.

What comes out holds pixels and nothing else: no EXIF, position, comment, profile or trailing bytes. What is not
one of four kinds of picture, is too large, or carries another file behind the picture, is refused by name.
"""

import hashlib
import io
import re
import struct
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
LARGEST_FILE: Final = 20 * 1024 * 1024
LARGEST_PICTURE: Final = 25_000_000  # pixels
LONGEST_SIDE: Final = 16_383  # what WebP can hold
# Encoders write some hundreds, of the largest files some thousands; decoders spend their time on each.
MOST_PARTS: Final = 10_000
WIDTHS: Final = (320, 640, 1280, 1920)

WEBP: Final = "image/webp"
JPEG: Final = "image/jpeg"

# What each kind becomes. Animations keep their first frame, which PNG holds without loss.
_BECOMES: Final = {"PNG": "PNG", "GIF": "PNG", "JPEG": "JPEG", "WEBP": "WEBP"}
_TYPES: Final = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "WEBP": ("image/webp", "webp")}
KEPT: Final = tuple(media_type for media_type, _ending in _TYPES.values())  # what a picture is after it came
_MODES: Final = {"PNG": {"RGB", "RGBA", "L"}, "JPEG": {"RGB", "L"}, "WEBP": {"RGB", "RGBA"}}
_OPTIONS: Final[dict[str, dict[str, int | bool]]] = {
    "PNG": {"optimize": False, "compress_level": 6},
    "JPEG": {"quality": 88, "progressive": True, "optimize": True},
    "WEBP": {"quality": 88, "method": 4},
}
_LOSSLESS: Final[dict[str, int | bool]] = {"lossless": True, "quality": 75, "method": 4}
_FEW_COLOURS: Final = 16
_SAMPLE: Final = 512  # pixels a side are enough to tell a drawing from a photograph


class ImageRefused(ValueError):
    """The bytes are not a picture that we keep. `code` says why, for machines."""

    code = "image-refused"


class NotAnImage(ImageRefused):
    """Not PNG, JPEG, GIF or WebP, whatever its name says; SVG among them, since it can carry script."""

    code = "image-unknown-format"


class ImageTooLarge(ImageRefused):
    """More bytes or more pixels than a page can use, or a bomb."""

    code = "image-too-large"


class ImageInPieces(ImageRefused):
    """Cut into more parts than any picture needs, so that reading it would take seconds."""

    code = "image-in-pieces"


class ImageBroken(ImageRefused):
    """Begins as a picture and cannot be decoded to its end."""

    code = "image-broken"


class HiddenContent(ImageRefused):
    """Something stands behind the end of the picture: the file is two files at once."""

    code = "image-hidden-content"


@dataclass(frozen=True, slots=True)
class Picture:
    """Clean bytes and what they are. The name of the file is its sha256."""

    data: bytes
    sha256: str
    media_type: str
    extension: str
    width: int
    height: int

    @property
    def name(self) -> str:
        return f"{self.sha256}.{self.extension}"


def clean(data: bytes) -> Picture:
    """The same picture with nothing but its pixels, upright and in sRGB; raises a kind of ImageRefused."""
    if len(data) > LARGEST_FILE:
        raise ImageTooLarge(f"{len(data)} bytes; at most {LARGEST_FILE}")
    kind = _kind(data)
    # By our own eyes, before a decoder looks at it: it would dwell on every part.
    _refuse_hidden(kind, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower, and follows
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise ImageTooLarge(str(error)) from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error) as error:
            raise NotAnImage("neither PNG, JPEG, GIF nor WebP") from error
        with image:
            # The header says the size: refuse before any pixel is decoded.
            if image.width * image.height > LARGEST_PICTURE or max(image.size) > LONGEST_SIDE:
                raise ImageTooLarge(f"{image.width} × {image.height}; at most {LARGEST_PICTURE} pixels")
            try:
                image.seek(0)
                image.load()
                upright = _pixels_only(image)
            except Image.DecompressionBombError as error:
                raise ImageTooLarge(str(error)) from error
            except (OSError, ValueError, SyntaxError, EOFError, IndexError, struct.error, TypeError) as error:
                raise ImageBroken(str(error)) from error
    return _encoded(upright, _BECOMES[kind])


class _Form(NamedTuple):
    """One way in which a picture is kept besides its own."""

    kind: str
    options: dict[str, int | bool]

    @property
    def media_type(self) -> str:
        return _TYPES[self.kind][0]


def renditions(picture: Picture, made: Collection[tuple[int, str]] = ()) -> Iterator[tuple[int, Picture]]:
    """The picture in WebP, and in a form that every browser shows, at each fixed width up to its own: (width, picture).

    Photographs fall back to JPEG. Drawings with few colours, and whatever is transparent, stay without loss, as PNG and
    lossless WebP. What is `made` already, by width and media type, is left out. The widest come last.
    """
    widths = [width for width in WIDTHS if width < picture.width]
    if picture.width <= WIDTHS[-1]:
        widths.append(picture.width)
    with Image.open(io.BytesIO(picture.data), formats=FORMATS) as image:
        forms = _forms(image)
        for width in widths:
            missing = [form for form in forms if (width, form.media_type) not in {*made, _own(picture)}]
            if not missing:
                continue
            height = max(1, round(image.height * width / image.width))
            smaller = image if width == image.width else _resized(image, width, height)
            for form in missing:
                yield width, _encoded(smaller, form.kind, form.options)


def within(picture: Picture, side: int) -> Picture:
    """The picture no longer than `side` on either side, in the form that every browser shows; itself where it fits."""
    longest = max(picture.width, picture.height)
    if longest <= side:
        return picture
    with Image.open(io.BytesIO(picture.data), formats=FORMATS) as image:
        width, height = (max(1, round(length * side / longest)) for length in image.size)
        form = _forms(image)[0]
        return _encoded(_resized(image, width, height), form.kind, form.options)


def _own(picture: Picture) -> tuple[int, str]:
    return picture.width, picture.media_type


def _resized(image: Image.Image, width: int, height: int) -> Image.Image:
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _forms(image: Image.Image) -> tuple[_Form, _Form]:
    """First the form for every browser, then WebP."""
    transparent = image.mode in {"RGBA", "LA"}
    if image.format == "PNG" and (transparent or _is_drawn(image)):
        return _Form("PNG", _OPTIONS["PNG"]), _Form("WEBP", _LOSSLESS)
    # JPEG knows no transparency.
    fallback = "PNG" if transparent else "JPEG"
    return _Form(fallback, _OPTIONS[fallback]), _Form("WEBP", _OPTIONS["WEBP"])


def _is_drawn(image: Image.Image) -> bool:
    """Whether few colours fill most of it, as in charts, maps and scans of print."""
    sample = image.resize((min(image.width, _SAMPLE), min(image.height, _SAMPLE)), Image.Resampling.NEAREST)
    pixels = sample.width * sample.height
    counts = sorted((count for count, _colour in sample.getcolors(pixels) or []), reverse=True)
    return sum(counts[:_FEW_COLOURS]) * 2 >= pixels


def _pixels_only(image: Image.Image) -> Image.Image:
    """Turned upright, brought to sRGB, in a mode that our encoders know, with no info left."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGB", "CMYK", "L"} and profile:
        upright = _to_srgb(upright, profile)
    has_alpha = upright.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in upright.info
    if has_alpha:
        upright = upright.convert("RGBA")
    elif upright.mode.startswith("I;16") or upright.mode == "I":
        # Sixteen bits a channel: Pillow's own conversion would clip instead of scaling.
        upright = upright.point(lambda value: value * (1 / 256)).convert("L")
    elif upright.mode not in {"RGB", "L"}:
        upright = upright.convert("L" if upright.mode == "1" else "RGB")
    if upright is image:
        upright = image.copy()
    upright.info = {}
    return upright


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "L" if image.mode == "L" else "RGB"
        if mode == "L":
            return image
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image  # a profile that cannot be read changes no pixel


def _encoded(image: Image.Image, kind: str, options: dict[str, int | bool] | None = None) -> Picture:
    if image.mode not in _MODES[kind]:
        image = image.convert("RGB")
    image.info = {}
    out = io.BytesIO()
    image.save(out, kind, **(options or _OPTIONS[kind]))
    data = out.getvalue()
    media_type, extension = _TYPES[kind]
    return Picture(data, hashlib.sha256(data).hexdigest(), media_type, extension, image.width, image.height)


# --- Where the picture ends -------------------------------------------------------------------------------------------


_SIGNATURES: Final = (
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("GIF", re.compile(rb"GIF8[79]a")),
    ("WEBP", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
)


def _kind(data: bytes) -> str:
    for kind, signature in _SIGNATURES:
        if signature.match(data):
            return kind
    raise NotAnImage("neither PNG, JPEG, GIF nor WebP")


def _refuse_hidden(kind: str, data: bytes) -> None:
    try:
        end = {"PNG": _end_of_png, "JPEG": _end_of_jpeg, "GIF": _end_of_gif, "WEBP": _end_of_webp}[kind](data)
    except (IndexError, struct.error) as error:
        raise ImageBroken("ends in the middle") from error
    rest = data[end:].strip(b"\0\r\n ")
    # Cameras lay a second, smaller JPEG behind the first: it is dropped like other metadata.
    if rest and not (kind == "JPEG" and rest.startswith(b"\xff\xd8\xff")):
        raise HiddenContent(f"{len(rest)} bytes behind the picture")


def _parts() -> Iterator[None]:
    """One step for each part of a picture; refuses to go on for ever."""
    for _number in range(MOST_PARTS):
        yield
    raise ImageInPieces(f"more than {MOST_PARTS} parts")


def _end_of_png(data: bytes) -> int:
    at = 8
    for _part in _parts():
        size, name = struct.unpack_from(">I4s", data, at)
        at += 12 + size
        if name == b"IEND":
            break
    return at


def _end_of_webp(data: bytes) -> int:
    size: int = struct.unpack_from("<I", data, 4)[0]
    end = 8 + size + size % 2
    at = 12
    for _part in _parts():
        if at + 8 > min(end, len(data)):
            break
        (size,) = struct.unpack_from("<I", data, at + 4)
        at += 8 + size + size % 2
    return end


def _end_of_gif(data: bytes) -> int:
    at = 13 + _gif_colours(data[10])
    for _part in _parts():
        block = data[at]
        at += 1
        if block == 0x3B:
            break
        if block == 0x21:  # an extension: a label, then blocks
            at += 1
        elif block == 0x2C:  # an image: its frame, perhaps colours, the size of codes, then blocks
            at += 9 + _gif_colours(data[at + 8]) + 1
        else:
            raise ImageBroken("an unknown block")
        at = _end_of_gif_blocks(data, at)
    return at


# What an encoder fills before it begins another one, and the few that may stand at the end of a frame.
_FULL_GIF_BLOCK: Final = 255


def _end_of_gif_blocks(data: bytes, at: int) -> int:
    short = 0
    while size := data[at]:
        short += size < _FULL_GIF_BLOCK
        if short > MOST_PARTS:
            raise ImageInPieces(f"more than {MOST_PARTS} short blocks")
        at += 1 + size
    return at + 1


def _gif_colours(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


# A marker among the coded pixels: neither a stuffed byte nor a restart.
_JPEG_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7]")


def _end_of_jpeg(data: bytes) -> int:
    at = 2
    in_scan = False
    for _part in _parts():
        if in_scan:
            found = _JPEG_MARKER.search(data, at)
            at = found.start() if found else -1
        else:
            at = data.find(b"\xff", at)
        if at < 0:
            break  # cut short: decoding says so
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == 0xD9:
            return at + 2
        elif marker == 0x00 or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
            in_scan = marker == 0xDA
    return len(data)
