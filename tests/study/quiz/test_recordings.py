"""Recordings of questions: put there by authors, played only to those before whom the question stands now."""

import io
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from core.files import File, path_of
from study.course_files import keep_files, keep_pictures
from study.enums import AttemptState, Mistake, QuizMode, Review
from study.models import (
    Attempt,
    Course,
    Picture,
    Question,
    QuestionPicture,
    QuestionVersion,
    Quiz,
    QuizSlot,
    ReviewCard,
)
from study.quiz.services.picturing import pictures_for
from study.quiz.services.preparing import prepare
from study.quiz.services.questions import add_question, edit_question
from study.services.course_imports import import_course, prepare_course
from study.transfer.archive import open_course_file
from study.transfer.reading import read_incoming
from study.transfer.writing import write_course
from tests.factories.accounts import UserFactory
from tests.factories.media import wav_bytes
from tests.factories.pictures import png
from tests.factories.quiz import bank_for, choice, enrolled, quiz_with
from tests.factories.study import CourseFactory, LessonFactory
from tests.study.quiz.test_taking import send, start

EN = {"Accept-Language": "en"}
JSON = {"Accept": "application/json"}
SLUG = "open-branch"


def put(browser, content=None, name="国歌.wav", alt="") -> int:
    data = {"file": (io.BytesIO(content or wav_bytes(0.1)), name), "alt": alt}
    return browser.post(f"/study/manage/courses/{SLUG}/pictures", data=data, headers=JSON).json["id"]


def at(ident: int) -> str:
    return f"![](/study/pictures/{ident})"


def opens(browser, ident: int) -> bool:
    """Tell whether a recording opens by whichever address, whole or in part, and that nothing else tells of it."""
    codes = set()
    for tail, headers in (("", {}), ("/thumbnail", {}), ("", {"Range": "bytes=0-3"})):
        with browser.get(f"/study/pictures/{ident}{tail}", headers=headers) as answer:
            codes.add(answer.status_code)
    assert codes in ({200, 206}, {404})
    return 200 in codes


@pytest.fixture
def three(course, browser):
    """Recordings of what is asked, of what is told, and of the question after it."""
    return [put(browser, wav_bytes(length)) for length in (0.1, 0.2, 0.3)]


@pytest.fixture
def quiz(course, member):
    """Return ``quiz(*contents, **settings)``: a quiz of the course that the member may take."""

    def make(*contents, **settings) -> Quiz:
        made = quiz_with(course=course, **settings)
        bank = bank_for(course, f"听 {made.id}")
        with transaction():
            for position, content in enumerate(contents):
                row = add_question(bank, course, prepare(content, pictures_for(content, course.id)), None)
                db.session.add(QuizSlot(quiz_id=made.id, position=position, question_id=row.id))
        enrolled(member, course)
        return made

    return make


def heard(asked: int, told: int, text: str = "听："):
    return replace(choice(1000, 0), text=Faces(zh=f"{text}{at(asked)}"), feedback=Faces(zh=at(told)))


def test_only_a_paper_that_asks_a_question_opens_its_recording(three, quiz, sign_in, member, client):
    asked, told, _later = three
    made = quiz(heard(asked, told))
    taker = sign_in(member)
    assert (opens(taker, asked), opens(taker, told)) == (False, False)
    url = start(taker, made).location
    page = taker.get(url).text
    assert f'<audio controls="" preload="none" src="/study/pictures/{asked}" title="国歌"></audio>' in page
    assert (opens(taker, asked), opens(taker, told)) == (True, False)
    assert (opens(sign_in(UserFactory()), asked), opens(client, asked)) == (False, False)
    send(taker, url, {1: 1}, "end", sure="1")
    assert f'<audio controls="" preload="none" src="/study/pictures/{told}"' in taker.get(url).text
    assert (opens(taker, asked), opens(taker, told)) == (True, True)


@pytest.mark.parametrize(
    "settings",
    [{"review": Review.NEVER}, {"review": Review.AFTER_CLOSING}, {"mode": QuizMode.EXAM}],
    ids=["never", "after closing", "exam"],
)
def test_a_paper_handed_in_keeps_what_is_told_until_answers_are_shown(settings, three, quiz, sign_in, member):
    asked, told, _later = three
    made = quiz(heard(asked, told), **settings)
    taker = sign_in(member)
    url = start(taker, made).location
    send(taker, url, {1: 1}, "end", sure="1")
    assert db.session.scalars(select(Attempt.state)).one() is not AttemptState.OPEN
    assert not opens(taker, told)
    held = db.session.get_one(Quiz, made.id)
    held.review, held.released_at = Review.AT_ONCE, utcnow()
    db.session.commit()
    assert opens(taker, told)


def test_a_paper_that_goes_one_way_opens_a_recording_once_its_question_is_reached(three, quiz, sign_in, member):
    first, told, second = three
    made = quiz(heard(first, told), heard(second, told), page_size=1, in_order=True)
    taker = sign_in(member)
    url = start(taker, made).location
    assert (opens(taker, first), opens(taker, second)) == (True, False)
    send(taker, url, {1: 1}, "on", upto="1")
    assert (opens(taker, first), opens(taker, second), opens(taker, told)) == (True, True, False)


def test_a_practice_opens_what_is_told_once_the_answer_is_checked(three, quiz, sign_in, member):
    asked, told, later = three
    made = quiz(heard(asked, told), heard(asked, later), mode=QuizMode.PRACTICE)
    taker = sign_in(member)
    url = start(taker, made).location
    assert (opens(taker, told), opens(taker, later)) == (False, False)
    send(taker, url, {1: 1}, "check:1")
    assert (opens(taker, told), opens(taker, later)) == (True, False)


def test_a_paper_keeps_the_recordings_of_the_version_it_was_drawn_with(three, quiz, course, sign_in, member):
    old, told, new = three
    made = quiz(heard(old, told))
    taker = sign_in(member)
    start(taker, made)
    row, content = db.session.scalars(select(Question)).one(), heard(new, told)
    with transaction():
        edit_question(row, course, prepare(content, pictures_for(content, course.id)), None)
    assert (opens(taker, old), opens(taker, new)) == (True, False)


def test_readers_of_an_open_lesson_open_the_recordings_of_what_it_asks(three, quiz, course, sign_in, member, client):
    asked, told, _later = three
    quiz(heard(asked, told))
    ident = db.session.scalars(select(Question.id)).one()
    taker = sign_in(member)
    place = f'<div class="asked" data-q="{ident}0"></div>'
    lesson = LessonFactory(module__course=course, body=Faces("x"), html=Faces(zh=place))
    db.session.commit()
    assert not opens(taker, asked)
    lesson.html = Faces(zh=f'<div class="asked" data-q="{ident}" id="p1"></div>')
    db.session.commit()
    assert (opens(taker, asked), opens(taker, told)) == (True, False)
    assert not opens(client, asked)


def test_a_card_of_the_notebook_opens_the_recordings_of_its_question(three, quiz, sign_in, member):
    asked, told, _later = three
    quiz(heard(asked, told))
    ident = db.session.scalars(select(Question.id)).one()
    db.session.add(ReviewCard(user_id=member.id, question_id=ident, mistake=Mistake.WRONG, is_practised=True))
    db.session.commit()
    assert (opens(sign_in(member), asked), opens(sign_in(UserFactory()), asked)) == (True, False)


def test_a_question_plays_no_recording_of_another_course(three, quiz):
    asked, told, _later = three
    db.session.get_one(Picture, told).course_id = CourseFactory(slug="other").id
    db.session.commit()
    quiz(heard(asked, told))
    assert list(db.session.scalars(select(QuestionPicture.picture_id))) == [asked]
    assert db.session.scalars(select(QuestionVersion)).one().feedback_html.zh == "(没有这个文件)"


def test_a_recording_is_taken_as_it_was_sent_and_named_in_words(browser, course):
    bank = bank_for(course)
    sent = browser.post(
        f"/study/manage/courses/{SLUG}/pictures", data={"file": (io.BytesIO(wav_bytes(0.1)), "国歌.wav")}, headers=JSON
    )
    row = db.session.scalars(select(Picture)).one()
    address = f"/study/pictures/{row.id}"
    assert sent.json == {"id": row.id, "markdown": f"![国歌]({address})"}
    assert path_of(db.session.get_one(File, row.file_id)).read_bytes() == wav_bytes(0.1)
    assert (row.thumbnail_id, row.width, row.height) == (row.file_id, 0, 0)
    data = {"text_zh": f"听：{sent.json['markdown']}", "right": "0"}
    browser.post(f"/study/manage/banks/{bank.id}/questions/new?kind=true_false", data=data)
    assert db.session.scalars(select(QuestionVersion)).one().html.zh == (
        f'听：<audio controls="" preload="none" src="{address}" title="国歌"></audio> '
        f'<a class="file" href="{address}">国歌</a> (WAV, 1 KB)'
    )


def test_a_recording_is_played_by_range(browser, course):
    address = f"/study/pictures/{put(browser)}"
    with browser.get(address, headers={"Range": "bytes=0-3"}) as part:
        assert (part.status_code, part.data, part.mimetype) == (206, b"RIFF", "audio/wav")
        assert part.headers["Content-Range"] == f"bytes 0-3/{len(wav_bytes(0.1))}"
        assert "media-src 'self'" in part.headers["Content-Security-Policy"]
        assert part.headers["X-Content-Type-Options"] == "nosniff"
    with browser.get(address, headers={"Range": "bytes=999999-"}) as past:
        assert past.status_code == 416


@pytest.mark.parametrize("name", ["a.mp3", "a.pdf", "a.mp4", "a.svg"])
def test_what_is_neither_picture_nor_recording_is_refused_in_words(browser, course, name):
    answer = browser.post(
        f"/study/manage/courses/{SLUG}/pictures", data={"file": (io.BytesIO(b"%PDF-1.7"), name)}, headers=JSON | EN
    )
    assert (answer.status_code, list(answer.json)) == (422, ["error"])
    assert db.session.scalar(select(Picture.id)) is None


@pytest.mark.parametrize(("button", "field"), [("zh", "text_zh"), ("en", "text_en")])
@pytest.mark.parametrize(
    ("content", "name", "alt", "shown"),
    [(png(), "b.png", "A board", "A board"), (wav_bytes(0.1), "hymn.wav", "", "hymn")],
    ids=["picture", "recording"],
)
def test_the_form_takes_a_file_without_scripts_and_keeps_what_was_typed(
    browser, course, button, field, content, name, alt, shown
):
    bank = bank_for(course)
    data = {"text_zh": "问", "text_en": "Which?", "options-0-text_zh": "甲", "alt": alt, "attach": button}
    url = f"/study/manage/banks/{bank.id}/questions/new?kind=single_choice"
    answer = browser.post(url, data={**data, "attached": (io.BytesIO(content), name)})
    row = db.session.scalars(select(Picture)).one()
    text = re.search(rf'<textarea[^>]*name="{field}"[^>]*>\s*([^<]*)</textarea>', answer.text)[1]
    words = {"text_zh": "问", "text_en": "Which?"}[field]
    assert (answer.status_code, 'value="甲"' in answer.text) == (200, True)
    assert text.replace("\r\n", "\n").strip() == f"{words}\n\n![{shown}](/study/pictures/{row.id})"
    assert db.session.scalar(select(Question.id)) is None


def test_the_form_of_a_question_that_is_there_takes_one_too(browser, course):
    bank = bank_for(course)
    with transaction():
        row = add_question(bank, course, prepare(choice(1000, 0)), None)
    url = f"/study/manage/questions/{row.id}"
    data = {"text_zh": "问", "attach": "zh", "attached": (io.BytesIO(wav_bytes(0.1)), "a.wav")}
    answer = browser.post(url, data=data)
    ident = db.session.scalars(select(Picture.id)).one()
    assert (answer.status_code, f"![a](/study/pictures/{ident})" in answer.text) == (200, True)
    nothing = browser.post(url, data={"text_zh": "问", "attach": "zh"}, headers=EN)
    assert (nothing.status_code, "Choose a picture or a recording first." in nothing.text) == (422, True)
    assert len(db.session.scalars(select(QuestionVersion)).all()) == 1


def test_the_form_of_a_lesson_takes_a_recording(browser, course):
    lesson = LessonFactory(module__course=course)
    db.session.commit()
    data = {"kind": "page", "title_zh": "听", "body_zh": "中", "attach": "zh"}
    sent = {**data, "attached": (io.BytesIO(wav_bytes(0.1)), "国歌.wav")}
    answer = browser.post(f"/study/manage/lessons/{lesson.id}", data=sent)
    ident = db.session.scalars(select(Picture.id)).one()
    assert (answer.status_code, f"![国歌](/study/pictures/{ident})" in answer.text) == (200, True)


def test_a_picture_alone_loses_its_frame_where_only_a_line_may_stand(browser, course):
    ident = put(browser, png(), "a.png", "The board")
    content = replace(choice(1000, 0), text=Faces(zh=at(ident)))
    prepared = prepare(content, pictures_for(content, course.id))
    assert prepared.content.html.zh.startswith(f'<a class="pic" href="/study/pictures/{ident}"><img ')
    assert prepared.name == "The board"


def test_a_copy_of_a_course_and_a_course_file_take_recordings_along(
    course, browser, three, quiz, branch, instructor, actor_of, tmp_path
):
    quiz(heard(*three[:2]))
    made = browser.post(f"/study/manage/courses/{SLUG}/copy", data={"slug": "the-copy", "title_zh": "副本"})
    assert (made.status_code, _played_by("the-copy")) == (303, 2)

    with (tmp_path / "course.zip").open("wb") as out:
        write_course(out, db.session.get_one(Course, course.id))
    db.session.rollback()
    incoming = read_incoming(open_course_file(tmp_path / "course.zip"))
    prepared = prepare_course(incoming, keep_files(incoming), keep_pictures(incoming))
    with transaction():
        import_course(prepared, branch, actor_of(instructor), "elsewhere")
    assert _played_by("elsewhere") == 2


def _played_by(slug: str) -> int:
    """Return how many recordings of its own the newest question of a course plays, which is that of this course."""
    db.session.expire_all()
    course_id = db.session.scalars(select(Course.id).where(Course.slug == slug)).one()
    ids = db.session.scalars(select(Picture.id).where(Picture.course_id == course_id))
    own = {f"/study/pictures/{ident}" for ident in ids}
    version = db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(1)).one()
    shown = version.html.zh + version.feedback_html.zh
    return len(own & set(re.findall(r'<audio controls="" preload="none" src="([^"]+)"', shown)))


@pytest.mark.parametrize("kind", ["single_choice", "essay"])
def test_a_form_that_browsers_send_without_a_file_is_saved(browser, course, kind):
    bank = bank_for(course)
    url = f"/study/manage/banks/{bank.id}/questions/new?kind={kind}"
    fields = re.findall(r'<input[^>]* type="file" name="(\w+)"', browser.get(url).text)
    data = {"text_zh": "问", "options-0-text_zh": "甲", "options-1-text_zh": "乙", "right": "0"}
    # An empty file without a name is what a browser sends for each field of files that nothing was chosen in.
    answer = browser.post(url, data=data | {name: (io.BytesIO(), "") for name in fields})
    assert (len(fields), answer.status_code) == (1, 303)
