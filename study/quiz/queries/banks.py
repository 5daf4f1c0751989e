"""Reads question banks as their authors see them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import Branch, User
from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from study.enums import TeamRole, VersionState
from study.models import Course, Question, QuestionBank, QuestionVersion
from study.permissions import courses_taught, may_teach
from study.queries.citations import rests_on_change
from study.queries.courses import check_author, check_teacher
from study.quiz.queries.askers import is_taught_where_asked
from study.quiz.sharing import is_shared, writes_within


def find_bank(course: Course, name: str) -> QuestionBank | None:
    """Return the bank of this name in a course."""
    return db.session.scalars(
        select(QuestionBank).where(QuestionBank.course_id == course.id, QuestionBank.name == name)
    ).one_or_none()


def list_banks(course: Course) -> list[tuple[QuestionBank, int]]:
    """Return the banks of a course, each with the number of its questions."""
    rows = db.session.execute(
        select(QuestionBank, func.count(Question.id))
        .outerjoin(Question, Question.bank_id == QuestionBank.id)
        .where(QuestionBank.course_id == course.id)
        .group_by(QuestionBank.id)
        .order_by(QuestionBank.name, QuestionBank.id)
    )
    return [(bank, count) for bank, count in rows]


def get_own_bank(bank_id: int, author: Actor) -> QuestionBank:
    """Return a bank of a course that the actor may write, with the course and its branch.

    Raises:
        NotFound, Denied: as for ``get_own_course``.
    """
    bank = _bank(bank_id)
    check_author(bank.course, author)
    return bank


def get_seen_bank(bank_id: int, teacher: Actor) -> QuestionBank:
    """Return a bank that the actor may look at, with the course and its branch.

    It is of a course all of which the actor may see, or it is shared with those who write courses where the actor does.

    Raises:
        NotFound, Denied: as for ``get_taught_course``.
    """
    bank = _bank(bank_id)
    if not may_look(teacher, bank):
        check_teacher(bank.course, teacher)
    return bank


def may_look(actor: Actor, bank: QuestionBank) -> bool:
    """Tell whether an actor may look at a bank, loaded as ``get_seen_bank`` does."""
    if may_teach(actor, bank.course):
        return True
    if bank.shared_with is None or not is_shared(bank):
        return False
    path = bank.shared_with.path
    return writes_within(actor, path) or _is_in_team_within(actor, path)


def _is_in_team_within(actor: Actor, path: str) -> bool:
    wanted = Course.id.in_(courses_taught(actor, TeamRole.INSTRUCTOR)), Branch.path.startswith(path, autoescape=True)
    found = select(Course.id).join(Branch, Branch.id == Course.branch_id).where(*wanted).limit(1)
    return db.session.scalar(found) is not None


def _bank(bank_id: int) -> QuestionBank:
    bank = db.session.scalars(
        select(QuestionBank)
        .options(joinedload(QuestionBank.course).joinedload(Course.branch), joinedload(QuestionBank.shared_with))
        .where(QuestionBank.id == bank_id)
    ).one_or_none()
    if bank is None:
        raise NotFound
    return bank


def current_version() -> Any:
    """Return the condition that joins a question to its latest version."""
    return (QuestionVersion.question_id == Question.id) & (QuestionVersion.version == Question.current_version)


def get_own_question(question_id: int, author: Actor) -> tuple[Question, QuestionVersion]:
    """Return a question with its bank and course, and its latest version.

    Raises:
        NotFound, Denied: as for ``get_own_course``.
    """
    question, version = _question(question_id)
    check_author(question.bank.course, author)
    return question, version


def get_seen_question(question_id: int, teacher: Actor) -> tuple[Question, QuestionVersion]:
    """Return a question that the actor may look at, as ``get_own_question`` does.

    Those who may look at its bank may, and those who teach a course whose quizzes ask it: also when it is no longer
    shared.

    Raises:
        NotFound, Denied: as for ``get_taught_course``.
    """
    question, version = _question(question_id)
    if not may_look(teacher, question.bank) and not is_taught_where_asked([question.id], teacher):
        check_teacher(question.bank.course, teacher)
    return question, version


def _question(question_id: int) -> tuple[Question, QuestionVersion]:
    found = db.session.execute(
        select(Question, QuestionVersion)
        .join(QuestionVersion, current_version())
        .join(Question.bank)
        .join(QuestionBank.course)
        .join(Course.branch)
        .options(
            contains_eager(Question.bank).contains_eager(QuestionBank.course).contains_eager(Course.branch),
            contains_eager(Question.bank).joinedload(QuestionBank.shared_with),
        )
        .where(Question.id == question_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    question, version = found
    return question, version


def lines_of_questions() -> Select[*tuple[Any, ...]]:
    """Return a select of questions as lists show them, with words, version and kind of their latest version."""
    version = (QuestionVersion.html, QuestionVersion.version, QuestionVersion.kind)
    placed = (Question.folder, Question.tags, Question.level, Question.twin_of_id)
    columns = (Question.id, Question.name, Question.state, *placed, *version, rests_on_change().label("has_changed"))
    return select(*columns).join(QuestionVersion, current_version())


def get_newest_version(question: Question) -> QuestionVersion:
    """Return the version that was written last, ready or not: the one an author goes on with."""
    return db.session.scalars(
        select(QuestionVersion)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.version.desc())
        .limit(1)
    ).one()


def get_version(question: Question, number: int) -> QuestionVersion:
    """Return a version of a question by its number.

    Raises:
        NotFound: there is none.
    """
    found = db.session.scalars(
        select(QuestionVersion).where(QuestionVersion.question_id == question.id, QuestionVersion.version == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_versions(question: Question) -> list[tuple[int, VersionState, datetime, str | None]]:
    """Return number, state, time and author of the versions of a question, newest first."""
    rows = db.session.execute(
        select(QuestionVersion.version, QuestionVersion.state, QuestionVersion.created_at, User.display_name)
        .outerjoin(User, User.id == QuestionVersion.created_by_id)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.version.desc())
    )
    return [(row.version, row.state, row.created_at, row.display_name) for row in rows]
