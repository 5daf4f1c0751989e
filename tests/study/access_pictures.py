"""Who sends and opens pictures of courses."""

import io

from PIL import Image
from sqlalchemy import select

from core.attachments import prepare_medium, prepare_picture
from core.db import db
from study.enums import Review
from study.models import Attempt, AttemptSlot, QuestionPicture, QuestionVersion
from study.services.pictures import picture_of, place_pictures
from tests.access import Row
from tests.factories.media import wav_bytes
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import CourseFactory
from tests.study.access import AUTHORS, DRAFT, EVERYBODY, SIGNED_IN

ONLY_TEAM = {**DRAFT, "moderator": 404}
TAKER = {**ONLY_TEAM, "member": 200}


def _png() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (8, 4), "teal").save(out, "PNG")
    out.seek(0)
    return out


def _shown(lesson, course, *, placed: bool = True) -> int:
    row = picture_of(prepare_picture(_png(), "board.png"), course.id, None, alt="The board")
    db.session.add(row)
    db.session.flush()
    if placed:
        place_pictures(lesson.id, [row.id], course.id)
    db.session.commit()
    return row.id


def furnish(world) -> None:
    """Put pictures into a lesson for all, one for members, one of a draft, and into no lesson at all."""
    world.picture = _shown(world.lesson, world.course)
    world.public_picture = _shown(world.public_lesson, world.public_course)
    world.draft_picture = _shown(world.draft_lesson, world.draft)
    world.spare_picture = _shown(None, world.course, placed=False)
    world.asked_recording = _heard(world, is_asked=True)
    world.told_recording = _heard(world, is_asked=False)


def _heard(world, *, is_asked: bool) -> int:
    """Put a recording into a question that the member's open paper asks."""
    course = CourseFactory()
    quiz = quiz_with(truth(), course=course, review=Review.AFTER_CLOSING)
    version_id = db.session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id.desc()).limit(1)).one()
    attempt = Attempt(quiz_id=quiz.id, user_id=world.member.id, number=1, max_mark=1000)
    row = picture_of(prepare_medium(io.BytesIO(wav_bytes(0.1)), "a.wav"), course.id, None, alt="")
    db.session.add_all([attempt, row])
    db.session.flush()
    place = {"version_id": version_id, "option_order": ["t", "f"], "max_mark": 1000}
    db.session.add(AttemptSlot(attempt_id=attempt.id, position=1, **place))
    db.session.add(QuestionPicture(version_id=version_id, picture_id=row.id, is_asked=is_asked))
    db.session.commit()
    return row.id


def _at(ident: int, part: str = "") -> str:
    return f"/study/pictures/{ident}{part}"


SENDERS = {**AUTHORS, "instructor": 201, "administrator": 201}

ROWS = [
    Row("study.show_picture", "GET", lambda w: _at(w.public_picture), **EVERYBODY, note="public"),
    Row("study.show_picture", "GET", lambda w: _at(w.picture), **SIGNED_IN),
    Row("study.show_picture", "GET", lambda w: _at(w.draft_picture), **DRAFT, note="draft"),
    Row("study.show_picture", "GET", lambda w: _at(w.spare_picture), **ONLY_TEAM, note="in no lesson"),
    Row("study.show_picture", "GET", lambda w: _at(w.asked_recording), **TAKER, note="asked by the member's paper"),
    Row(
        "study.show_picture", "GET", lambda w: _at(w.told_recording), **ONLY_TEAM, note="told when the quiz has closed"
    ),
    Row("study.show_picture_thumbnail", "GET", lambda w: _at(w.asked_recording, "/thumbnail"), **TAKER, note="asked"),
    Row("study.show_picture_thumbnail", "GET", lambda w: _at(w.told_recording, "/thumbnail"), **ONLY_TEAM, note="told"),
    Row("study.show_picture_thumbnail", "GET", lambda w: _at(w.picture, "/thumbnail"), **SIGNED_IN),
    Row("study.show_picture_thumbnail", "GET", lambda w: _at(w.draft_picture, "/thumbnail"), **DRAFT, note="draft"),
    Row(
        "study.send_picture",
        "POST",
        lambda w: f"/study/manage/courses/{w.course.slug}/pictures",
        **SENDERS,
        data=lambda w: {"file": (_png(), "a.png"), "alt": "A"},
    ),
]
