"""Reads how long a film or a recording is, out of its container; the content itself is never decoded.

MP4: ISO/IEC 14496-12. WebM: RFC 8794 and RFC 9559. Ogg: RFC 3533. MP3: ISO/IEC 11172-3. FLAC: RFC 9639. A file that
does not say how long it is has length 0, and is played all the same.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from study.enums import ExtractionFault
from study.extraction import mpeg_sound, webm
from study.extraction.parts import Extracted, Unreadable

LONGEST_MS = 48 * 3600 * 1000
"""A length beyond this is a lie of the file and counts as unknown."""
OGG_TAIL = 1 << 17
BOXES_MAX = 10_000


def read_media(path: Path) -> Extracted:
    """Return a file of sound or film as a material without text.

    Raises:
        Unreadable: its head is damaged.
    """
    with path.open("rb") as stream:
        reader = _reader_of(stream.read(12))
        stream.seek(0)
        try:
            length = reader(stream)
        except (ValueError, IndexError, OverflowError) as error:
            raise Unreadable(ExtractionFault.BROKEN) from error
    return Extracted((), length_ms=length if 0 < length <= LONGEST_MS else 0)


def _reader_of(head: bytes) -> Callable[[BinaryIO], int]:
    if head[4:8] == b"ftyp":
        return _mp4
    known = {b"\x1a\x45\xdf\xa3": webm.length_ms, b"OggS": _ogg, b"RIFF": _wav, b"fLaC": _flac}
    return known.get(head[:4], mpeg_sound.length_ms)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _find_box(stream: BinaryIO, end: int, wanted: bytes) -> tuple[int, int] | None:
    """Return where the content of the next box of a kind begins and ends, from here to ``end``."""
    for _count in range(BOXES_MAX):
        begin = stream.tell()
        head = stream.read(8)
        if len(head) < 8 or begin >= end:
            return None
        size, begins = _number(head[:4]), begin + 8
        if size == 1:
            size, begins = _number(stream.read(8)), begin + 16
        ends = end if size == 0 else begin + size
        if ends < begins:
            raise ValueError("a box is smaller than its head")
        if head[4:] == wanted:
            return begins, min(ends, end)
        stream.seek(ends)
    raise ValueError("too many boxes")


def _mp4(stream: BinaryIO) -> int:
    """The movie header says it; of a film in fragments, the header of its extension."""
    end = stream.seek(0, 2)
    stream.seek(0)
    movie = _find_box(stream, end, b"moov")
    if movie is None:
        raise ValueError("no movie")
    stream.seek(movie[0])
    header = _find_box(stream, movie[1], b"mvhd")
    if header is None:
        raise ValueError("no movie header")
    stream.seek(header[0])
    data = stream.read(32)
    scale, length = (data[20:24], data[24:32]) if data[:1] == b"\x01" else (data[12:16], data[16:20])
    known = _number(length) if length.strip(b"\xff") else 0
    return (known or _extended(stream, movie)) * 1000 // (_number(scale) or 1000)


def _extended(stream: BinaryIO, movie: tuple[int, int]) -> int:
    stream.seek(movie[0])
    if extension := _find_box(stream, movie[1], b"mvex"):
        stream.seek(extension[0])
        if header := _find_box(stream, extension[1], b"mehd"):
            stream.seek(header[0])
            data = stream.read(12)
            return _number(data[4:12] if data[:1] == b"\x01" else data[4:8])
    return 0


def _ogg(stream: BinaryIO) -> int:
    """The last page carries the number of the last sample; Opus always counts 48,000 a second."""
    head = stream.read(512)
    end = stream.seek(0, 2)
    stream.seek(max(0, end - OGG_TAIL))
    tail = stream.read(OGG_TAIL)
    if (at := head.find(b"OpusHead")) >= 0:
        rate, skipped = 48_000, int.from_bytes(head[at + 10 : at + 12], "little")
    elif (at := head.find(b"\x01vorbis")) >= 0:
        rate, skipped = int.from_bytes(head[at + 12 : at + 16], "little"), 0
    else:
        return 0
    last = tail.rfind(b"OggS")
    samples = int.from_bytes(tail[last + 6 : last + 14], "little", signed=True)
    return max(0, samples - skipped) * 1000 // (rate or 48_000)


def _wav(stream: BinaryIO) -> int:
    stream.seek(12)
    a_second = 0
    for _count in range(BOXES_MAX):
        head = stream.read(8)
        if len(head) < 8:
            return 0
        size = int.from_bytes(head[4:8], "little")
        if head[:4] == b"fmt ":
            a_second = int.from_bytes(stream.read(size)[8:12], "little")
            continue
        if head[:4] == b"data":
            here = stream.tell()
            return min(size, stream.seek(0, 2) - here) * 1000 // a_second if a_second else 0
        stream.seek(size + size % 2, 1)
    return 0


def _flac(stream: BinaryIO) -> int:
    stream.seek(8)
    numbers = _number(stream.read(34)[10:18])
    rate, samples = numbers >> 44, numbers & ((1 << 36) - 1)
    return samples * 1000 // rate if rate else 0
