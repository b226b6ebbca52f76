import contextlib
import io
import re
import struct
import time
import zlib

import pytest
from PIL import Image, ImageChops, ImageDraw, PngImagePlugin

from lessons import image_forms, images


def encoded(kind, size=(64, 48), mode="RGB", **options):
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert(mode)
    image.save(out, kind, **options)
    return out.getvalue()


def with_exif(kind, orientation=1):
    exif = Image.Exif()
    exif[0x010E] = "a secret description"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    return encoded(kind, exif=exif.tobytes())


def opened(picture):
    return Image.open(io.BytesIO(picture.data))


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/png"), ("WEBP", "image/webp")],
)
def test_a_picture_is_encoded_anew_and_named_by_its_digest(kind, media_type):
    picture = images.clean(encoded(kind))
    assert picture.media_type == media_type
    assert (picture.width, picture.height) == (64, 48)
    assert picture.name.startswith(picture.sha256)
    assert images.clean(encoded(kind)) == picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_no_metadata_is_left(kind):
    dirty = with_exif(kind)
    assert b"secret" in dirty
    picture = images.clean(dirty)
    assert b"secret" not in picture.data
    with opened(picture) as image:
        assert not image.getexif()
        assert not set(image.info) & {"exif", "xmp", "icc_profile", "comment", "photoshop"}
    for _, smaller in images.renditions(images.clean(encoded(kind, (700, 500)))):
        with opened(smaller) as image:
            assert not image.getexif()


def test_comments_in_any_place_are_dropped():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "secret")
    text.add_itxt("XML:com.adobe.xmp", "<secret/>")
    for dirty in [encoded("PNG", pnginfo=text), encoded("JPEG", comment=b"secret"), encoded("GIF", comment=b"secret")]:
        assert b"secret" in dirty
        assert b"secret" not in images.clean(dirty).data


def test_a_picture_lying_on_its_side_is_turned_upright():
    picture = images.clean(with_exif("JPEG", orientation=6))
    assert (picture.width, picture.height) == (48, 64)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_becomes_one_that_browsers_show(mode):
    image = Image.new("RGB", (20, 20), "white")
    image = Image.new("I;16", (20, 20), 65535) if mode == "I;16" else image.convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG")
    with opened(images.clean(out.getvalue())) as clean:
        assert clean.mode in {"RGB", "RGBA", "L"}
        assert clean.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_cmyk_and_transparency_are_carried_over():
    assert images.clean(encoded("JPEG", mode="CMYK")).media_type == "image/jpeg"
    out = io.BytesIO()
    Image.new("P", (10, 10), 0).save(out, "GIF", transparency=0)
    with opened(images.clean(out.getvalue())) as clean:
        assert clean.mode == "RGBA"
        assert clean.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"<html>",
        b"II*\x00\x08\x00\x00\x00",
        b"BM" + b"\0" * 60,
        b"\x00\x00\x00\x1cftypavif",
    ],
)
def test_what_is_no_picture_of_ours_is_refused(data):
    with pytest.raises(images.ImageRefused):
        images.clean(data)


def test_other_formats_are_refused_even_when_pillow_could_read_them():
    for kind in ["BMP", "TIFF", "ICO", "PPM"]:
        with pytest.raises(images.NotAnImage):
            images.clean(encoded(kind))


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def test_a_bomb_is_refused_before_it_is_decoded():
    header = struct.pack(">IIBBBBB", 16_000, 16_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 10_000_000, 9)
    bomb = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    before = time.perf_counter()
    with pytest.raises(images.ImageTooLarge):
        images.clean(bomb)
    assert time.perf_counter() - before < 1


def test_a_bomb_of_text_inside_a_picture_is_refused():
    plain = encoded("PNG")
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 50_000_000, 9))
    with pytest.raises(images.ImageRefused):
        images.clean(plain[:-12] + text + plain[-12:])


def _in_pieces(kind, part, count):
    """A picture with so many parts of this kind before its pixels, as bytes."""
    whole = encoded(kind)
    before = {"PNG": 8 + 25, "JPEG": 2, "GIF": 13 + 3 * 2 ** ((whole[10] & 7) + 1), "WEBP": len(whole)}[kind]
    data = whole[:before] + part * count + whole[before:]
    return data if kind != "WEBP" else data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


PARTS = [
    pytest.param("JPEG", b"\xff\xfe\x00\x02", id="comments"),
    pytest.param("JPEG", b"\xff\x00", id="stuffed bytes"),
    pytest.param("JPEG", b"\xff", id="fill bytes"),
    pytest.param("JPEG", b"\xff\xd0", id="restarts"),
    pytest.param("PNG", _chunk(b"tEXt", b""), id="chunks"),
    pytest.param("GIF", b"\x21\xfe\x00", id="extensions"),
    pytest.param("WEBP", b"EXIF\x00\x00\x00\x00", id="RIFF chunks"),
]


@pytest.mark.parametrize(("kind", "part"), PARTS)
def test_a_picture_in_millions_of_pieces_is_refused_before_a_decoder_dwells_on_them(kind, part, monkeypatch):
    opened = []
    monkeypatch.setattr(images.Image, "open", lambda *args, **kwargs: opened.append(args))
    with pytest.raises(images.ImageInPieces):
        images.clean(_in_pieces(kind, part, 18_000_000 // len(part)))
    assert not opened


@pytest.mark.parametrize(
    ("kind", "part"), [param for param in PARTS if param.id in ("comments", "chunks", "extensions")]
)
def test_a_picture_in_some_thousand_pieces_is_kept(kind, part):
    assert images.clean(_in_pieces(kind, part, 5_000)) == images.clean(encoded(kind))


def test_a_gif_of_one_byte_blocks_is_refused():
    picture = encoded("GIF")
    end = picture.index(b"\x2c", 13 + 3 * 2 ** ((picture[10] & 7) + 1)) + 11
    with pytest.raises(images.ImageInPieces):
        images.clean(picture[:end] + b"\x01\x01" * 5_000_000 + b"\x00\x3b")


def test_stuffed_bytes_and_restarts_among_the_pixels_are_no_pieces():
    noise = Image.effect_noise((1500, 1500), 200)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=98, restart_marker_blocks=1)
    data = out.getvalue()
    assert data.count(b"\xff\x00") > 1_000
    assert len(re.findall(rb"\xff[\xd0-\xd7]", data)) > images.MOST_PARTS
    assert images.clean(data).width == 1500


def test_every_refusal_has_words_for_the_form():
    def kinds(of):
        return {of} | {kind for sub in of.__subclasses__() for kind in kinds(sub)}

    assert {kind.code for kind in kinds(images.ImageRefused) - {images.ImageRefused}} == set(image_forms.REASONS)


def test_a_picture_of_two_pictures_keeps_the_first():
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 30), colour) for colour in ["red", "blue"]]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])
    picture = images.clean(out.getvalue())
    assert (picture.media_type, picture.width) == ("image/jpeg", 40)
    with opened(picture) as image:
        assert image.getpixel((1, 1))[0] > 200


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(images, "LARGEST_FILE", 100)
    with pytest.raises(images.ImageTooLarge):
        images.clean(encoded("PNG"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("hidden", [b"PK\x03\x04 a whole archive", b"<script>alert(1)</script>", b"%PDF-1.7"])
def test_a_second_file_behind_the_picture_is_refused(kind, hidden):
    with pytest.raises(images.HiddenContent):
        images.clean(encoded(kind) + hidden)


def test_a_preview_that_a_camera_laid_behind_its_picture_is_dropped():
    picture = images.clean(encoded("JPEG") + encoded("JPEG", (8, 8)))
    assert picture == images.clean(encoded("JPEG"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_picture_cut_short_anywhere_is_refused_by_name(kind):
    whole = encoded(kind, (200, 150))
    for end in range(0, len(whole) - 2, max(1, len(whole) // 60)):
        with pytest.raises(images.ImageRefused):
            images.clean(whole[:end])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_damaged_bytes_are_refused_or_cleaned_and_never_crash(kind):
    whole = bytearray(encoded(kind, (40, 30)))
    for at in range(0, len(whole), max(1, len(whole) // 150)):
        damaged = bytes(whole[:at]) + bytes([whole[at] ^ 0xFF]) + bytes(whole[at + 1 :])
        with contextlib.suppress(images.ImageRefused):
            images.clean(damaged)


def test_only_the_first_frame_of_an_animation_is_kept():
    frames = [Image.new("RGB", (10, 10), colour) for colour in ["red", "blue"]]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    with opened(images.clean(out.getvalue())) as clean:
        assert clean.convert("RGB").getpixel((1, 1)) == (255, 0, 0)


def made(picture, *args):
    """(width, type) of each rendition, in the order of their making."""
    return [(width, rendition.media_type) for width, rendition in images.renditions(picture, *args)]


def chart(size=(700, 400), mode="RGB"):
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for bar in range(6):
        draw.rectangle((20 + bar * 100, size[1] - 40 * bar - 30, 90 + bar * 100, size[1]), fill="darkred")
    out = io.BytesIO()
    image.convert(mode).save(out, "PNG")
    return images.clean(out.getvalue())


def test_a_photograph_is_made_at_fixed_widths_up_to_its_own_in_jpeg_and_webp():
    picture = images.clean(encoded("JPEG", (1000, 500)))
    assert made(picture) == [
        *((320, "image/jpeg"), (320, "image/webp"), (640, "image/jpeg"), (640, "image/webp")),
        (1000, "image/webp"),
    ]
    for width, rendition in images.renditions(picture):
        assert (rendition.width, rendition.height) == (width, width // 2)
        with opened(rendition) as image:
            assert image.size == (width, width // 2)
    assert made(images.clean(encoded("JPEG", (3000, 20))))[-2:] == [(1920, "image/jpeg"), (1920, "image/webp")]


def test_what_is_made_already_is_not_made_again():
    picture = images.clean(encoded("JPEG", (400, 200)))
    assert made(picture, {(320, "image/jpeg")}) == [(320, "image/webp"), (400, "image/webp")]
    assert made(picture, set(made(picture))) == []


@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_a_drawing_stays_without_loss_in_both_types(mode):
    drawn = chart(mode=mode)
    found = {(width, rendition.media_type): rendition for width, rendition in images.renditions(drawn)}
    assert set(found) == {(w, t) for w in (320, 640) for t in ("image/png", "image/webp")} | {(700, "image/webp")}
    with opened(drawn) as before, opened(found[700, "image/webp"]) as after:
        assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None
    with opened(found[320, "image/png"]) as png, opened(found[320, "image/webp"]) as webp:
        assert ImageChops.difference(png.convert("RGB"), webp.convert("RGB")).getbbox() is None


def test_a_photograph_in_a_png_is_shown_as_jpeg_and_webp():
    assert made(images.clean(encoded("PNG", (330, 200)))) == [
        *((320, "image/jpeg"), (320, "image/webp"), (330, "image/jpeg"), (330, "image/webp")),
    ]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_stays_transparent(kind):
    out = io.BytesIO()
    Image.effect_noise((330, 200), 90).convert("RGBA").save(out, kind)
    image = Image.open(io.BytesIO(out.getvalue())).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((330, 200)))
    out = io.BytesIO()
    image.save(out, kind)
    renditions = [rendition for _width, rendition in images.renditions(images.clean(out.getvalue()))]
    assert {rendition.media_type for rendition in renditions} == {"image/png", "image/webp"}
    for rendition in renditions:
        with opened(rendition) as shown:
            assert shown.convert("RGBA").getchannel("A").getextrema()[0] < 20
