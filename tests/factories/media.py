"""Small films and recordings, built by hand: heads that are right, content of no matter."""

import io
import struct
import wave

from core.files import store
from study.enums import LessonKind, MaterialState
from study.models import LessonMedia, Timing
from tests.factories.study import LessonFactory, MaterialFactory

SRT = "1\n00:00:01,000 --> 00:00:02,500\n会前通知\n\n2\n00:01:23,400 --> 00:01:26,000\n带上会议记录\nand a pen\n"


def wav_bytes(seconds: float = 1, rate: int = 8000) -> bytes:
    """Return silence."""
    stream = io.BytesIO()
    with wave.open(stream, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(rate)
        out.writeframes(b"\x80" * int(rate * seconds))
    return stream.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    """Return one box of an MP4 file."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def mp4_bytes(seconds: float = 12.5, *, brand: bytes = b"isom", version: int = 0, fragments: bool = False) -> bytes:
    """Return a film whose head says how long it is, or, in fragments, the head of its extension."""
    units = int(seconds * 1000)
    said, extension = (0, box(b"mvex", box(b"mehd", struct.pack(">II", 0, units)))) if fragments else (units, b"")
    header = struct.pack(">B3xQQIQ" if version else ">B3xIIII", version, 0, 0, 1000, said)
    movie = box(b"moov", box(b"mvhd", header + bytes(80)) + extension)
    return box(b"ftyp", brand + bytes(4) + brand) + box(b"mdat", bytes(64)) + movie


def element(ident: str, content: bytes) -> bytes:
    """Return one element of a WebM file."""
    return bytes.fromhex(ident) + struct.pack(">Q", len(content) | 1 << 56) + content


def webm_bytes(seconds: float = 3, *, says: bool = False, codec: bytes = b"V_VP8") -> bytes:
    """Return a film that says how long it is, or one as browsers record it: sizes unknown, blocks until it ends."""
    head = element("1A45DFA3", element("4282", b"webm"))
    scale = element("2AD7B1", (1_000_000).to_bytes(3, "big"))
    length = element("4489", struct.pack(">d", seconds * 1000)) if says else b""
    tracks = element("1654AE6B", element("AE", element("86", codec)))
    blocks = b"".join(
        element("A3", b"\x81" + struct.pack(">h", at) + b"\0x") for at in range(0, int(seconds * 1000), 500)
    )
    last = element("A3", b"\x81" + struct.pack(">h", int(seconds * 1000)) + b"\0x")
    cluster = bytes.fromhex("1F43B67501FFFFFFFFFFFFFF") + element("E7", b"\0") + blocks + last
    return head + bytes.fromhex("1853806701FFFFFFFFFFFFFF") + element("1549A966", scale + length) + tracks + cluster


def opus_bytes(seconds: float = 2) -> bytes:
    """Return two pages of an Opus recording: its head, and the one that carries the number of the last sample."""
    head = (
        b"OggS\0\2"
        + struct.pack("<q", 0)
        + bytes(12)
        + b"\x01\x13"
        + b"OpusHead\1\1"
        + struct.pack("<H", 312)
        + bytes(7)
    )
    last = b"OggS\0\4" + struct.pack("<q", int(seconds * 48_000) + 312) + bytes(12) + b"\x01\x04" + b"data"
    return head + last


def mp3_bytes(frames: int = 50, *, tag: bool = True) -> bytes:
    """Return frames of 128 kbit at 44.1 kHz, 1152 samples each, after a tag."""
    label = b"ID3\4\0\0\0\0\0\x0a" + bytes(10) if tag else b""
    return label + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def flac_bytes(seconds: int = 4, rate: int = 44_100) -> bytes:
    """Return the head of a recording."""
    numbers = (rate << 44 | 1 << 41 | 15 << 36 | rate * seconds).to_bytes(8, "big")
    return b"fLaC\x80\0\0\x22" + bytes(10) + numbers + bytes(16)


def played_lesson(course, *, name: str = "talk.wav", content: bytes = b"", seconds: int = 120, **more):
    """Return a lesson that plays a file; ``zh`` and ``en`` are cues, ``chapters`` pairs of second and title."""
    file = store(io.BytesIO(content or wav_bytes()), name)
    material = MaterialFactory(course=course, file=file, text="", page_count=0)
    kind = LessonKind.AUDIO if file.media_type.startswith("audio") else LessonKind.VIDEO
    ids = {}
    for language in ("zh", "en"):
        if cues := more.get(language):
            text = "\n".join(cue[2] for cue in cues)
            ids[language] = MaterialFactory(course=course, text=text, state=MaterialState.READY).id
            _timed(ids[language], cues=cues)
    _timed(material.id, length_ms=seconds * 1000)
    lesson = LessonFactory(module__course=course, kind=kind, material_id=material.id)
    media = LessonMedia(
        lesson_id=lesson.id,
        chapters=[list(one) for one in more.get("chapters", ())],
        subtitles_zh_id=ids.get("zh"),
        subtitles_en_id=ids.get("en"),
    )
    _keep(media)
    return lesson


def _timed(material_id: int, **values) -> None:
    _keep(Timing(material_id=material_id, **values))


def _keep(row) -> None:
    from core.db import db

    db.session.add(row)
    db.session.commit()
