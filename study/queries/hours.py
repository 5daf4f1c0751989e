"""Reads how long a member studied what, as proof: by course and lesson, with the texts that were studied."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, union_all

from core.db import read_rows
from core.faces import Faces
from core.i18n import current_zone
from core.permissions import Actor
from study.enums import LessonKind, ProgressKind
from study.models import Course, Lesson, Material, MaterialVersion, Module, ProgressEvent


@dataclass(frozen=True)
class Version:
    """A state of a lesson: since when its text stood, and which file it showed."""

    changed_at: datetime
    number: int | None = None
    checksum: str = ""


@dataclass(kw_only=True)
class LessonHours:
    """The time on one lesson."""

    id: int
    title: Faces
    kind: LessonKind
    material: str
    """The name of its document, or empty."""
    material_id: int | None
    active_seconds: int = 0
    """Counted by the page."""
    clock_seconds: int = 0
    """Counted from opening to marking, without scripts."""
    days: set[date] = field(default_factory=set)
    versions: list[Version] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    """Checksums of the files of its document that can still be had, and as which version."""

    @property
    def minutes(self) -> int:
        """Whole minutes of both."""
        return (self.active_seconds + self.clock_seconds) // 60

    @property
    def counted(self) -> str:
        """How it was counted: ``active``, ``clock`` or ``both``."""
        if self.active_seconds and self.clock_seconds:
            return "both"
        return "clock" if self.clock_seconds else "active"


@dataclass(kw_only=True)
class CourseHours:
    """The time on one course."""

    slug: str
    title: Faces
    lessons: list[LessonHours]

    @property
    def minutes(self) -> int:
        """The minutes of its lessons added up."""
        return sum(lesson.minutes for lesson in self.lessons)


def get_hours(member: Actor, first: date, last: date) -> list[CourseHours]:
    """Return how long a member studied from the first day to the last, both counted, in the member's own calendar."""
    begin, end = _midnight(first), _midnight(last + timedelta(days=1))
    found = _add_up(_rows(member, begin, end))
    lessons = [lesson for _slug, _title, lesson in found if lesson.minutes]
    opened = _opened(member, [lesson.id for lesson in lessons], end)
    for lesson in lessons:
        lesson.versions = _versions(opened[lesson.id], begin)
    _note_kept(lessons)
    courses: dict[str, CourseHours] = {}
    for slug, title, lesson in found:
        if lesson.minutes:
            courses.setdefault(slug, CourseHours(slug=slug, title=title, lessons=[])).lessons.append(lesson)
    return list(courses.values())


def _rows(member: Actor, begin: datetime, end: datetime) -> Iterable[Any]:
    return read_rows(
        select(
            ProgressEvent.at,
            ProgressEvent.detail,
            Lesson.id,
            Lesson.title,
            Lesson.kind,
            Material.title.label("material"),
            Material.id.label("material_id"),
            Course.slug,
            Course.title.label("course_title"),
        )
        .join(Lesson, Lesson.id == ProgressEvent.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .outerjoin(Material, Material.id == Lesson.material_id)
        .where(
            ProgressEvent.user_id == member.id,
            ProgressEvent.kind == ProgressKind.STUDIED,
            ProgressEvent.at >= begin,
            ProgressEvent.at < end,
        )
        .order_by(Course.slug, Module.position, Module.id, Lesson.position, Lesson.id, ProgressEvent.at)
    )


def _add_up(rows: Iterable[Any]) -> list[tuple[str, Faces, LessonHours]]:
    found: dict[int, tuple[str, Faces, LessonHours]] = {}
    for row in rows:
        if row.id not in found:
            hours = LessonHours(
                id=row.id,
                title=row.title,
                kind=row.kind,
                material=row.material or "",
                material_id=row.material_id,
            )
            found[row.id] = (row.slug, row.course_title, hours)
        lesson = found[row.id][2]
        seconds = int(row.detail.get("seconds", 0))
        if row.detail.get("clock"):
            lesson.clock_seconds += seconds
        else:
            lesson.active_seconds += seconds
        lesson.days.add(row.at.astimezone(current_zone()).date())
    return list(found.values())


def _note_kept(lessons: Sequence[LessonHours]) -> None:
    """Say which of the files that were studied can still be had: those of now and those that were kept."""
    ids = {lesson.material_id for lesson in lessons if lesson.versions and lesson.material_id}
    old = select(MaterialVersion.material_id, MaterialVersion.checksum, MaterialVersion.number)
    now = select(Material.id, Material.checksum, Material.version).where(Material.file_id.is_not(None))
    rows = union_all(old.where(MaterialVersion.material_id.in_(ids)), now.where(Material.id.in_(ids)))
    kept: dict[int, dict[str, int]] = defaultdict(dict)
    for material_id, checksum, number in read_rows(rows) if ids else ():
        kept[material_id][checksum] = number
    for lesson in lessons:
        lesson.kept = kept.get(lesson.material_id or 0, {})


def _opened(member: Actor, lesson_ids: Sequence[int], end: datetime) -> dict[int, list[Any]]:
    rows = read_rows(
        select(ProgressEvent.lesson_id, ProgressEvent.at, ProgressEvent.detail)
        .where(
            ProgressEvent.user_id == member.id,
            ProgressEvent.kind == ProgressKind.OPENED,
            ProgressEvent.lesson_id.in_(lesson_ids),
            ProgressEvent.at < end,
        )
        .order_by(ProgressEvent.at)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        if row.detail.get("changed"):  # Older entries do not say which text was opened.
            found[row.lesson_id].append(row)
    return found


def _versions(opened: Sequence[Any], begin: datetime) -> list[Version]:
    """Return the texts that were open in a period, the one that was open when it began among them, each once."""
    earlier = [row for row in opened if row.at < begin][-1:]
    said = [row.detail for row in [*earlier, *(row for row in opened if row.at >= begin)]]
    versions = [
        Version(datetime.fromisoformat(one["changed"]), one.get("version"), one.get("checksum", "")) for one in said
    ]
    return list(dict.fromkeys(versions))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), current_zone())
