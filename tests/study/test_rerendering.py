"""Lessons that an older version of the renderer made are rendered again, little by little."""

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.markup import RENDER_VERSION
from study.cli import study
from study.events import PassagesChanged
from study.services import rerendering
from study.timers import render_old_lessons
from tests.factories.study import LessonFactory


def old_lesson(words: str):
    lesson = LessonFactory(body=Faces(en=words), html=Faces(en="<p>old</p>"), render_version=0)
    db.session.commit()
    return lesson


def test_old_lessons_are_rendered_again_and_count_as_unchanged(app, announced):
    lesson = old_lesson("*a*")
    before = lesson.updated_at

    assert (render_old_lessons(), render_old_lessons()) == (1, 0)

    db.session.expire_all()
    assert (lesson.html.en, lesson.render_version) == ('<p id="p1"><em>a</em></p>\n', RENDER_VERSION)
    assert lesson.updated_at == before < utcnow()
    assert announced() == [PassagesChanged(subject=lesson.ref)]


def test_a_lesson_that_was_changed_meanwhile_keeps_its_text(app):
    lesson = old_lesson("before")
    fresh = rerendering.render_rows(rerendering.list_old())
    lesson.body = Faces(en="after")
    db.session.commit()
    rerendering.keep(fresh)
    db.session.commit()
    db.session.expire_all()
    assert lesson.html.en == "<p>old</p>"


def test_the_command_renders_all_of_them(app, monkeypatch):
    monkeypatch.setattr(rerendering, "BATCH", 1)
    for words in "ab":
        old_lesson(words)
    done = app.test_cli_runner().invoke(study, ["rerender"], catch_exceptions=False)
    assert "2" in done.output
