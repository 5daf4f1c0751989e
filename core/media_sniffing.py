"""Tells video and sound by their first bytes. What is not known for certain is nothing."""

from typing import Final

from core.media_types import FLAC, M4A, MP3, MP4, OGA, OGV, WAV, WEBA, WEBM

SOUND_BRANDS: Final = (b"M4A ", b"M4B ", b"M4P ")
STILL_BRANDS: Final = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1", b"crx ", b"qt  ")
"""Files of the same build that are pictures, or that browsers do not play."""

_EBML: Final = b"\x1a\x45\xdf\xa3"
_OGG_SOUND: Final = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
_BITRATES: Final = 15
_RESERVED_RATE: Final = 3


def sniff_media(head: bytes) -> str:
    """Return the media type by the first bytes of a file, a few thousand at best; ``""`` when it is none we play."""
    if head[4:8] == b"ftyp":
        return _mp4(head[8:12])
    if head.startswith(_EBML):
        return _webm(head)
    if head.startswith(b"OggS"):
        return OGV if b"\x80theora" in head[:512] else OGA if any(mark in head[:512] for mark in _OGG_SOUND) else ""
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"fLaC"):
        return FLAC
    return MP3 if head.startswith(b"ID3") or is_mpeg_frame(head[:4]) else ""


def _mp4(brand: bytes) -> str:
    if len(brand) < 4 or brand in STILL_BRANDS:
        return ""
    return M4A if brand in SOUND_BRANDS else MP4


def _webm(head: bytes) -> str:
    if b"webm" not in head[:64]:
        return ""
    # The tracks stand near the beginning and name their codecs; without any name it may well hold pictures.
    return WEBA if b"A_" in head and b"V_" not in head else WEBM


def is_mpeg_frame(head: bytes) -> bool:
    """Tell whether four bytes begin a frame of MPEG sound of layer III, leaving no field at a forbidden value."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in (0, _BITRATES) and rate != _RESERVED_RATE
