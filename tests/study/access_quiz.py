"""Who gets what of quizzes and question banks."""

import io

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.permissions import PUBLIC
from study.enums import AttemptState, KeyRule, KeyWork
from study.models import Attempt, AttemptSlot, KeyChange, Question, QuestionImport, QuizExtension, QuizSlot
from tests.access import Row
from tests.factories.quiz import bank_for, enrolled, question, quiz_with, short, truth
from tests.factories.study import CourseFactory, QuizFactory

EVERYBODY = dict(visitor=200, member=200, instructor=200, moderator=200, officer=200, administrator=200)
AUTHORS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
AUTHORS_POST = {**AUTHORS, "instructor": 303, "administrator": 303}
UNSEEN = dict(visitor=404, member=404, instructor=200, moderator=404, officer=404, administrator=200)
OWN = dict(visitor=302, member=200, instructor=404, moderator=404, officer=404, administrator=404)


def furnish(world) -> None:
    """Make a quiz that the member is taking, one that stands in no lesson, and a bank."""
    course = CourseFactory(slug="with-quizzes")
    world.quiz_course = course
    world.quiz = quiz_with(truth(), short("five"), course=course)
    world.public_quiz = quiz_with(truth(), course=CourseFactory(slug="quizzes-for-all", audience=PUBLIC))
    world.quiz.time_limit_minutes = 30
    world.extension = QuizExtension(quiz_id=world.quiz.id, user_id=world.member.id, extra_minutes=10)
    db.session.add(world.extension)
    world.loose_quiz = QuizFactory(course=course)
    world.bank = bank_for(course, "另一个题库")
    world.question = question(world.bank, truth(is_true=False))
    taken = QuestionImport(bank_id=world.bank.id, file_name="a.gift")
    db.session.add(taken)
    db.session.flush()
    world.import_id = taken.id
    world.slot = db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == world.quiz.id).limit(1)).one()
    enrolled(world.member, course)
    asked = db.session.scalars(select(Question).where(Question.id == world.slot.question_id)).one()
    world.attempt = Attempt(quiz_id=world.quiz.id, user_id=world.member.id, number=1, max_mark=1000)
    db.session.add(world.attempt)
    db.session.flush()
    db.session.add(
        AttemptSlot(
            attempt_id=world.attempt.id, position=1, version_id=_version(asked), option_order=["t", "f"], max_mark=1000
        )
    )
    db.session.commit()
    _change_a_key(world, asked)


def _change_a_key(world, asked: Question) -> None:
    """Let the key of a question be changed, and somebody have a paper whose answers are told."""
    said = {"rule": KeyRule.FULL, "work": KeyWork.APPLIED, "reason": "A slip.", "token": "t"}
    world.key_change = KeyChange(question_id=asked.id, course_id=world.quiz_course.id, version_ids=[], **said)
    done = Attempt(
        quiz_id=world.quiz.id,
        user_id=world.member.id,
        number=0,
        max_mark=1000,
        mark=0,
        passed=False,
        state=AttemptState.SUBMITTED,
        submitted_at=utcnow(),
    )
    db.session.add_all([world.key_change, done])
    db.session.flush()
    world.done = done
    slot = {"position": 1, "version_id": _version(asked), "option_order": ["t", "f"], "max_mark": 1000, "mark": 0}
    db.session.add(AttemptSlot(attempt_id=done.id, **slot))
    db.session.commit()


def _version(asked: Question) -> int:
    from study.models import QuestionVersion

    return db.session.scalars(select(QuestionVersion.id).where(QuestionVersion.question_id == asked.id)).one()


def _manage(world) -> str:
    return f"/study/manage/courses/{world.quiz_course.slug}"


def _quiz(world) -> str:
    return f"/study/manage/quizzes/{world.quiz.id}"


def _bank(world) -> str:
    return f"/study/manage/banks/{world.bank.id}"


def _question(world) -> str:
    return f"/study/manage/questions/{world.question.id}"


TRUE_FALSE = {"text_zh": "对不对？", "right": "0"}
RULES = {"title_zh": "测验", "pass_percent": "60", "attempts_allowed": "0", "grading": "best"}

CHANGES = {"changes": '[{"position": 1, "client": "c", "sequence": 1, "values": {"": ["1"]}}]'}

ROWS = [
    Row("study.show_quiz", "GET", lambda w: f"/study/quizzes/{w.public_quiz.id}", **EVERYBODY, note="public"),
    Row("study.show_quiz", "GET", lambda w: f"/study/quizzes/{w.quiz.id}", **{**EVERYBODY, "visitor": 404}),
    Row("study.show_quiz", "GET", lambda w: f"/study/quizzes/{w.loose_quiz.id}", **UNSEEN, note="in no lesson"),
    Row(
        "study.start_attempt",
        "POST",
        lambda w: f"/study/quizzes/{w.quiz.id}/attempts",
        **dict(visitor=302, member=303, instructor=409, moderator=409, officer=409, administrator=409),
        note="taken by the member only",
    ),
    Row("study.show_attempt", "GET", lambda w: f"/study/attempts/{w.attempt.id}", **OWN),
    Row(
        "study.save_attempt",
        "POST",
        lambda w: f"/study/attempts/{w.attempt.id}",
        **{**OWN, "member": 303},
        data=lambda w: {"client": "c", "seen1": "0", "q1": "1"},
    ),
    Row(
        "study.take_events",
        "POST",
        lambda w: f"/study/attempts/{w.attempt.id}/events",
        **{**OWN, "visitor": 401},
        data=lambda w: CHANGES,
        note="what was written is not lost when the session ended",
    ),
    Row("study.list_banks", "GET", lambda w: _manage(w) + "/banks", **AUTHORS),
    Row("study.list_banks", "POST", lambda w: _manage(w) + "/banks", **AUTHORS_POST, data=lambda w: {"name": "新"}),
    Row("study.show_bank", "GET", _bank, **AUTHORS),
    Row("study.add_question", "GET", lambda w: _bank(w) + "/questions/new", **AUTHORS),
    Row(
        "study.add_question",
        "POST",
        lambda w: _bank(w) + "/questions/new?kind=true_false",
        **AUTHORS_POST,
        data=lambda w: TRUE_FALSE,
    ),
    Row("study.edit_question", "GET", _question, **AUTHORS),
    Row("study.edit_question", "POST", _question, **AUTHORS_POST, data=lambda w: TRUE_FALSE),
    Row("study.preview_question", "GET", lambda w: _question(w) + "/preview", **AUTHORS),
    Row(
        "study.retire_question",
        "POST",
        lambda w: _question(w) + "/state",
        **AUTHORS_POST,
        data=lambda w: {"state": "retired"},
    ),
    Row(
        "study.arrange_questions",
        "POST",
        lambda w: _bank(w) + "/arrange",
        **AUTHORS_POST,
        data=lambda w: {"act": "move", "folder": "a", "question": str(w.question.id)},
    ),
    Row(
        "study.share_bank",
        "POST",
        lambda w: _bank(w) + "/share",
        **AUTHORS_POST,
        data=lambda w: {"branch": str(w.quiz_course.branch_id)},
    ),
    Row(
        "study.place_question", "POST", lambda w: _question(w) + "/place", **AUTHORS_POST, data=lambda w: {"tags": "a"}
    ),
    Row("study.compare_versions", "GET", lambda w: _question(w) + "/versions", **AUTHORS),
    Row(
        "study.change_version",
        "POST",
        lambda w: _question(w) + "/versions",
        **AUTHORS_POST,
        data=lambda w: {"version": "1", "state": "ready"},
    ),
    Row("study.export_bank", "GET", lambda w: _bank(w) + "/export?format=gift", **AUTHORS),
    Row("study.export_bank", "GET", lambda w: _bank(w) + "/export?format=csv&file=1", **AUTHORS),
    Row(
        "study.add_draws",
        "POST",
        lambda w: _quiz(w) + "/draws",
        **AUTHORS_POST,
        data=lambda w: {"bank": str(w.bank.id), "count": "1", "max_mark": "1"},
    ),
    Row("study.list_imports", "GET", lambda w: _bank(w) + "/imports", **AUTHORS),
    Row("study.plan_undo", "GET", lambda w: f"/study/manage/imports/{w.import_id}/undo", **AUTHORS),
    Row("study.undo_questions", "POST", lambda w: f"/study/manage/imports/{w.import_id}/undo", **AUTHORS_POST),
    Row("study.send_questions", "GET", lambda w: _manage(w) + "/questions/import", **AUTHORS),
    Row(
        "study.send_questions",
        "POST",
        lambda w: _manage(w) + "/questions/import",
        **AUTHORS,
        data=lambda w: {"file": (io.BytesIO(b"Open?{T}"), "bank.gift"), "format": "auto"},
    ),
    Row(
        "study.accept_questions",
        "POST",
        lambda w: _manage(w) + "/questions/accept",
        **{**AUTHORS, "instructor": 422, "administrator": 422},
        note="without a preview",
    ),
    Row(
        "study.name_columns",
        "POST",
        lambda w: _manage(w) + "/questions/columns",
        **{**AUTHORS, "instructor": 422, "administrator": 422},
        note="without a preview",
    ),
    Row("study.list_quizzes", "GET", lambda w: _manage(w) + "/quizzes", **AUTHORS),
    Row("study.choose_key", "GET", lambda w: f"/study/manage/questions/{w.slot.question_id}/key", **AUTHORS),
    Row(
        "study.change_key",
        "POST",
        lambda w: f"/study/manage/questions/{w.slot.question_id}/key?version=1&rule=full",
        **{**AUTHORS_POST, "instructor": 409, "administrator": 409},
        data=lambda w: {"reason": "Both are right.", "token": "sheet"},
        note="without a sheet that was shown",
    ),
    Row(
        "study.download_key_sheet",
        "GET",
        lambda w: f"/study/manage/questions/{w.slot.question_id}/key.csv?version=1&rule=full",
        **AUTHORS,
    ),
    Row("study.show_key_change", "GET", lambda w: f"/study/manage/key-changes/{w.key_change.id}", **AUTHORS),
    Row(
        "study.download_key_change",
        "GET",
        lambda w: f"/study/manage/key-changes/{w.key_change.id}/papers.csv",
        **AUTHORS,
    ),
    Row(
        "study.undo_key_change",
        "POST",
        lambda w: f"/study/manage/key-changes/{w.key_change.id}/undo",
        **AUTHORS_POST,
    ),
    Row(
        "study.doubt_key",
        "POST",
        lambda w: f"/study/attempts/{w.done.id}/doubts/1",
        **{**OWN, "member": 303},
    ),
    Row("study.add_quiz", "GET", lambda w: _manage(w) + "/quizzes/new", **AUTHORS),
    Row("study.add_quiz", "POST", lambda w: _manage(w) + "/quizzes/new", **AUTHORS_POST, data=lambda w: RULES),
    Row("study.edit_quiz", "GET", _quiz, **AUTHORS),
    Row("study.edit_rules", "GET", lambda w: _quiz(w) + "/settings", **AUTHORS),
    Row("study.edit_rules", "POST", lambda w: _quiz(w) + "/settings", **AUTHORS_POST, data=lambda w: RULES),
    Row("study.quiz_statistics", "GET", lambda w: _quiz(w) + "/statistics", **AUTHORS),
    Row(
        "study.item_statistics",
        "GET",
        lambda w: f"{_quiz(w)}/statistics/{w.slot.question_id}",
        **AUTHORS,
    ),
    Row("study.extend_quiz", "GET", lambda w: _quiz(w) + "/extensions", **AUTHORS),
    Row(
        "study.extend_quiz",
        "POST",
        lambda w: _quiz(w) + "/extensions",
        **AUTHORS_POST,
        data=lambda w: {"for": "person", "person-username": w.member.username, "person-extra_minutes": "5"},
    ),
    Row(
        "study.remove_extension",
        "POST",
        lambda w: f"/study/manage/quiz-extensions/{w.extension.id}/remove",
        **AUTHORS_POST,
    ),
    Row(
        "study.add_slots",
        "POST",
        lambda w: _quiz(w) + "/slots",
        **AUTHORS_POST,
        data=lambda w: {"question": str(w.question.id)},
    ),
    Row(
        "study.change_slot",
        "POST",
        lambda w: f"/study/manage/slots/{w.slot.id}",
        **AUTHORS_POST,
        data=lambda w: {"act": "down"},
    ),
    Row("study.preview_quiz", "GET", lambda w: _quiz(w) + "/preview", **AUTHORS),
    Row("study.release_quiz", "POST", lambda w: _quiz(w) + "/release", **AUTHORS_POST),
    Row("study.delete_quiz", "POST", lambda w: f"/study/manage/quizzes/{w.loose_quiz.id}/delete", **AUTHORS_POST),
    Row(
        "forum.new_discussion",
        "GET",
        lambda w: f"/forum/discuss/quiz/{w.quiz.id}",
        **dict(visitor=302, member=200, instructor=404, moderator=404, officer=404, administrator=404),
        note="who has handed in a paper; the staff once there is talk",
    ),
]
