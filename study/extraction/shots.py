"""Takes the pictures out of a document: each is decoded and encoded anew, within limits of time, number and size."""

import io
import time
from hashlib import sha256

from core.errors import Invalid
from core.pictures import Encoded, made_safe
from study.extraction.parts import Shot

SECONDS = 45
"""Processor time for the pictures of one document; those that come later are left out."""
PICTURES_MAX = 400
RAW_MAX = 20 * 1024 * 1024
KEPT_MAX = 24 * 1024 * 1024
SIDE_MIN = 8
"""Smaller pictures are lines and dots that only decorate."""


class Shots:
    """The pictures of one document; one that stands in several places is kept once."""

    def __init__(self) -> None:
        self.taken: list[Shot] = []
        self._known: dict[bytes, tuple[int, Encoded, Encoded] | None] = {}
        self._size = 0
        self._spent = 0.0

    def take(self, raw: bytes | None) -> tuple[int, Encoded, Encoded] | None:
        """Return number, whole and small form of a picture; None for one that is left out."""
        if not raw or len(raw) > RAW_MAX:
            return None
        key = sha256(raw).digest()
        if key not in self._known:
            self._known[key] = self._encode(raw)
        return self._known[key]

    def _encode(self, raw: bytes) -> tuple[int, Encoded, Encoded] | None:
        if self._spent > SECONDS or len(self.taken) >= PICTURES_MAX or self._size > KEPT_MAX:
            return None
        begun = time.process_time()
        try:
            picture = made_safe(io.BytesIO(raw))
        except Invalid:
            return None
        finally:
            self._spent += time.process_time() - begun
        full, small = picture.full, picture.thumbnail
        if max(full.width, full.height) < SIDE_MIN:
            return None
        self._size += len(full.content) + len(small.content)
        self.taken.append(Shot(full.content, full.media_type, small.content, small.media_type))
        return len(self.taken), full, small
