"""Reads how long a WebM file is. What a browser records says nothing of its length, so its last block is looked for."""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

SEGMENT: Final = 0x18538067
INFO: Final = 0x1549A966
CLUSTER: Final = 0x1F43B675
SCALE: Final = 0x2AD7B1
DURATION: Final = 0x4489
TIMESTAMP: Final = 0xE7
BLOCK_GROUP: Final = 0xA0
BLOCKS: Final = frozenset({0xA1, 0xA3})
OPENED: Final = frozenset({SEGMENT, INFO, CLUSTER, BLOCK_GROUP})
"""What is walked into; everything else is stepped over."""
ELEMENTS_MAX: Final = 2_000_000
UNKNOWN: Final = -1


def length_ms(stream: BinaryIO) -> int:
    """Return the length: as the file says, else up to its last block; 0 when there is neither.

    Raises:
        ValueError: its elements make no sense.
    """
    scale, last, cluster = 1_000_000, 0, 0
    for ident, size in _elements(stream):
        if ident == SCALE:
            scale = _whole(stream.read(size))
        elif ident == DURATION:
            return int(_real(stream.read(size)) * scale / 1_000_000)
        elif ident == TIMESTAMP:
            cluster = _whole(stream.read(size))
        elif ident in BLOCKS and _vint(stream, keep_marker=True) is not None:
            last = max(last, cluster + int.from_bytes(stream.read(2), "big", signed=True))
    return last * scale // 1_000_000


def _elements(stream: BinaryIO) -> Iterator[tuple[int, int]]:
    """Yield elements and their sizes; the stream stands at their content. Ends with the file."""
    for _count in range(ELEMENTS_MAX):
        ident = _vint(stream, keep_marker=True)
        size = _vint(stream, keep_marker=False)
        if ident is None or size is None:
            return
        if ident in OPENED:
            continue
        if size == UNKNOWN:
            raise ValueError("an element without size")
        begins = stream.tell()
        yield ident, size
        stream.seek(begins + size)
    raise ValueError("too many elements")


def _vint(stream: BinaryIO, *, keep_marker: bool) -> int | None:
    """Read a number of variable width; None at the end, ``UNKNOWN`` for a size that is not given."""
    first = stream.read(1)
    if not first or not first[0]:
        return None
    width = 9 - first[0].bit_length()
    raw = _whole(first + stream.read(width - 1))
    if keep_marker:
        return raw
    value = raw & ((1 << 7 * width) - 1)
    return UNKNOWN if value == (1 << 7 * width) - 1 else value


def _whole(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _real(data: bytes) -> float:
    if len(data) not in (4, 8):
        raise ValueError("not a number")
    value: float = struct.unpack(">f" if len(data) == 4 else ">d", data)[0]
    return value
