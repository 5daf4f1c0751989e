"""Draws the questions of a paper: which version of each, and for places that draw, which question."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from core.db import db
from study.enums import Difficulty, QuestionKind, VersionState
from study.models import Attempt, AttemptSlot, Question, QuestionVersion, Quiz, QuizSlot
from study.models.questions import tags_of
from study.quiz.kinds import kind_of
from study.quiz.queries.banks import current_version

DRAWN_KINDS = frozenset(QuestionKind) - {QuestionKind.DESCRIPTION}


@dataclass(frozen=True)
class Rule:
    """From which bank a place draws, and what the question must have."""

    bank_id: int
    folder: str = ""
    tag: str = ""
    level: Difficulty | None = None

    @classmethod
    def of(cls, slot: QuizSlot) -> "Rule | None":
        """Return the rule of a place; None where it asks one question."""
        if slot.draw_bank_id is None:
            return None
        return cls(slot.draw_bank_id, slot.draw_folder, slot.draw_tag, slot.draw_level)

    def fits(self, question: "Drawable") -> bool:
        """Tell whether a question may be drawn."""
        folder = question.folder
        return (
            question.bank_id == self.bank_id
            and (not self.folder or folder == self.folder or folder.startswith(f"{self.folder}/"))
            and (not self.tag or self.tag in tags_of(question.tags))
            and (self.level is None or question.level is self.level)
        )


@dataclass(frozen=True)
class Drawable:
    """A question that may be drawn."""

    id: int
    bank_id: int
    folder: str
    tags: str
    level: Difficulty | None


def list_drawable(bank_ids: Sequence[int]) -> list[Drawable]:
    """Return the questions of banks from which papers draw: those that are ready and ask something."""
    columns = (Question.id, Question.bank_id, Question.folder, Question.tags, Question.level)
    rows = db.session.execute(
        select(*columns)
        .join(QuestionVersion, current_version())
        .where(
            Question.bank_id.in_(bank_ids),
            Question.state == VersionState.READY,
            QuestionVersion.state == VersionState.READY,
            QuestionVersion.kind.in_(sorted(DRAWN_KINDS)),
        )
        .order_by(Question.id)
    )
    return [Drawable(*row) for row in rows]


def list_slots(quiz_id: int) -> Sequence[QuizSlot]:
    """Return the places of a quiz in order."""
    return db.session.scalars(
        select(QuizSlot).where(QuizSlot.quiz_id == quiz_id).order_by(QuizSlot.position, QuizSlot.id)
    ).all()


def drawn_versions(
    quiz: Quiz, user_id: int | None = None, rng: random.Random | None = None
) -> list[tuple[QuestionVersion, int]]:
    """Return the versions a new paper asks, in order, each with its mark.

    A place that draws takes a question that this member has not met yet, else the one met longest ago. Nothing is
    asked twice in one paper; a place for which nothing is left is left out. The same state of ``rng`` draws
    the same from the same banks.
    """
    slots = list_slots(quiz.id)
    rules = {slot.id: rule for slot in slots if (rule := Rule.of(slot))}
    drawn = _draw(slots, rules, user_id, rng or random.Random()) if rules else {}
    asked = {slot.id: slot.question_id or drawn.get(slot.id) for slot in slots}
    versions = _versions([ident for ident in asked.values() if ident], [slot.fixed_version_id for slot in slots])
    found = []
    for slot in slots:
        version = versions.get((asked[slot.id], slot.fixed_version_id))
        if version is not None:
            found.append((version, slot.max_mark if kind_of(version.kind).is_asked else 0))
    return found


def _versions(
    question_ids: Sequence[int], fixed_ids: Sequence[int | None]
) -> dict[tuple[int | None, int | None], QuestionVersion]:
    """Return versions by the question, and by the version that is fixed for good or None for the latest."""
    fixed = [ident for ident in fixed_ids if ident is not None]
    rows = db.session.execute(
        select(QuestionVersion, Question.current_version)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Question.id.in_(question_ids),
            (QuestionVersion.version == Question.current_version) | QuestionVersion.id.in_(fixed),
        )
    )
    found: dict[tuple[int | None, int | None], QuestionVersion] = {}
    for version, current in rows:
        found[version.question_id, version.id] = version
        if version.version == current:
            found[version.question_id, None] = version
    return found


def _draw(
    slots: Sequence[QuizSlot], rules: Mapping[int, Rule], user_id: int | None, rng: random.Random
) -> dict[int, int]:
    """Return which question each place draws; places with the fewest to choose from choose first."""
    taken = {slot.question_id for slot in slots}
    pool = [one for one in list_drawable(sorted({rule.bank_id for rule in rules.values()})) if one.id not in taken]
    rng.shuffle(pool)
    met = _last_met(user_id, [one.id for one in pool])
    pool.sort(key=lambda one: met.get(one.id, 0))
    fitting = {rule: [one.id for one in pool if rule.fits(one)] for rule in set(rules.values())}
    drawn: dict[int, int] = {}
    used: set[int] = set()
    for slot_id, rule in sorted(rules.items(), key=lambda item: len(fitting[item[1]])):
        free = next((ident for ident in fitting[rule] if ident not in used), None)
        if free is not None:
            drawn[slot_id] = free
            used.add(free)
    return drawn


def _last_met(user_id: int | None, question_ids: Sequence[int]) -> dict[int, int]:
    """Return the latest paper in which a member met each question; those not met are missing."""
    if user_id is None:
        return {}
    wanted = set(question_ids)
    rows = db.session.execute(
        select(QuestionVersion.question_id, func.max(Attempt.id))
        .join(AttemptSlot, AttemptSlot.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .where(Attempt.user_id == user_id)
        .group_by(QuestionVersion.question_id)
    )
    return {ident: last for ident, last in rows if ident in wanted}
