"""Pictures that people send: decoded and encoded anew, so that nothing but the picture is kept.

What hides in a file beside the picture (place and time of the shot, the camera, scripts, a second file behind the
first) does not survive. Decoding is bounded: a small file may claim to be a picture of a billion points.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from core.errors import Invalid
from core.i18n import _l

if TYPE_CHECKING:
    from PIL import Image

SIDE_MAX: Final = 1600
THUMBNAIL_SIDE: Final = 640
THUMBNAIL_BYTES: Final = 40 * 1024
POINTS_MAX: Final = 25_000_000
"""Points of a picture that is decoded whole, 100 MB in memory."""
JPEG_POINTS_MAX: Final = 80_000_000
"""A JPEG is decoded at an eighth, a quarter or half of its size, whichever is enough."""
COLOURS_OF_A_DRAWING: Final = 256

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_ENDINGS: Final = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
_OTHER_ENDINGS: Final = frozenset({".svg", ".svgz", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".ico"})
_ENDING_OF: Final = {JPEG: ".jpg", PNG: ".png", WEBP: ".webp"}
# Side and quality of the thumbnail, the first that is small enough is taken.
_STEPS: Final = ((THUMBNAIL_SIDE, 72), (THUMBNAIL_SIDE, 50), (480, 50), (480, 30), (320, 30), (240, 10), (120, 5))


class PictureBroken(Invalid):
    """The file begins like a picture or is called one, but cannot be read as one."""

    message = _l("This picture cannot be read. PNG, JPEG, WebP and GIF are taken.")


class PictureTooLarge(Invalid):
    """The picture has more points than we decode."""

    message = _l("This picture has more than %(limit)s million points. Please make it smaller first.")


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """One picture as it is stored."""

    content: bytes
    media_type: str
    width: int
    height: int

    @property
    def ending(self) -> str:
        """What its name ends in."""
        return _ENDING_OF[self.media_type]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture made safe, and its thumbnail."""

    full: Encoded
    thumbnail: Encoded


def type_of(head: bytes) -> str:
    """Return the media type of a picture that browsers show, by how it begins; empty for anything else."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return PNG if head.startswith(b"\x89PNG") else JPEG if head.startswith(b"\xff\xd8\xff") else ""


def is_picture(head: bytes, name: str) -> bool:
    """Tell whether a file must be read as a picture: by how it begins, or because it is called one."""
    begins = bool(type_of(head)) or head.startswith(b"GIF8")
    return begins or Path(name).suffix.lower() in _ENDINGS | _OTHER_ENDINGS


def made_safe(stream: BinaryIO) -> Picture:
    """Decode a picture, turn it upright, and encode it and its thumbnail anew.

    Raises:
        PictureTooLarge: it has too many points.
        PictureBroken: it is none that we read.
    """
    stream.seek(0)
    try:
        image = _upright(stream)
    except Invalid:
        raise
    except Exception as error:
        # The decoder reads what anybody sent and fails in a dozen ways; all of them mean the same.
        raise PictureBroken from error
    return Picture(full=_full(image), thumbnail=_thumbnail(image))


def _upright(stream: BinaryIO) -> Image.Image:
    from PIL import Image, ImageOps  # noqa: PLC0415 -- memory that web workers without pictures do without

    try:
        opened = Image.open(stream, formats=_FORMATS)
    except Image.DecompressionBombError as error:
        # The library's own limit, which is far above ours; it does not say of which format the picture is.
        raise PictureTooLarge(limit=POINTS_MAX // 1_000_000) from error
    limit = JPEG_POINTS_MAX if opened.format == "JPEG" else POINTS_MAX
    if opened.width * opened.height > limit:
        raise PictureTooLarge(limit=limit // 1_000_000)
    opened.draft("RGB", (SIDE_MAX, SIDE_MAX))
    opened.load()
    turned = ImageOps.exif_transpose(opened)
    see_through = turned.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in turned.info
    plain = turned.convert("RGBA" if see_through else "RGB")
    plain.info.clear()  # Profile, comments and the rest stay behind.
    if see_through and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    return _within(plain, SIDE_MAX)


def _within(image: Image.Image, side: int) -> Image.Image:
    if max(image.size) <= side:
        return image
    from PIL.Image import Resampling  # noqa: PLC0415 -- as above

    smaller = image.copy()
    smaller.thumbnail((side, side), Resampling.LANCZOS)
    return smaller


def _encoded(image: Image.Image, media_type: str, **options: int | bool) -> Encoded:
    out = io.BytesIO()
    image.save(out, media_type.removeprefix("image/"), **options)
    return Encoded(content=out.getvalue(), media_type=media_type, width=image.width, height=image.height)


def _full(image: Image.Image) -> Encoded:
    """Take whichever format is smallest: WebP, JPEG for photographs, PNG for drawings of few colours."""
    tried = [_encoded(image, WEBP, quality=82, method=4)]
    if image.getcolors(COLOURS_OF_A_DRAWING) is not None:
        tried.append(_encoded(image, PNG, optimize=True))
    elif image.mode == "RGB":
        tried.append(_encoded(image, JPEG, quality=82, optimize=True, progressive=True))
    return min(tried, key=lambda one: len(one.content))


def _thumbnail(image: Image.Image) -> Encoded:
    for side, quality in _STEPS:
        found = _encoded(_within(image, side), WEBP, quality=quality, method=4)
        if len(found.content) <= THUMBNAIL_BYTES:
            break
    return found


def as_old_programs_show(content: bytes) -> Encoded:
    """Return a picture of ours in one of the two formats that every reading program shows; those stay as they are."""
    from PIL import Image  # noqa: PLC0415 -- as above

    with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
        for kind in (JPEG, PNG):
            if image.format == kind.removeprefix("image/").upper():
                return Encoded(content=content, media_type=kind, width=image.width, height=image.height)
        if image.mode == "RGB" and image.getcolors(COLOURS_OF_A_DRAWING) is None:
            return _encoded(image, JPEG, quality=85, optimize=True)
        return _encoded(image, PNG)
