"""Reads about whose papers an actor may decide when the key of a question is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Denied
from core.permissions import Actor
from study.models import Course, Question
from study.permissions import StudyPermission, may_in_course
from study.quiz.queries.askers import list_askers
from study.quiz.queries.key_sheet import Asked, list_asked


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The courses about whose papers an actor may decide, the question's own first, and what is left to others."""

    courses: Sequence[Course]
    elsewhere: int
    """How many quizzes of other courses ask the question."""

    def find(self, course_id: int | None) -> Course:
        """Return the course with this id if it is one of these, else the first."""
        return next((course for course in self.courses if course.id == course_id), self.courses[0])


def may_change(actor: Actor, course: Course) -> bool:
    """Tell whether an actor may change keys of papers: to write the course is not enough, marks are seen as well."""
    return all(may_in_course(actor, one, course) for one in (StudyPermission.AUTHOR, StudyPermission.SEE_RESULTS))


def find_reach(question: Question, actor: Actor) -> Reach | None:
    """Return about whose papers an actor may decide; None where there are none.

    The question's bank, that one's course and branch are loaded.
    """
    home, askers = question.bank.course, list_askers(question)
    others = [asker.course for asker in askers if asker.course.id != home.id]
    courses = [course for course in (home, *others) if may_change(actor, course)]
    known = {course.id for course in courses}
    elsewhere = sum(len(asker.quiz_ids) for asker in askers if asker.course.id not in known)
    return Reach(courses=courses, elsewhere=elsewhere) if courses else None


def get_reach(question: Question, actor: Actor) -> Reach:
    """Return the same.

    Raises:
        Denied: the actor may decide about no papers.
    """
    found = find_reach(question, actor)
    if found is None:
        raise Denied(StudyPermission.SEE_RESULTS)
    return found


def list_asked_within(question: Question, reach: Reach) -> list[Asked]:
    """Return which papers of these courses ask a question."""
    known = {course.id for course in reach.courses}
    return [one for one in list_asked(question) if one.course_id in known]
