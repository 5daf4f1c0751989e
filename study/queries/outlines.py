"""Reads courses with their modules and lessons and one member's standing in them: two queries for any number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import and_, select

from accounts.models import User
from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from study.completion import NOT_BEGUN, Bar, Lock, Part, Standing, Tally, locks, next_part, shares, tally
from study.enums import LearningState
from study.models import Course, Enrolment, Lesson, LessonProgress, Module, Task, TaskMember
from study.permissions import may_teach
from study.queries.due import Asked
from study.queries.gates import LessonGate, ModuleGate, gates_join, named_things, terms_of
from study.queries.lines import LessonLine, ModuleLine, Named
from study.release import Standpoint, bars_before


@dataclass(kw_only=True)
class Outline:
    """One course, what it holds and how far one reader is."""

    course: Course
    modules: list[ModuleLine]
    enrolment: Enrolment | None
    asked: Asked | None
    """By when and by whom the reader is asked to study it."""
    standings: dict[int, Standing]
    free_order: bool = False
    """Whether locks do not hold for this reader, as for those who teach the course."""
    branch_ids: frozenset[int] = frozenset()
    """The branches to which the reader belongs, those above their own among them."""
    things: Mapping[tuple[str, int], Named] = field(default_factory=dict)

    @cached_property
    def lessons(self) -> list[LessonLine]:
        """All lessons in the order of the course."""
        return [lesson for module in self.modules for lesson in module.lessons]

    @cached_property
    def parts(self) -> list[Part]:
        """The lessons that count for this reader, as the counting sees them: not those for another branch."""
        return [lesson.part for lesson in self.lessons if not self.is_foreign(lesson)]

    @property
    def is_enrolled(self) -> bool:
        """Tell whether the reader takes the course now."""
        return self.enrolment is not None and self.enrolment.left_at is None

    @cached_property
    def tally(self) -> Tally:
        """The whole course added up."""
        return tally(self.parts, self.standings)

    @property
    def due(self) -> Asked | None:
        """By when the reader is asked to study the course, as long as it is not done."""
        return None if self.tally.state is LearningState.DONE else self.asked

    @cached_property
    def module_tallies(self) -> dict[int, Tally]:
        """Each module added up."""
        own = set(self.parts)
        parts = {module.id: [one.part for one in module.lessons if one.part in own] for module in self.modules}
        return {ident: tally(found, self.standings) for ident, found in parts.items()}

    @cached_property
    def module_shares(self) -> dict[int, int]:
        """What each module adds to the percentage of the course."""
        done = [self.module_tallies[module.id].done for module in self.modules]
        return dict(zip((module.id for module in self.modules), shares(done, len(self.parts)), strict=True))

    @cached_property
    def locks(self) -> dict[int, Lock]:
        """Lessons that are not open yet, with what opens them."""
        if self.free_order:
            return {}
        return locks(
            [lesson.part for lesson in self.lessons],
            self.standings,
            enrolled=self.is_enrolled,
            in_order=self.course.in_order,
            bars=self._bars(),
        )

    def _bars(self) -> dict[int, tuple[Bar, ...]]:
        point = Standpoint(
            now=utcnow(),
            is_enrolled=self.is_enrolled,
            standings=self.standings,
            courses_done={ident for (kind, ident), thing in self.things.items() if kind == "course" and thing.is_done},
            branch_ids=self.branch_ids,
        )
        ruled = [lesson for lesson in self.lessons if lesson.terms]
        return {lesson.id: bars for lesson in ruled if (bars := bars_before(lesson.id, lesson.terms, point))}

    def is_foreign(self, lesson: LessonLine) -> bool:
        """Tell whether a lesson is for another branch than the reader's."""
        named = {terms.branch_id for terms in lesson.terms if terms.branch_id}
        return not self.free_order and not named <= self.branch_ids

    def named(self, kind: str, ident: int | None) -> Named | None:
        """Return a course or a branch that a rule names."""
        return self.things.get((kind, ident or 0))

    @cached_property
    def next_lesson(self) -> LessonLine | None:
        """The lesson to go on with, an open one if there is any; None when all is done."""
        open_ = [part for part in self.parts if part.lesson_id not in self.locks]
        ident = next_part(open_, self.standings) or next_part(self.parts, self.standings)
        return next((lesson for lesson in self.lessons if lesson.id == ident), None)

    @cached_property
    def first_open(self) -> LessonLine | None:
        """The first lesson that is not done; None when all is done."""
        return next((lesson for lesson in self.lessons if not self.standing(lesson.id).is_done), None)

    @property
    def minutes(self) -> int:
        """The time the whole course takes, roughly."""
        return sum(lesson.minutes for lesson in self.lessons)

    def standing(self, lesson_id: int) -> Standing:
        """Return how far the reader is with a lesson."""
        return self.standings.get(lesson_id, NOT_BEGUN)

    def has_changed(self, lesson: LessonLine) -> bool:
        """Tell whether the text of a lesson changed after the reader had opened it last, finished or not.

        Without an opening, such as where only a result was noted, the moment of finishing stands for it.
        """
        standing = self.standing(lesson.id)
        seen_at = standing.opened_at or standing.completed_at
        return seen_at is not None and lesson.text_changed_at > seen_at

    def lesson(self, lesson_id: int | None) -> LessonLine | None:
        """Return a lesson of this course by id."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)

    def neighbours(self, lesson_id: int) -> tuple[LessonLine | None, LessonLine | None]:
        """Return the lessons before and after a lesson."""
        ids = [lesson.id for lesson in self.lessons]
        at = ids.index(lesson_id)
        return (self.lessons[at - 1] if at else None, self.lessons[at + 1] if at + 1 < len(ids) else None)


NOBODY: tuple[Enrolment | None, Asked | None] = (None, None)


def outline_of(course: Course, reader: Actor) -> Outline:
    """Return the outline of one course. The course comes with its branch loaded."""
    return outlines_of([course], reader)[0]


def outlines_of(courses: Sequence[Course], reader: Actor) -> list[Outline]:
    """Return the outlines of courses, in their order; each course comes with its branch loaded."""
    ids = [course.id for course in courses]
    held = _hold(ids, reader)
    enrolments = _enrolments(ids, reader)
    branches = frozenset(int(token.removeprefix("branch:")) for token in reader.tokens if token.startswith("branch:"))
    things = _things(held.modules, reader)
    return [
        Outline(
            course=course,
            modules=held.modules[course.id],
            enrolment=enrolments.get(course.id, NOBODY)[0],
            asked=enrolments.get(course.id, NOBODY)[1],
            standings=held.standings[course.id],
            branch_ids=branches,
            things=things,
            free_order=may_teach(reader, course),
        )
        for course in courses
    ]


def _things(modules: Mapping[int, list[ModuleLine]], reader: Actor) -> dict[tuple[str, int], Named]:
    """Return the courses and branches that rules name; asks nothing where they name none."""
    lines = [module for found in modules.values() for module in found]
    terms = [module.terms for module in lines]
    terms += [some for one in lines for lesson in one.lessons for some in lesson.terms]
    courses = {some.after_course_id for some in terms if some.after_course_id}
    branches = {some.branch_id for some in terms if some.branch_id}
    if not courses and not branches:
        return {}
    rows = named_things(courses, branches, reader)
    return {(row.kind, row.id): Named(row.slug, row.title, bool(row.is_done)) for row in rows}


@dataclass
class _Held:
    """What courses hold and what one reader has of them."""

    modules: dict[int, list[ModuleLine]] = field(default_factory=lambda: defaultdict(list))
    standings: dict[int, dict[int, Standing]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, row: Any) -> None:
        """Take in one lesson, or a module that holds none."""
        modules = self.modules[row.course_id]
        if not modules or modules[-1].id != row.module_id:
            terms = terms_of(row.module_gate)
            modules.append(ModuleLine(id=row.module_id, title=row.module_title, number=len(modules) + 1, terms=terms))
        if row.id is not None:
            modules[-1].lessons.append(_line(row))
        if row.state is not None:
            moments = row.first_opened_at, row.opened_at, row.completed_at
            self.standings[row.course_id][row.id] = Standing(row.state, *moments, row.reason)


def _hold(course_ids: Iterable[int], reader: Actor) -> _Held:
    """Read what courses hold and how far the reader is with it: both in one question."""
    mine = (LessonProgress.lesson_id == Lesson.id) & (LessonProgress.user_id == (reader.id or 0))
    rows = db.session.execute(
        gates_join(
            select(Module.course_id, *_COLUMNS, LessonGate, ModuleGate)
            .outerjoin(Lesson, Lesson.module_id == Module.id)
            .outerjoin(LessonProgress, mine)
        )
        .where(Module.course_id.in_(course_ids))
        .order_by(Module.course_id, Module.position, Module.id, Lesson.position, Lesson.id)
    )
    held = _Held()
    for row in rows:
        held.take(row)
    return held


_COLUMNS = (
    Module.id.label("module_id"),
    Module.title.label("module_title"),
    Lesson.id,
    Lesson.kind,
    Lesson.title,
    Lesson.minutes,
    Lesson.material_id,
    Lesson.quiz_id,
    Lesson.url,
    Lesson.completion,
    Lesson.completion_number,
    Lesson.text_changed_at,
    LessonProgress.state,
    LessonProgress.first_opened_at,
    LessonProgress.opened_at,
    LessonProgress.completed_at,
    LessonProgress.reason,
)


def _line(row: Any) -> LessonLine:
    return LessonLine(
        id=row.id,
        module_id=row.module_id,
        kind=row.kind,
        title=row.title,
        minutes=row.minutes,
        material_id=row.material_id,
        quiz_id=row.quiz_id,
        url=row.url,
        completion=row.completion,
        completion_number=row.completion_number,
        text_changed_at=row.text_changed_at,
        terms=tuple(terms_of(gate) for gate in (row.module_gate, row.lesson_gate) if gate is not None),
    )


def _enrolments(course_ids: Iterable[int], reader: Actor) -> dict[int, tuple[Enrolment, Asked | None]]:
    """Return what the reader takes or took, each with the nearest day by which it is asked for."""
    if reader.id is None:
        return {}
    asked_for = select(Task.id).where(Task.course_id == Enrolment.course_id, Task.withdrawn_at.is_(None))
    member = and_(
        TaskMember.user_id == Enrolment.user_id,
        TaskMember.ended_at.is_(None),
        TaskMember.task_id.in_(asked_for.correlate(Enrolment)),
    )
    rows = db.session.execute(
        select(Enrolment, TaskMember.due_at, User.display_name, Task.note)
        .select_from(Enrolment)
        .outerjoin(TaskMember, member)
        .outerjoin(Task, Task.id == TaskMember.task_id)
        .outerjoin(User, User.id == Task.assigned_by_id)
        .where(Enrolment.user_id == reader.id, Enrolment.course_id.in_(course_ids))
        .order_by(TaskMember.due_at)
    )
    found: dict[int, tuple[Enrolment, Asked | None]] = {}
    for row in rows:
        asked = Asked(due_at=row.due_at, assigned_by=row.display_name, note=row.note) if row.due_at else None
        found.setdefault(row.Enrolment.course_id, (row.Enrolment, asked))
    return found
