"""Reads when modules and lessons open: the rules, what they name, and what waits for what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, not_, or_, select, union_all
from sqlalchemy.orm import aliased

from accounts.models import Branch
from accounts.readers import belongs
from core.clock import utcnow
from core.db import AnySelect, db
from core.permissions import Actor
from study.enums import CourseState, LearningState, LessonKind
from study.models import Course, CourseProgress, Gate, Lesson, LessonMedia, Module
from study.permissions import Barrier, StudyPermission, gated_audiences, readable_courses
from study.release import Node, Terms

CHOICES_MAX = 300

LessonGate = aliased(Gate, name="lesson_gate")
ModuleGate = aliased(Gate, name="module_gate")
LessonBranch = aliased(Branch, name="lesson_branch")
ModuleBranch = aliased(Branch, name="module_branch")


def terms_of(gate: Gate | None) -> Terms:
    """Return what a gate names; nothing where there is none."""
    if gate is None:
        return Terms()
    return Terms(
        opens_at=gate.opens_at,
        after_lesson_id=gate.after_lesson_id,
        quiz_lesson_id=gate.quiz_lesson_id,
        quiz_percent=gate.quiz_percent,
        after_course_id=gate.after_course_id,
        branch_id=gate.branch_id,
    )


def find_gate(holder: Module | Lesson) -> Gate | None:
    """Return the gate of a module or a lesson itself."""
    column = Gate.module_id if isinstance(holder, Module) else Gate.lesson_id
    return db.session.scalars(select(Gate).where(column == holder.id)).one_or_none()


def named_things(courses: Iterable[int], branches: Iterable[int], reader: Actor) -> Sequence[Any]:
    """Return kind, id, slug, title and whether the reader has finished it, of courses and branches that rules name."""
    own = and_(CourseProgress.course_id == Course.id, CourseProgress.user_id == (reader.id or 0))
    finished = case((CourseProgress.state == LearningState.DONE, 1), else_=0)
    courses_named = (
        select(literal("course").label("kind"), Course.id, Course.slug, Course.title, finished.label("is_done"))
        .outerjoin(CourseProgress, own)
        .where(Course.id.in_(list(courses)), readable_courses(reader))
    )
    branches_named = select(literal("branch"), Branch.id, Branch.slug, Branch.name, literal(0)).where(
        Branch.id.in_(list(branches))
    )
    return db.session.execute(union_all(courses_named, branches_named)).all()


def list_lesson_choices(course_id: int, *, quizzes: bool = False) -> Sequence[Any]:
    """Return id and title of the lessons of a course, in its order; of its quizzes alone where they are asked for."""
    statement = (
        select(Lesson.id, Lesson.title, Module.title.label("module"))
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.course_id == course_id)
        .order_by(Module.position, Module.id, Lesson.position, Lesson.id)
    )
    if quizzes:
        statement = statement.where(Lesson.kind == LessonKind.QUIZ, Lesson.quiz_id.is_not(None))
    return db.session.execute(statement).all()


def list_course_choices(course_id: int, author: Actor, kept: int | None) -> Sequence[Any]:
    """Return id and title of the published courses an author sees, and of the one that is named already."""
    offered = and_(Course.state == CourseState.PUBLISHED, readable_courses(author), Course.id != course_id)
    return db.session.execute(
        select(Course.id, Course.title)
        .where(or_(offered, Course.id == (kept or 0)))
        .order_by(Course.published_at.desc(), Course.id.desc())
        .limit(CHOICES_MAX)
    ).all()


def list_branch_choices(course: Course, author: Actor, kept: int | None) -> Sequence[Any]:
    """Return id, name and path of the branches below those an author may write for, and of the one named already."""
    paths = author.scopes(StudyPermission.AUTHOR) or (course.branch.path,)
    inside = or_(*(Branch.path.startswith(path, autoescape=True) for path in paths), Branch.id == (kept or 0))
    return db.session.execute(select(Branch.id, Branch.name, Branch.path).where(inside).order_by(Branch.path)).all()


def gates_join(statement: AnySelect) -> Select[Any]:
    """Join both gates to a statement over lessons and modules."""
    return statement.outerjoin(LessonGate, LessonGate.lesson_id == Lesson.id).outerjoin(
        ModuleGate, ModuleGate.module_id == Module.id
    )


def barriers_join(statement: AnySelect) -> Select[Any]:
    """Join both gates and the paths of their branches to a statement, as columns for ``lesson_audiences``."""
    return (
        gates_join(statement)
        .outerjoin(LessonBranch, LessonBranch.id == LessonGate.branch_id)
        .outerjoin(ModuleBranch, ModuleBranch.id == ModuleGate.branch_id)
        .add_columns(Lesson.id, ModuleGate, ModuleBranch.path, LessonGate, LessonBranch.path)
    )


def lesson_audiences(
    course: Course,
    lesson_id: int,
    module_gate: Gate | None,
    module_path: str | None,
    lesson_gate: Gate | None,
    lesson_path: str | None,
) -> tuple[str, ...]:
    """Return all who may find a lesson by its words."""
    gates = [
        (gate, path) for gate, path in ((module_gate, module_path), (lesson_gate, lesson_path)) if gate is not None
    ]
    return gated_audiences(course, [_barrier(gate, path, lesson_id) for gate, path in gates], utcnow())


def _barrier(gate: Gate, path: str | None, lesson_id: int) -> Barrier:
    terms = terms_of(gate)
    needs_more = any((terms.after_lesson_id, terms.quiz_lesson_id, terms.after_course_id))
    return Barrier(
        gate.id,
        gate.opens_at,
        terms.is_personal,
        None if needs_more else path,
        lesson_id if gate.module_id is not None else None,
    )


def needs_from(course_id: int) -> dict[Node, set[Node]]:
    """Return what waits for what, of a course and of every course that it waits for, however far."""
    needs: dict[Node, set[Node]] = defaultdict(set)
    waiting, seen = {course_id}, set[int]()
    while waiting:
        seen |= waiting
        waiting = _add_needs(waiting, needs) - seen
    return needs


def _add_needs(course_ids: set[int], needs: dict[Node, set[Node]]) -> set[int]:
    rows = db.session.execute(
        gates_join(
            select(Course.id.label("course_id"), Course.in_order, Lesson.id, LessonGate, ModuleGate)
            .select_from(Lesson)
            .join(Module, Module.id == Lesson.module_id)
            .join(Course, Course.id == Module.course_id)
        )
        .where(Course.id.in_(course_ids))
        .order_by(Course.id, Module.position, Module.id, Lesson.position, Lesson.id)
    ).all()
    further: set[int] = set()
    before: dict[int, int] = {}
    for row in rows:
        lesson = Node("lesson", row.id)
        needs[Node("course", row.course_id)].add(lesson)
        rules = [terms_of(row.module_gate), terms_of(row.lesson_gate)]
        needs[lesson].update(Node("lesson", ident) for terms in rules for ident in terms.needed_lessons)
        courses = {terms.after_course_id for terms in rules if terms.after_course_id}
        needs[lesson].update(Node("course", ident) for ident in courses)
        further |= courses
        # A lesson for one branch alone holds nobody else up.
        if row.in_order and row.course_id in before:
            needs[lesson].add(Node("lesson", before[row.course_id]))
        if not any(terms.branch_id for terms in rules):
            before[row.course_id] = row.id
    return further


def titles_of(nodes: Iterable[Node]) -> dict[Node, str]:
    """Return what lessons and courses are called."""
    found: dict[Node, str] = {}
    for kind, model in (("lesson", Lesson), ("course", Course)):
        wanted = {node.id for node in nodes if node.kind == kind}
        rows = db.session.execute(select(model.id, model.title).where(model.id.in_(wanted)))
        found.update({Node(kind, row.id): row.title.pick() for row in rows})
    return found


def has_branch_gates(course_ids: Iterable[int]) -> bool:
    """Tell whether anything in some courses is for the members of a branch alone."""
    statement = select(Gate.id).where(Gate.branch_id.is_not(None), Gate.course_id.in_(list(course_ids)))
    return db.session.scalar(statement.limit(1)) is not None


def foreign(user_id: Any, lesson: Any) -> ColumnElement[bool]:
    """Return the condition that a lesson is for a branch to which somebody does not belong: it does not count then."""
    before = or_(Gate.lesson_id == lesson.id, Gate.module_id == lesson.module_id)
    return (
        exists()
        .where(before, Gate.branch_id.is_not(None), not_(belongs(user_id, Gate.branch_id)))
        .correlate_except(Gate)
    )


def material_audiences(material_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return all who may find those materials by their words that stand in lessons: who may find one of the lessons."""
    wanted = list(material_ids)
    shown = union_all(
        select(Lesson.id.label("lesson_id"), Lesson.material_id).where(Lesson.material_id.in_(wanted)),
        *(
            select(LessonMedia.lesson_id, column).where(column.in_(wanted))
            for column in (LessonMedia.subtitles_zh_id, LessonMedia.subtitles_en_id)
        ),
    ).subquery()
    statement = (
        select(shown.c.material_id, Course)
        .join(Lesson, Lesson.id == shown.c.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for material_id, course, *gates in db.session.execute(barriers_join(statement).order_by(Lesson.id)):
        found[material_id] = tuple(dict.fromkeys((*found.get(material_id, ()), *lesson_audiences(course, *gates))))
    return found
