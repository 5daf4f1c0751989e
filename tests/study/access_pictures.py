"""Who sends and opens pictures of courses."""

import io

from PIL import Image

from core.attachments import prepare_picture
from core.db import db
from study.services.pictures import picture_of, place_pictures
from tests.access import Row
from tests.study.access import AUTHORS, DRAFT, EVERYBODY, SIGNED_IN

ONLY_TEAM = {**DRAFT, "moderator": 404}


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


def _at(ident: int, part: str = "") -> str:
    return f"/study/pictures/{ident}{part}"


SENDERS = {**AUTHORS, "instructor": 201, "administrator": 201}

ROWS = [
    Row("study.show_picture", "GET", lambda w: _at(w.public_picture), **EVERYBODY, note="public"),
    Row("study.show_picture", "GET", lambda w: _at(w.picture), **SIGNED_IN),
    Row("study.show_picture", "GET", lambda w: _at(w.draft_picture), **DRAFT, note="draft"),
    Row("study.show_picture", "GET", lambda w: _at(w.spare_picture), **ONLY_TEAM, note="in no lesson"),
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
