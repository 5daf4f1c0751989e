"""Works out what a change of a key would do to papers, and writes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, func, select

from accounts.models import User
from core.db import db, read_rows
from core.faces import Faces
from study.enums import AttemptState, KeyRule
from study.models import Attempt, AttemptSlot, Question, QuestionVersion, Quiz
from study.quiz.keys import Change, Earned, changed, needs_key
from study.quiz.queries.key_papers import answers_to, contents_of, drawn_worth
from study.quiz.verdicts import Total, Verdicts


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Papers of one quiz that ask one version."""

    version: QuestionVersion
    quiz_id: int
    quiz_title: Faces
    course_id: int
    papers: int
    """Those handed in."""
    open: int


def list_asked(question: Question) -> list[Asked]:
    """Return by version and quiz how many papers ask a question, the latest version first."""
    rows = db.session.execute(
        select(
            AttemptSlot.version_id,
            Attempt.quiz_id,
            func.count().filter(Attempt.state == AttemptState.SUBMITTED).label("papers"),
            func.count().filter(Attempt.state == AttemptState.OPEN).label("open"),
        )
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptSlot.version_id)
        .where(QuestionVersion.question_id == question.id)
        .group_by(AttemptSlot.version_id, Attempt.quiz_id)
    ).all()
    versions = db.session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_({row.version_id for row in rows}))
    )
    by_id = {version.id: version for version in versions}
    columns = Quiz.id, Quiz.title, Quiz.course_id
    quizzes = db.session.execute(select(*columns).where(Quiz.id.in_({row.quiz_id for row in rows})))
    quiz_of = {row.id: row for row in quizzes}
    found = [
        Asked(
            version=by_id[row.version_id],
            quiz_id=row.quiz_id,
            quiz_title=quiz_of[row.quiz_id].title,
            course_id=quiz_of[row.quiz_id].course_id,
            papers=row.papers,
            open=row.open,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.version.version, one.quiz_id))


def of_course(course_id: int) -> Select[int]:
    """Return a select of the ids of a course's quizzes."""
    return select(Quiz.id).where(Quiz.course_id == course_id)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One paper of the sheet."""

    attempt_id: int
    number: int
    user_id: int
    name: str
    """Empty where those who mark see no names."""
    quiz: Quiz
    before: Verdicts
    after: Verdicts

    @property
    def has_moved(self) -> bool:
        """Tell whether it earns something else."""
        return self.before != self.after

    @property
    def crosses(self) -> str:
        """Say whether it passes now (``up``), no longer does (``down``), has no verdict any more, or none of it."""
        if self.before.passed == self.after.passed:
            return ""
        if self.after.passed is None:
            return "none"
        return "up" if self.after.passed else "down"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What a change would do."""

    lines: Sequence[Line] = field(default_factory=list)
    """All papers handed in that it is about."""
    open: int = 0
    """Papers still being written: it holds for them when they are handed in."""

    @property
    def moved(self) -> list[Line]:
        """The papers that earn something else, those first that cross the line."""
        found = [line for line in self.lines if line.has_moved]
        return sorted(found, key=lambda line: (not line.crosses, line.name, line.attempt_id))

    def count(self, crosses: str) -> int:
        """Return how many papers cross the line so."""
        return sum(line.crosses == crosses for line in self.lines)

    @property
    def silent(self) -> int:
        """How many of the papers that move are not told yet, being of an exam that is not released."""
        return sum(line.has_moved and line.quiz.is_held_back for line in self.lines)


def sheet_of(
    rule: KeyRule,
    versions: Sequence[QuestionVersion],
    key: QuestionVersion | None,
    quiz_id: int | None,
    *,
    course_id: int | None = None,
) -> Sheet:
    """Return what a change would do, asking the same few questions whatever the number of papers.

    Of papers of one quiz, or of one course, or of all there are.
    """
    ids = [version.id for version in versions]
    change = Change(
        change_id=0,
        rule=rule,
        version_ids=frozenset(ids),
        quiz_id=quiz_id,
        key=key.content if key and needs_key(rule) else None,
    )
    asked = select(AttemptSlot.attempt_id).where(AttemptSlot.version_id.in_(ids))
    if quiz_id is not None:
        asked = asked.join(Attempt, Attempt.id == AttemptSlot.attempt_id).where(Attempt.quiz_id == quiz_id)
    elif course_id is not None:
        asked = asked.join(Attempt, Attempt.id == AttemptSlot.attempt_id).where(
            Attempt.quiz_id.in_(of_course(course_id))
        )
    papers = _papers(asked)
    slots = _slots(asked, ids)
    contents, answers, full = contents_of(ids), answers_to(asked, ids), drawn_worth(asked)
    sums = _sums(asked)
    quizzes = {
        quiz.id: quiz
        for quiz in db.session.scalars(select(Quiz).where(Quiz.id.in_({paper.quiz_id for paper in papers})))
    }
    lines, still_open = [], 0
    for paper in papers:
        if paper.state is AttemptState.OPEN:
            still_open += 1
            continue
        total = sums[paper.id]
        for slot in slots[paper.id]:
            place = (paper.id, slot.position)
            before = Earned(mark=slot.mark, max_mark=slot.max_mark)
            worth = full.get(place, slot.max_mark)
            if worth:
                content, answer = contents[slot.version_id], answers.get(place, {})
                total.move(before, changed(change, content, answer, paper.certainty, before, worth))
        lines.append(_line(paper, quizzes[paper.quiz_id], total))
    return Sheet(lines=lines, open=still_open)


def _line(paper: Any, quiz: Quiz, total: Total) -> Line:
    before = Verdicts.of(paper)
    return Line(
        attempt_id=paper.id,
        number=paper.number,
        user_id=paper.user_id,
        name="" if quiz.hides_writer(paper.mark) else paper.display_name,
        quiz=quiz,
        before=before,
        after=total.judged(before, quiz.pass_thousandths),
    )


def _papers(asked: Any) -> Sequence[Any]:
    columns = (Attempt.id, Attempt.number, Attempt.user_id, Attempt.quiz_id, Attempt.state, Attempt.certainty)
    return db.session.execute(
        select(*columns, Attempt.mark, Attempt.max_mark, Attempt.passed, User.display_name)
        .join(User, User.id == Attempt.user_id)
        .where(Attempt.id.in_(asked))
        .order_by(Attempt.id)
    ).all()


def _slots(asked: Any, version_ids: Sequence[int]) -> dict[int, list[Any]]:
    columns = (AttemptSlot.attempt_id, AttemptSlot.position, AttemptSlot.version_id)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in read_rows(
        select(*columns, AttemptSlot.mark, AttemptSlot.max_mark)
        .where(AttemptSlot.attempt_id.in_(asked), AttemptSlot.version_id.in_(version_ids))
        .order_by(AttemptSlot.attempt_id, AttemptSlot.position)
    ):
        found[row.attempt_id].append(row)
    return found


def _sums(asked: Any) -> dict[int, Total]:
    rows = read_rows(
        select(
            AttemptSlot.attempt_id,
            func.count().filter(AttemptSlot.mark.is_(None)).label("waiting"),
            func.coalesce(func.sum(AttemptSlot.mark), 0).label("marks"),
            func.sum(AttemptSlot.max_mark).label("full"),
        )
        .where(AttemptSlot.attempt_id.in_(asked))
        .group_by(AttemptSlot.attempt_id)
    )
    return {row.attempt_id: Total(waiting=row.waiting, marks=int(row.marks), full=int(row.full)) for row in rows}
