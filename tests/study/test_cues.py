"""Reading subtitles in the three forms that people have."""

import pytest

from core import files
from core.media_types import SUBRIP, WEBVTT
from study.enums import ExtractionFault
from study.extraction import Unreadable, extract
from study.extraction.cues import Cue, parse_cues

pytestmark = pytest.mark.no_database

SRT = """\ufeff1
00:00:01,000 --> 00:00:02,500
<i>Bring</i> the minutes

2
00:01:02,003 --> 00:01:04,000 X1:40 X2:600
{\\an8}带上会议记录
and a pen
"""
VTT = """WEBVTT - Minutes

STYLE
::cue { color: red }

NOTE 00:00 is not a time here

intro
00:01.000 --> 00:02.500 align:start
<v 李文>Bring &amp; <00:00:01.500><c.big>read</c>

01:00:00.000 --> 01:00:00.010
Late
"""
SBV = "0:00:00.599,0:00:04.160\n大家好\n\n0:00:04.160,0:00:05.000\nand welcome\n"


def test_subrip_gives_times_and_words_without_tags():
    assert parse_cues(SRT) == (Cue(1000, 2500, "Bring the minutes"), Cue(62003, 64000, "带上会议记录\nand a pen"))


def test_webvtt_leaves_out_notes_styles_and_voices():
    assert parse_cues(VTT) == (Cue(1000, 2500, "Bring & read"), Cue(3_600_000, 3_600_010, "Late"))


def test_the_form_of_video_sites_is_read_too():
    assert parse_cues(SBV.replace("\n", "\r\n")) == (Cue(599, 4160, "大家好"), Cue(4160, 5000, "and welcome"))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "1\n00:00:05,000 --> 00:00:01,000\nbackwards",
        "1\n00:00:05,000 --> 00:00:06,000\n\n",
        "00:00 --> soon\nwords",
        "1\n2\n00:00:05,000 --> 00:00:06,000\nthe time is too late",
    ],
)
def test_what_has_no_time_or_no_words_is_no_cue(source):
    assert parse_cues(source) == ()


def test_lines_that_roll_up_are_read_once(tmp_path):
    path = tmp_path / "talk.vtt"
    path.write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:02.000 --> 00:03.000\none\ntwo\n\n"
        "00:03.000 --> 00:04.000\ntwo\nthree"
    )
    assert extract(path, WEBVTT).pages == ("one\ntwo\nthree",)


def test_a_text_without_times_is_refused_as_subtitles(tmp_path):
    path = tmp_path / "talk.srt"
    path.write_text("Just words.")
    with pytest.raises(Unreadable) as caught:
        extract(path, SUBRIP)
    assert caught.value.fault is ExtractionFault.BROKEN


@pytest.mark.parametrize(("name", "media_type"), [("a.srt", SUBRIP), ("a.SBV", SUBRIP), ("a.vtt", WEBVTT)])
def test_the_name_tells_subtitles_from_other_texts(tmp_path, name, media_type):
    path = tmp_path / name
    path.write_text(SRT)
    with path.open("rb") as stream:
        assert files.sniff(stream, name) == media_type
