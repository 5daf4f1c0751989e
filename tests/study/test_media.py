"""Films and recordings: known by content, measured by their containers, refused when damaged."""

import io

import pytest

from core.errors import Invalid
from core.files import FileNotWhatItSays, check_type, sniff, store
from core.media_types import FLAC, M4A, MP3, MP4, OGA, PLAYED, WAV, WEBA, WEBM
from study.enums import ExtractionFault
from study.extraction import ENDINGS, extract, runner
from tests.factories.media import flac_bytes, mp3_bytes, mp4_bytes, opus_bytes, wav_bytes, webm_bytes

LENGTHS = [
    ("a.mp4", mp4_bytes(12.5), MP4, 12_500),
    ("long.mp4", mp4_bytes(7200, version=1), MP4, 7_200_000),
    ("live.mp4", mp4_bytes(9, fragments=True), MP4, 9000),
    ("a.m4a", mp4_bytes(3, brand=b"M4A "), M4A, 3000),
    ("said.webm", webm_bytes(4.5, says=True), WEBM, 4500),
    ("recorded.webm", webm_bytes(3), WEBM, 3000),
    ("sound.webm", webm_bytes(2, codec=b"A_OPUS"), WEBA, 2000),
    ("a.opus", opus_bytes(2), OGA, 2000),
    ("a.ogg", opus_bytes(1.5), OGA, 1500),
    ("a.mp3", mp3_bytes(50), MP3, 1306),
    ("bare.mp3", mp3_bytes(50, tag=False), MP3, 1306),
    ("a.wav", wav_bytes(2.5), WAV, 2500),
    ("a.flac", flac_bytes(4), FLAC, 4000),
]


@pytest.mark.parametrize(("name", "content", "media_type", "length"), LENGTHS, ids=[one[0] for one in LENGTHS])
def test_type_and_length_are_read_from_the_content(kept, name, content, media_type, length):
    assert sniff(io.BytesIO(content), name) == media_type
    check_type(media_type, name)
    assert extract(kept(content), media_type).length_ms == length


def test_the_child_process_says_the_same(kept):
    found = runner.read(kept(wav_bytes(2)), WAV)
    assert (found.pages, found.length_ms) == ((), 2000)


def test_the_child_process_hands_on_when_what_is_said(kept):
    found = runner.read(kept(b"WEBVTT\n\n00:01.000 --> 00:02.500\nHello\n"), "text/vtt")
    assert [tuple(cue) for cue in found.cues] == [(1000, 2500, "Hello")]


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        (MP4, mp4_bytes()[:40]),
        (MP4, mp4_bytes()[:16] + b"\0\0\0\4mdat"),
        (MP3, b"ID3\4\0\0\0\0\0\x0a" + bytes(500)),
        (WEBM, b"\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff webm"),
    ],
    ids=["no movie", "box smaller than its head", "no frame", "no size"],
)
def test_what_is_damaged_is_refused(kept, fault_of, media_type, content):
    assert fault_of(lambda: extract(kept(content), media_type)) is ExtractionFault.BROKEN


@pytest.mark.parametrize("cut", range(5, 200, 13))
def test_a_file_cut_off_anywhere_is_short_or_broken_and_never_a_crash(kept, cut):
    for name, content, media_type, _length in LENGTHS:
        try:
            assert runner_like(kept(content[:cut], name), media_type) >= 0
        except Invalid:
            pytest.fail("not an error of ours")


def runner_like(path, media_type) -> int:
    from study.extraction import Unreadable

    try:
        return extract(path, media_type).length_ms
    except Unreadable:
        return 0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + bytes(60), "film.mp4"),
        (b"<script>alert(1)</script>", "film.mp4"),
        (b"\0\0\0\x18ftypavif" + bytes(40), "film.mp4"),
        (wav_bytes(), "film.mp4"),
        (mp4_bytes(), "talk.mp3"),
        (mp4_bytes(), "notes.txt"),
        (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska" + bytes(40), "film.webm"),
    ],
)
def test_a_film_that_is_not_what_its_name_says_is_refused(app, content, name):
    with pytest.raises(FileNotWhatItSays):
        store(io.BytesIO(content), name)


def test_text_in_utf_16_is_no_sound():
    assert sniff(io.BytesIO("字幕".encode("utf-16")), "a.txt") not in PLAYED


def test_every_ending_that_is_taken_is_known():
    from core.media_types import BY_ENDING

    assert [ending for ending in ENDINGS if ending not in BY_ENDING] == []
