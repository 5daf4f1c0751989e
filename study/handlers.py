"""What follows changes in the study room, run by the worker."""

from collections.abc import Sequence

from sqlalchemy import select

from core.db import db, transaction
from core.events import ContentEvent
from core.outbox import announce_all, on
from core.refs import Ref
from study.events import (
    AnnouncementMade,
    CompletionChanged,
    CourseChanged,
    MaterialFileArrived,
    OutlineChanged,
)
from study.file_reading import read_arrived
from study.models import Lesson, Material, Module, Quiz
from study.queries.announcements import find_announcement, list_learners
from study.rebuilding import rebuild_progress
from study.services import announcements, course_progress

SPREAD_BATCH = 500


@on(CourseChanged)
def spread(events: Sequence[CourseChanged]) -> None:
    """Have everything a changed course holds read again by whoever keeps copies."""
    for course_id in sorted({event.course_id for event in events}):
        lessons = db.session.scalars(
            select(Lesson.id).join(Module, Module.id == Lesson.module_id).where(Module.course_id == course_id)
        ).all()
        materials = db.session.scalars(select(Material.id).where(Material.course_id == course_id)).all()
        quizzes = db.session.scalars(select(Quiz.id).where(Quiz.course_id == course_id, Quiz.is_discussed)).all()
        refs = [Ref("course", course_id), *(Ref("quiz", ident) for ident in quizzes)]
        refs += [Ref("lesson", ident) for ident in lessons] + [Ref("material", ident) for ident in materials]
        for start in range(0, len(refs), SPREAD_BATCH):
            with transaction():
                announce_all(ContentEvent(subject=ref) for ref in refs[start : start + SPREAD_BATCH])


@on(OutlineChanged)
def add_up_again(events: Sequence[OutlineChanged]) -> None:
    """Add a course up again for everybody who has begun it, some hundred members a transaction."""
    for course_id in sorted({event.course_id for event in events}):
        last: int | None = 0
        while last is not None:
            with transaction():
                last = course_progress.sum_up_learners(course_id, last)


@on(CompletionChanged)
def count_anew(events: Sequence[CompletionChanged]) -> None:
    """Derive the progress of lessons again whose rule or quiz changed."""
    for lesson_id in sorted({event.lesson_id for event in events}):
        rebuild_progress(lesson_id)


@on(MaterialFileArrived)
def read_files(events: Sequence[MaterialFileArrived]) -> None:
    """Read the text of files that arrived, each in a child process; what was read or deleted since is left alone."""
    for material_id in sorted({event.material_id for event in events}):
        read_arrived(material_id)


@on(AnnouncementMade)
def tell_of_announcements(events: Sequence[AnnouncementMade]) -> None:
    """Bring announcements into the inboxes of those who take the course, some hundred members a transaction."""
    for announcement_id in sorted({event.announcement_id for event in events}):
        last = 0
        while True:
            with transaction():
                announcement = find_announcement(announcement_id)
                learners = list_learners(announcement.course_id, last, SPREAD_BATCH) if announcement else []
                if announcement is None or not learners:
                    break
                last = learners[-1]
                announcements.tell_learners(announcement, learners)
