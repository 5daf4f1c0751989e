"""Pictures: only the picture is kept, and decoding is bounded."""

import contextlib
import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import pictures
from core.pictures import JPEG, PNG, WEBP, PictureBroken, PictureTooLarge, is_picture, made_safe

pytestmark = pytest.mark.no_database


def encoded(image: Image.Image, kind: str = "PNG", **options) -> io.BytesIO:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out


def photo(width: int, height: int) -> Image.Image:
    """A picture with as many colours as a photograph, the same each time."""
    bands = [Image.frombytes("L", (width, height), Random(band).randbytes(width * height)) for band in range(3)]
    return Image.merge("RGB", bands)


def opened(one: pictures.Encoded) -> Image.Image:
    return Image.open(io.BytesIO(one.content))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width: int, height: int) -> io.BytesIO:
    """A few bytes that claim to be a picture of any size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b""))


def test_what_a_camera_writes_into_a_picture_is_gone_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # Turned by a quarter.
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    source = encoded(photo(80, 40), "JPEG", exif=exif, comment=b"a secret", icc_profile=b"a profile")

    full = made_safe(source).full

    assert (full.width, full.height) == (40, 80)
    assert all(word not in full.content for word in (b"Exif", b"A camera", b"a secret", b"a profile"))
    assert not opened(full).getexif()


def test_a_large_picture_is_made_smaller_and_its_thumbnail_is_light():
    made = made_safe(encoded(photo(2400, 1200), "JPEG", quality=95))

    assert (made.full.width, made.full.height) == (1600, 800)
    assert max(made.thumbnail.width, made.thumbnail.height) <= pictures.THUMBNAIL_SIDE
    assert len(made.thumbnail.content) <= pictures.THUMBNAIL_BYTES
    assert made.full.media_type in {JPEG, WEBP}


def test_a_small_picture_keeps_its_size():
    made = made_safe(encoded(photo(30, 20)))
    assert (made.full.width, made.full.height) == (made.thumbnail.width, made.thumbnail.height) == (30, 20)


def test_a_drawing_keeps_what_can_be_seen_through():
    drawing = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    drawing.paste((200, 0, 0, 255), (10, 10, 50, 50))
    full = made_safe(encoded(drawing)).full
    assert full.media_type in {PNG, WEBP}
    assert opened(full).convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode):
    assert made_safe(encoded(Image.new(mode, (9, 7)))).full.width == 9


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGBA"), ("GIF", "P")])
def test_every_other_kind_is_read(kind, mode):
    assert made_safe(encoded(Image.new(mode, (9, 7)), kind)).full.width == 9


def test_of_a_moving_picture_the_first_view_is_kept():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    full = made_safe(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])).full
    assert getattr(opened(full), "n_frames", 1) == 1
    assert opened(full).convert("RGB").getpixel((4, 4))[0] > 200


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (5_001, 5_000), (2**31 - 1, 1), (1, 2**30)])
def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded(width, height):
    with pytest.raises((PictureTooLarge, PictureBroken)):
        made_safe(huge_png(width, height))


def test_a_picture_beyond_the_limit_of_the_library_is_called_too_large():
    with pytest.raises(PictureTooLarge):
        made_safe(huge_png(20_000, 20_000))


def test_text_that_unpacks_to_gigabytes_is_refused():
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(80_000_000)))
    head = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(4 * 13))
    source = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + bomb + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    with pytest.raises(PictureBroken):
        made_safe(io.BytesIO(source))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"\xff\xd8\xff\xe0",
        b"GIF89a/*",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"BM" + bytes(60),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"",
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(PictureBroken):
        made_safe(io.BytesIO(content))


def test_a_picture_that_breaks_off_is_refused():
    whole = encoded(photo(200, 200), "JPEG").getvalue()
    with pytest.raises(PictureBroken):
        made_safe(io.BytesIO(whole[: len(whole) // 2]))


def test_a_second_file_behind_a_picture_does_not_survive():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("evil.html", "<script>alert(1)</script>")
    both = encoded(photo(20, 20)).getvalue() + archive.getvalue() + b"<script>alert(1)</script>"
    full = made_safe(io.BytesIO(both)).full
    assert b"PK\x03\x04" not in full.content
    assert b"<script" not in full.content


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damaged_pictures_are_read_or_refused_and_nothing_else(data):
    source = bytearray(encoded(photo(12, 12), data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]))).getvalue())
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(source) - 1), st.integers(0, 255)), max_size=8)
    ):
        source[place] = value
    with contextlib.suppress(PictureBroken, PictureTooLarge):
        made_safe(io.BytesIO(bytes(source)))


def test_pictures_are_known_by_how_they_begin_or_what_they_are_called():
    assert is_picture(b"\x89PNG\r\n\x1a\n", "a.txt")
    assert is_picture(b"<svg>", "a.svg")
    assert is_picture(b"<svg>", "a.PNG")
    assert not is_picture(b"%PDF-1.7", "a.pdf")


def test_the_application_starts_without_the_decoder():
    look = [sys.executable, "-c", "import sys, app; print('PIL' in sys.modules)"]

    done = subprocess.run(look, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_what_old_programs_do_not_show_is_encoded_anew_and_nothing_else():
    see_through = Image.new("RGBA", (20, 10), (255, 0, 0, 128))
    sent = {
        "photo": (photo(300, 200), "WEBP", JPEG),
        "drawing": (Image.new("RGB", (20, 10), "teal"), "WEBP", PNG),
        "see-through": (see_through, "WEBP", PNG),
    }
    for name, (image, kind, wanted) in sent.items():
        shown = pictures.as_old_programs_show(encoded(image, kind).getvalue())
        assert (shown.media_type, (shown.width, shown.height)) == (wanted, image.size), name
        assert opened(shown).format == wanted.removeprefix("image/").upper()
    assert opened(pictures.as_old_programs_show(encoded(see_through, "WEBP").getvalue())).getpixel((0, 0))[3] == 128
    for kind, media_type in (("JPEG", JPEG), ("PNG", PNG)):
        raw = encoded(Image.new("RGB", (20, 10)), kind).getvalue()
        shown = pictures.as_old_programs_show(raw)
        assert (shown.content == raw, shown.media_type) == (True, media_type)
