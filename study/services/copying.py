"""Copies a course: as a new draft, or as a new edition beside the old one.

Rows are copied some hundreds a statement. Files are shared: a copied material names the same file.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column as TableColumn
from sqlalchemy import Integer, Select, and_, insert, literal, not_, or_, select
from sqlalchemy.orm import joinedload

from core.clock import utcnow
from core.db import Base, db
from core.errors import Denied
from core.faces import Faces
from core.outbox import announce, announce_all
from core.permissions import Actor, require
from study import urls
from study.enums import CourseState, MaterialState
from study.errors import EditionThere, SlugTaken
from study.events import CourseChanged, MaterialFileArrived
from study.models import (
    CertificateRule,
    Citation,
    Course,
    Edition,
    Gate,
    Gradebook,
    GradeItem,
    Lesson,
    LessonMedia,
    Material,
    MaterialPicture,
    Meeting,
    Module,
    Picture,
    PicturePlace,
    Question,
    QuestionBank,
    QuestionPicture,
    QuestionVersion,
    Quiz,
    QuizSlot,
    Reading,
    TeamMember,
    Timing,
    WorkBrief,
)
from study.numbers import new_key
from study.permissions import StudyPermission
from study.quiz.services.borrowing import free_names, list_borrowed, list_pictures
from study.quiz.services.enclosing import with_addresses
from study.quiz.sharing import may_be_used_in
from study.services.courses import free_slug, is_taken
from study.transfer.naming import ANYWHERE, ASKING

Ids = dict[int, int]
"""Ids of originals and of their copies."""

_OWN_QUESTION = re.compile(rf"({ASKING})(\d+)(?!\d)", ANYWHERE)
_OWN_ADDRESS = re.compile(r"(?<![\w/])(/study/(lessons|materials|quizzes|pictures)/)(\d+)(?!\d)")


def copy_course(course: Course, actor: Actor, slug: str, title: Faces, *, as_edition: bool) -> Course:
    """Copy a course with all it holds into a new draft; what members did in it is not copied.

    Raises:
        Denied: the actor writes no courses for its branch.
        SlugTaken: another course has the address.
        EditionThere: there is a new edition already.
    """
    require(actor, StudyPermission.AUTHOR, course.branch.path)
    if actor.id is None:
        raise Denied
    slug = slug or free_slug(title, is_taken, "course")
    if is_taken(slug):
        raise SlugTaken
    copy = _copied_course(course, actor.id, slug, title)
    if as_edition:
        _mark_edition(course, copy)
    _Copy(course.id, copy.id).run()
    announce(CourseChanged(course_id=copy.id))
    return copy


def _copied_course(course: Course, actor_id: int, slug: str, title: Faces) -> Course:
    copy = Course(
        slug=slug,
        title=title,
        state=CourseState.DRAFT,
        created_by_id=actor_id,
        **{
            name: getattr(course, name)
            for name in ("summary", "body", "html", "outcomes", "level", "audience", "category_id", "in_order")
        },
    )
    copy.branch = course.branch
    db.session.add(copy)
    db.session.flush()
    return copy


def _mark_edition(course: Course, copy: Course) -> None:
    there = db.session.scalars(
        select(Course).join(Edition, Edition.course_id == Course.id).where(Edition.of_course_id == course.id)
    ).one_or_none()
    if there is not None:
        raise EditionThere(title=there.title.pick())
    db.session.add(Edition(course_id=copy.id, of_course_id=course.id))
    team = select(literal(copy.id), TeamMember.user_id, TeamMember.role, TeamMember.added_at)
    names = ["course_id", "user_id", "role", "added_at"]
    db.session.execute(insert(TeamMember).from_select(names, team.where(TeamMember.course_id == course.id)))


@dataclass
class _Copy:
    """One copying under way."""

    old_id: int
    new_id: int
    lent: set[int] = field(default_factory=set)
    """Questions of other courses that are copied too, because the copy may ask them there no more."""

    def run(self) -> None:
        """Copy everything, what is pointed at before what points at it."""
        modules = self._rows(Module, Module.course_id == self.old_id, course_id=self.new_id)
        materials = self._rows(Material, Material.course_id == self.old_id, course_id=self.new_id)
        pictures = self._rows(Picture, Picture.course_id == self.old_id, course_id=self.new_id, import_id=None)
        quizzes = self._rows(
            Quiz,
            Quiz.course_id == self.old_id,
            course_id=self.new_id,
            is_discussed=False,
            extended_to=None,
            released_at=None,
        )
        banks, questions, versions = self._questions()
        lent = Picture.id.in_(list_pictures(self.lent))
        pictures |= self._rows(Picture, lent, course_id=self.new_id, import_id=None)
        self._linked(QuizSlot, quiz_id=quizzes, question_id=questions, fixed_version_id=versions, draw_bank_id=banks)
        lessons = self._linked(Lesson, module_id=modules, material_id=materials, quiz_id=quizzes)
        for described in (Timing, Reading, MaterialPicture):
            self._linked(described, material_id=materials)
        # What a question of another course rests on, that course's readers read.
        own = Citation.question_id.in_(list(questions)), Citation.lesson_id.in_(lessons) | Citation.lesson_id.is_(None)
        self._linked(Citation, None, and_(*own), question_id=questions, lesson_id=lessons)
        self._linked(LessonMedia, lesson_id=lessons, subtitles_zh_id=materials, subtitles_en_id=materials)
        self._linked(PicturePlace, picture_id=pictures, lesson_id=lessons)
        shown = QuestionPicture.version_id.in_(self._versions())
        self._linked(QuestionPicture, None, shown, version_id=versions, picture_id=pictures)
        # Days of an edition are set anew.
        self._linked(WorkBrief, {"due_at": None}, lesson_id=lessons)
        self._linked(Meeting, {"starts_at": None}, lesson_id=lessons)
        self._gates(modules, lessons)
        self._certificate()
        self._gradebook(quizzes, lessons)
        self._mend_addresses(
            {"lessons": lessons, "materials": materials, "quizzes": quizzes, "pictures": pictures}, questions
        )
        self._mend_questions(pictures)
        waiting = select(Material.id).where(Material.course_id == self.new_id, Material.state == MaterialState.WAITING)
        announce_all([MaterialFileArrived(material_id=ident) for ident in db.session.scalars(waiting)])

    def _questions(self) -> tuple[Ids, Ids, Ids]:
        # The copy is shared when its authors say so.
        own = {"course_id": self.new_id, "shared_with_id": None}
        banks = self._rows(QuestionBank, QuestionBank.course_id == self.old_id, **own)
        # Files were taken in there, not here.
        cut = {"import_id": None, "twin_of_id": None}
        questions = self._linked(Question, cut, bank_id=banks)
        for bank, wanted in self._lost().items():
            copied = self._rows(QuestionBank, QuestionBank.id == bank.id, **own, name=self._free_name(bank.name))
            banks |= copied
            self.lent |= wanted
            questions |= self._linked(Question, cut, Question.id.in_(wanted), bank_id=copied)
        return banks, questions, self._linked(QuestionVersion, {"import_id": None}, question_id=questions)

    def _versions(self) -> Select[int]:
        """Return a select of the ids of the versions that are copied."""
        own = or_(QuestionBank.course_id == self.old_id, Question.id.in_(self.lent))
        return select(QuestionVersion.id).join(QuestionVersion.question).join(Question.bank).where(own)

    def _lost(self) -> dict[QuestionBank, set[int]]:
        """Return the banks of other courses that new quizzes may ask no more, with what the old ones ask of them."""
        borrowed = list_borrowed(self.old_id)
        if not borrowed:
            return {}
        course = db.session.scalars(
            select(Course).options(joinedload(Course.branch)).where(Course.id == self.new_id)
        ).one()
        lost = select(QuestionBank).where(QuestionBank.id.in_(borrowed), not_(may_be_used_in(course)))
        return {bank: borrowed[bank.id] for bank in db.session.scalars(lost.order_by(QuestionBank.id))}

    def _free_name(self, name: str) -> str:
        taken = db.session.scalars(select(QuestionBank.name).where(QuestionBank.course_id == self.new_id)).all()
        return free_names([name], taken)[0]

    def _gates(self, modules: Ids, lessons: Ids) -> None:
        self._linked(
            Gate,
            {"course_id": self.new_id},
            Gate.course_id == self.old_id,
            module_id=modules,
            lesson_id=lessons,
            after_lesson_id=lessons,
            quiz_lesson_id=lessons,
        )

    def _certificate(self) -> None:
        """Let the copy give the same certificate, under a name of its own outside."""
        rule = db.session.get(CertificateRule, self.old_id)
        if rule is not None:
            said = {name: getattr(rule, name) for name in ("is_on", "title", "hours_tenths", "valid_months")}
            db.session.add(CertificateRule(course_id=self.new_id, key=new_key(), **said))
            db.session.flush()

    def _gradebook(self, quizzes: Ids, lessons: Ids) -> None:
        self._rows(Gradebook, Gradebook.course_id == self.old_id, course_id=self.new_id)
        fixed = {"course_id": self.new_id, "due_at": None}
        own = GradeItem.course_id == self.old_id
        self._linked(GradeItem, fixed, own, quiz_id=quizzes, lesson_id=lessons)

    def _rows(self, model: type[Base], condition: Any, **changes: Any) -> Ids:
        return _copy_rows(model, select(model.__table__).where(condition), lambda _row: changes)

    def _linked(
        self, model: type[Base], changes: Mapping[str, Any] | None = None, condition: Any = None, **links: Ids
    ) -> Ids:
        """Copy the rows that point at originals, pointing at their copies; the first link says which rows."""
        columns = model.__table__.c
        first = next(iter(links))
        if condition is None:
            condition = columns[first].in_(list(links[first]))
        fixed = dict(changes or {})

        def changed(row: Any) -> dict[str, Any]:
            # What points at something outside the course points there still.
            moved = {name: ids.get(row[name], row[name]) for name, ids in links.items()}
            return {**fixed, **moved}

        return _copy_rows(model, select(model.__table__).where(condition), changed)

    def _mend_addresses(self, ids: Mapping[str, Ids], questions: Ids) -> None:
        """Let texts that name lessons, documents, quizzes, pictures and questions of the course name the copies."""

        def mended(text: str) -> str:
            text = _OWN_QUESTION.sub(lambda m: f"{m[1]}{questions.get(int(m[2]), int(m[2]))}", text)
            return _OWN_ADDRESS.sub(lambda m: f"{m[1]}{ids[m[2]].get(int(m[3]), int(m[3]))}", text)

        rows = [db.session.get_one(Course, self.new_id)]
        lessons = select(Lesson).join(Module, Module.id == Lesson.module_id).where(Module.course_id == self.new_id)
        for row in [*rows, *db.session.scalars(lessons)]:
            for name in ("body", "html"):
                faces = getattr(row, name)
                fresh = Faces(zh=mended(faces.zh), en=mended(faces.en))
                if fresh != faces:
                    setattr(row, name, fresh)
        db.session.flush()

    def _mend_questions(self, pictures: Ids) -> None:
        """Let questions show the copies of their pictures; what they say is otherwise the same."""
        addresses = {urls.for_picture(old): urls.for_picture(new) for old, new in pictures.items()}
        shown = select(QuestionPicture.version_id).where(QuestionPicture.picture_id.in_(list(pictures.values())))
        for version in db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(shown))):
            content = with_addresses(version.content, addresses)
            for name, value in QuestionVersion.columns_of(content).items():
                setattr(version, name, value)
        db.session.flush()


BATCH = 200


def _copy_rows(model: type[Base], statement: Select[Any], changed: Callable[[Any], Mapping[str, Any]]) -> Ids:
    """Copy rows and return which copy came of which original."""
    table: Any = model.__table__
    has_id = "id" in table.c and isinstance(table.c.id.type, Integer)
    now = utcnow()
    ids: Ids = {}
    order = table.c.id if has_id else next(iter(table.primary_key))
    rows = db.session.execute(statement.order_by(order)).mappings().all()
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        values = [{**_plain(row, table, now), **changed(row)} for row in part]
        if has_id:
            made = db.session.execute(insert(model).returning(table.c.id, sort_by_parameter_order=True), values)
            ids.update(zip((row["id"] for row in part), made.scalars(), strict=True))
        else:
            db.session.execute(insert(model), values)
    return ids


def _plain(row: Any, table: Any, now: Any) -> dict[str, Any]:
    columns: list[TableColumn[Any]] = list(table.c)
    found = {column.name: row[column.name] for column in columns if column.name != "id"}
    return {**found, **{name: now for name in ("created_at", "updated_at") if name in found}}
