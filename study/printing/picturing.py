"""Pictures as paper shows them: on white, no finer than print needs, photographs as JPEG so that they pack quickly."""

import io
from functools import lru_cache
from typing import Any

SIDE = 1200
"""Points of the longer side: enough for what is printed 12 cm wide."""


@lru_cache(maxsize=4)
def printed(path: str) -> tuple[Any, int, int] | None:
    """Return what goes into the file, with width and height of the picture; None where it is gone or broken."""
    from PIL import Image  # noqa: PLC0415 -- papers without pictures do without

    try:
        with Image.open(path) as opened:
            # What has few colours was stored as PNG, and stays sharp; noise would take long to pack.
            is_drawing = opened.format == "PNG"
            opened.draft("RGB", (SIDE, SIDE))
            found, size = opened.convert("RGBA") if _sees_through(opened) else opened.convert("RGB"), opened.size
    except (OSError, ValueError):
        return None
    if found.mode == "RGBA":
        white = Image.new("RGB", found.size, "white")
        white.paste(found, mask=found.getchannel("A"))
        found = white
    found.thumbnail((SIDE, SIDE))
    if is_drawing:
        return found, *size
    out = io.BytesIO()
    found.save(out, "JPEG", quality=82)
    return out, *size


def _sees_through(image: Any) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
