"""Reads how long an MP3 file is, by walking its frames: what its head promises is often wrong."""

from mmap import ACCESS_READ, mmap
from typing import BinaryIO, Final

from core.media_sniffing import is_mpeg_frame

V1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
V2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
TAG_HEAD: Final = 10
FRAMES_MAX: Final = 20_000_000
RUBBISH_MAX: Final = 1 << 16
"""Bytes between two frames that are stepped over in search of the next."""


def length_ms(stream: BinaryIO) -> int:
    """Return the length of all frames together.

    Raises:
        ValueError: there is not one frame.
    """
    with mmap(stream.fileno(), 0, access=ACCESS_READ) as data:
        at, micro, frames = _after_tag(data), 0, 0
        while frames < FRAMES_MAX and (found := _next_frame(data, at)) is not None:
            size, length = _frame(data[found : found + 4])
            at, micro, frames = found + size, micro + length, frames + 1
    if not frames:
        raise ValueError("no frame")
    return micro // 1000


def _after_tag(data: mmap) -> int:
    if data[:3] != b"ID3" or len(data) < TAG_HEAD:
        return 0
    size = 0
    for byte in data[6:TAG_HEAD]:
        size = size << 7 | byte & 0x7F
    return size + TAG_HEAD


def _next_frame(data: mmap, at: int) -> int | None:
    if is_mpeg_frame(data[at : at + 4]):
        return at
    end = min(len(data), at + RUBBISH_MAX)
    while (at := data.find(b"\xff", at + 1, end)) >= 0:
        if is_mpeg_frame(data[at : at + 4]):
            size, _length = _frame(data[at : at + 4])
            if is_mpeg_frame(data[at + size : at + size + 4]):
                return at
    return None


def _frame(head: bytes) -> tuple[int, int]:
    """Return how many bytes a frame has and how many microseconds it lasts."""
    version, padding = head[1] >> 3 & 3, head[2] >> 1 & 1
    rate = RATES[version][head[2] >> 2 & 3]
    bits = (V1 if version == 3 else V2)[head[2] >> 4] * 1000
    samples = 1152 if version == 3 else 576
    return samples // 8 * bits // rate + padding, samples * 1_000_000 // rate
