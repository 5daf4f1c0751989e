"""Video and audio lessons: written by an author, played with chapters, subtitles and words to read along."""

import io
import re
from html import unescape

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from core.db import db
from core.documents import source_for
from core.events import ContentEvent
from core.faces import Faces
from core.refs import Ref
from study.chapters import Chapter, NotAChapter, as_webvtt, chapter_cues, chapters_text, clock, parse_chapters
from study.enums import LessonKind, MaterialState
from study.extraction.cues import parse_cues
from study.extraction.parts import Cue
from study.models import Lesson, LessonMedia, Material, Timing
from tests.factories.media import SRT, mp4_bytes, played_lesson, wav_bytes
from tests.factories.study import CourseFactory, MaterialFactory, ModuleFactory

EN = {"Accept-Language": "en"}
SLUG = "voting"
ZH = [[1000, 2500, "会前通知"], [83_400, 86_000, "带上会议记录"]]
ENGLISH = [[1000, 2500, "Notice before"], [83_400, 86_000, "Bring the minutes"]]


def only(model, **wanted):
    db.session.expire_all()
    return db.session.scalars(select(model).filter_by(**wanted)).one()


@pytest.fixture(autouse=True)
def tree(root):
    """Courses belong to a branch."""


@pytest.fixture
def author(sign_in, instructor):
    return sign_in(instructor)


@pytest.fixture
def reader(sign_in, member):
    return sign_in(member)


def upload(browser, slug, *files):
    # Sent as bytes, since the test client leaves its own temporary file of a large form open.
    sent = [FileStorage(io.BytesIO(content), filename=name) for name, content in files]
    boundary, body = encode_multipart(MultiDict([("files", file) for file in sent]))
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(f"/study/manage/courses/{slug}/materials", data=body, content_type=kind, headers=EN)


class TestWriting:
    """An author uploads a film with subtitles and makes a lesson of it."""

    @pytest.fixture
    def sent(self, author, drain):
        """A module of a course with a film and its subtitles."""
        module = ModuleFactory(course__slug=SLUG)
        upload(author, SLUG, ("vote.mp4", mp4_bytes(150)), ("vote.srt", SRT.encode()))
        drain()
        return module

    def form(self, **changes):
        film, words = only(Material, title="vote", text=""), only(Material, external_id="vote.srt")
        known = {
            "kind": "video",
            "title_zh": "怎样表决",
            "minutes": 3,
            "media_id": film.id,
            "subtitles_zh_id": words.id,
        }
        chosen = {"material_id": 0, "quiz_id": 0, "subtitles_en_id": 0, "chapters": "0:00 开头\n1:20 Voting"}
        return {**known, **chosen, **changes}

    def test_times_are_kept_when_files_are_read(self, sent):
        film, words = only(Material, external_id="vote.mp4"), only(Material, external_id="vote.srt")
        assert (film.state, only(Timing, material_id=film.id).length_ms) == (MaterialState.READY, 150_000)
        assert only(Timing, material_id=words.id).cues[0] == [1000, 2500, "会前通知"]

    def test_the_lesson_is_kept_and_shown_in_the_form_again(self, author, sent):
        answer = author.post(f"/study/manage/modules/{sent.id}/lessons", data=self.form())
        assert answer.status_code == 303
        lesson = only(Lesson)
        media = only(LessonMedia)
        assert (lesson.kind, media.chapters) == (LessonKind.VIDEO, [[0, "开头"], [80, "Voting"]])
        page = author.get(f"/study/manage/lessons/{lesson.id}").text
        assert "0:00 开头\n1:20 Voting</textarea>" in page
        assert f'<option selected value="{media.subtitles_zh_id}">' in page
        assert f'<option selected value="{lesson.material_id}">' in page

    def test_what_is_only_heard_becomes_an_audio_lesson(self, author, sent, drain):
        upload(author, SLUG, ("talk.wav", wav_bytes()))
        drain()
        media_id = only(Material, external_id="talk.wav").id
        author.post(f"/study/manage/modules/{sent.id}/lessons", data=self.form(media_id=media_id))
        assert only(Lesson).kind is LessonKind.AUDIO

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"media_id": 0}, "Choose a video or audio file."),
            ({"chapters": "0:00 Start\nno time"}, "Line 2 is no chapter"),
            ({"chapters": "0:10 Start\n0:10 Again"}, "Line 2 is no chapter"),
        ],
    )
    def test_faults_stand_beside_the_field_and_what_was_typed_stays(self, author, sent, changes, words):
        data = self.form(**changes)
        answer = author.post(f"/study/manage/modules/{sent.id}/lessons", data=data, headers=EN)
        assert (answer.status_code, answer.text.count(words)) == (422, 2)
        assert data["chapters"] in unescape(answer.text)

    def test_a_file_of_another_course_is_refused(self, author, sent):
        foreign = MaterialFactory()
        data = self.form(subtitles_zh_id=foreign.id)
        assert author.post(f"/study/manage/modules/{sent.id}/lessons", data=data).status_code == 422
        assert db.session.scalars(select(Lesson)).all() == []

    def test_files_a_lesson_shows_are_not_deleted(self, author, sent):
        author.post(f"/study/manage/modules/{sent.id}/lessons", data=self.form())
        media = only(LessonMedia)
        author.post(f"/study/manage/materials/{media.subtitles_zh_id}/delete", headers=EN)
        assert only(Material, id=media.subtitles_zh_id).title == "vote"

    def test_a_lesson_that_becomes_a_page_drops_its_subtitles(self, author, sent):
        author.post(f"/study/manage/modules/{sent.id}/lessons", data=self.form())
        author.post(f"/study/manage/lessons/{only(Lesson).id}", data=self.form(kind="page", body_zh="文。"))
        media = only(LessonMedia)
        assert (media.subtitles_zh_id, media.chapters, only(Lesson).material_id) == (None, [], None)

    def test_subtitles_read_before_times_were_kept_are_read_again(self, author, sent, drain):
        words = only(Material, external_id="vote.srt")
        db.session.delete(only(Timing, material_id=words.id))
        db.session.commit()
        author.post(f"/study/manage/modules/{sent.id}/lessons", data=self.form())
        drain()
        assert len(only(Timing, material_id=words.id).cues) == 2

    def test_the_materials_page_offers_a_video_lesson(self, author, sent):
        page = unescape(author.get(f"/study/manage/courses/{SLUG}/materials", headers=EN).text)
        film = only(Material, external_id="vote.mp4")
        assert "Can be played" in page
        assert f"kind=video&material={film.id}" in page
        form = author.get(f"/study/manage/modules/{sent.id}/lessons?kind=video&material={film.id}").text
        assert re.search(rf'<option selected value="{film.id}">', form)

    def test_a_film_larger_than_other_files_is_taken(self, author, app):
        course = CourseFactory()
        content = mp4_bytes() + bytes(9 * 1024 * 1024)
        assert upload(author, course.slug, ("big.mp4", content)).status_code == 303
        assert "The file is larger than 8 MiB." in upload(author, course.slug, ("big.txt", b"x" * len(content))).text
        too_big = mp4_bytes() + bytes(14 * 1024 * 1024)
        assert upload(author, course.slug, ("huge.mp4", too_big)).status_code == 413

    def test_others_may_not_send_as_much(self, reader, client):
        course = CourseFactory()
        content = mp4_bytes() + bytes(10 * 1024 * 1024)
        assert upload(reader, course.slug, ("big.mp4", content)).status_code in (403, 413)


class TestPage:
    """What a reader sees and hears."""

    def test_the_player_works_by_itself(self, reader):
        lesson = played_lesson(CourseFactory(), name="vote.mp4", content=mp4_bytes(), zh=ZH, en=ENGLISH, seconds=150)
        page = reader.get(f"/study/lessons/{lesson.id}").text
        file = f"/study/materials/{lesson.material_id}/file"
        assert f'<video controls preload="metadata" playsinline src="{file}">' in page
        assert f'src="/study/lessons/{lesson.id}/subtitles/zh.vtt" srclang="zh-Hans" label="中文" default>' in page
        assert f'src="/study/lessons/{lesson.id}/subtitles/en.vtt" srclang="en" label="English">' in page
        assert "2:30 · " in page

    def test_a_second_in_the_address_is_where_it_begins(self, reader):
        lesson = played_lesson(CourseFactory(), zh=ZH, chapters=[(0, "开头"), (80, "表决")])
        page = reader.get(f"/study/lessons/{lesson.id}?t=84").text
        assert f'<audio controls preload="metadata" src="/study/materials/{lesson.material_id}/file#t=84">' in page
        assert re.search(
            r'<li class="now"><a href="[^"]+\?t=83#player" data-t="83.4"><time>1:23</time>带上会议记录', page
        )
        assert f'<a href="/study/lessons/{lesson.id}?t=80#player" data-t="80"><time>1:20</time>表决</a>' in page

    @pytest.mark.parametrize("second", ["-5", "x", "", "1e9", "99999999999999999999"])
    def test_any_second_is_taken_calmly(self, reader, second):
        lesson = played_lesson(CourseFactory(), zh=ZH)
        assert reader.get(f"/study/lessons/{lesson.id}?t={second}").status_code == 200

    def test_who_saves_data_loads_nothing_before_pressing_play(self, reader):
        lesson = played_lesson(CourseFactory())
        assert 'preload="none"' in reader.get(f"/study/lessons/{lesson.id}", headers={"Save-Data": "on"}).text

    def test_words_are_shown_in_the_language_of_the_reader_and_the_other_is_a_link(self, reader):
        lesson = played_lesson(CourseFactory(), zh=ZH, en=ENGLISH)
        address = f"/study/lessons/{lesson.id}"
        own = reader.get(address, headers=EN).text
        assert ("Bring the minutes" in own, "带上会议记录" in own) == (True, False)
        assert f'href="{address}?captions=zh#transcript"' in own
        assert "带上会议记录" in reader.get(f"{address}?captions=zh", headers=EN).text

    def test_long_subtitles_are_shown_in_parts(self, reader):
        cues = [[n * 10_000, n * 10_000 + 5000, f"第{n}句" + "话" * 96] for n in range(200)]
        lesson = played_lesson(CourseFactory(), zh=cues, seconds=2000)
        address = f"/study/lessons/{lesson.id}"
        first, middle = reader.get(address).text, reader.get(f"{address}?t=1005").text
        assert ("第0句" in first, "第100句" in first, "第0句" in middle, "第100句" in middle) == (
            True,
            False,
            False,
            True,
        )
        assert re.findall(r'rel="(?:prev|next)" href="([^"]+)"', first) == [f"{address}?t=600#transcript"]
        assert len(re.findall(r'rel="(?:prev|next)" href="([^"]+)#transcript"', middle)) == 2

    @pytest.mark.parametrize("rows", [1, 3])
    def test_the_page_costs_the_same_with_many_cues(self, reader, count_queries, rows):
        lesson = played_lesson(CourseFactory(), zh=ZH * rows, en=ENGLISH * rows)
        address = f"/study/lessons/{lesson.id}"
        with count_queries() as seen:
            assert reader.get(address).status_code == 200
        assert len(seen) == 11

    def test_subtitles_and_chapters_are_sent_as_webvtt(self, reader):
        lesson = played_lesson(
            CourseFactory(), zh=[[1000, 2500, "a < b --> c\n二"]], chapters=[(0, "开头"), (80, "表决")]
        )
        answer = reader.get(f"/study/lessons/{lesson.id}/subtitles/zh.vtt")
        assert answer.mimetype == "text/vtt"
        assert answer.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\na &lt; b --&gt; c\n二\n"
        assert parse_cues(answer.text) == (Cue(1000, 2500, "a < b --> c\n二"),)
        chapters = parse_cues(reader.get(f"/study/lessons/{lesson.id}/chapters.vtt").text)
        assert chapters == (Cue(0, 80_000, "开头"), Cue(80_000, 120_000, "表决"))

    @pytest.mark.parametrize("part", ["subtitles/en.vtt", "subtitles/fr.vtt", "chapters.vtt"])
    def test_what_a_lesson_has_not_is_not_there(self, reader, part):
        lesson = played_lesson(CourseFactory(), zh=ZH)
        assert reader.get(f"/study/lessons/{lesson.id}/{part}").status_code == 404

    def test_a_material_by_itself_is_played_too(self, reader):
        lesson = played_lesson(CourseFactory())
        assert "<audio controls" in reader.get(f"/study/materials/{lesson.material_id}").text


class TestFinding:
    """What is said is found at the second it is said."""

    def test_a_lesson_is_found_by_what_is_said_in_both_languages(self):
        lesson = played_lesson(CourseFactory(), zh=ZH, en=ENGLISH)
        (document,) = source_for("lesson").get([lesson.id])
        for words, address in (("会议记录", "?t=83&captions=zh#player"), ("minutes", "?t=83&captions=en#player")):
            assert document.address_at(document.text.index(words)) == f"/study/lessons/{lesson.id}{address}"
        assert document.address_at(document.text.index("要点")) == f"/study/lessons/{lesson.id}"
        assert document.address_at(-1) == f"/study/lessons/{lesson.id}"

    def test_subtitles_of_a_lesson_are_not_found_a_second_time(self):
        lesson = played_lesson(CourseFactory(), zh=ZH)
        ids = [only(LessonMedia).subtitles_zh_id, lesson.material_id]
        assert [document.ref.id for document in source_for("material").get(ids)] == [lesson.material_id]

    def test_who_keeps_copies_hears_of_new_subtitles(self, author, announced, drain):
        lesson = played_lesson(CourseFactory(), zh=ZH)
        words_id, material_id = only(LessonMedia).subtitles_zh_id, lesson.material_id
        data = {
            "kind": "audio",
            "title_zh": "题",
            "minutes": 3,
            "media_id": material_id,
            "material_id": 0,
            "quiz_id": 0,
        }
        author.post(f"/study/manage/lessons/{lesson.id}", data={**data, "subtitles_zh_id": 0, "subtitles_en_id": 0})
        assert ContentEvent(subject=Ref("material", words_id)) in announced()


class TestChapters:
    """The lines an author types."""

    def test_lines_become_chapters_in_the_order_of_time(self):
        text = "1:20 表决\n\n0:00  Start of it \n1:02:03 - Long\n 12:05：尾声"
        assert parse_chapters(text) == [
            Chapter(0, "Start of it"),
            Chapter(80, "表决"),
            Chapter(725, "尾声"),
            Chapter(3723, "Long"),
        ]

    @pytest.mark.parametrize("line", ["Start", "1:75 Late", "1:20", "1:20   ", "::: x", "0:00 " + "x" * 201])
    def test_a_line_that_is_none_is_named(self, line):
        with pytest.raises(NotAChapter) as fault:
            parse_chapters(f"0:01 Good\n{line}")
        assert (fault.value.number, fault.value.line) == (2, line.strip())

    def test_chapters_are_shown_as_they_are_typed(self):
        chapters = [Chapter(0, "开头"), Chapter(3723, "尾声")]
        assert parse_chapters(chapters_text(chapters)) == chapters
        assert [clock(second) for second in (0, 59, 83, 3723, -4)] == ["0:00", "0:59", "1:23", "1:02:03", "0:00"]

    def test_no_chapters_are_an_empty_file(self):
        assert as_webvtt(chapter_cues([], 1000)) == "WEBVTT\n"


def test_titles_are_faces():
    assert played_lesson(CourseFactory()).title != Faces()
