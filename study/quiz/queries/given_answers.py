"""Reads how often each answer to a question was given, for the statistics of a quiz."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from core.faces import Faces
from study.enums import AttemptState
from study.models import Attempt, AttemptSlot, QuestionVersion, Quiz
from study.quiz.kinds import CHOSEN, TYPED, QuestionContent, kind_of
from study.quiz.queries import key_papers
from study.quiz.queries.statistics import Which, chosen_papers

ANSWERS_SHOWN = 20
"""Different answers to one question that are typed."""


@dataclass(frozen=True, kw_only=True)
class AnswerCount:
    """How often one answer was given."""

    html: Faces
    """An option, or the place of a part; nothing where it was typed."""
    text: str
    """What was typed, with a sign for nothing."""
    is_right: bool
    count: int


@dataclass(frozen=True, kw_only=True)
class ItemAnswers:
    """What was answered to one version of a question."""

    version: int
    content: QuestionContent
    papers: int
    open: int
    """How many gave no answer."""
    counts: Sequence[AnswerCount]

    def percent(self, count: int) -> int:
        """Return a share of the papers in whole per cent; a half goes up."""
        return (count * 200 + self.papers) // (2 * self.papers) if self.papers else 0


def answers_to(quiz: Quiz, question_id: int, which: Which) -> list[ItemAnswers]:
    """Return what was answered to a question of a quiz, by version, the latest first.

    Raises:
        NotFound: no paper handed in asked it.
    """
    chosen = {row.id for row in chosen_papers(quiz, which)}
    asked: dict[int, list[Any]] = defaultdict(list)
    for row in _asked(quiz, question_id):
        if row.attempt_id in chosen:
            asked[row.version_id].append(row)
    if not asked:
        raise NotFound
    given = key_papers.answers_to(select(Attempt.id).where(Attempt.quiz_id == quiz.id), list(asked))
    versions = db.session.scalars(
        select(QuestionVersion).where(QuestionVersion.id.in_(asked)).order_by(QuestionVersion.version.desc())
    )
    return [
        _answers(
            version,
            [(row.option_order, given.get((row.attempt_id, row.position), {})) for row in asked[version.id]],
        )
        for version in versions
    ]


def _asked(quiz: Quiz, question_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(AttemptSlot.attempt_id, AttemptSlot.position, AttemptSlot.version_id, AttemptSlot.option_order)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptSlot.version_id)
        .where(
            Attempt.quiz_id == quiz.id,
            Attempt.state == AttemptState.SUBMITTED,
            QuestionVersion.question_id == question_id,
        )
    ).all()


def _answers(version: QuestionVersion, given: Sequence[tuple[Sequence[Any], Mapping[str, Any]]]) -> ItemAnswers:
    content = version.content
    kind = kind_of(content.kind)
    answered = [(order, answer) for order, answer in given if kind.is_answered(answer)]
    if content.kind in CHOSEN:
        counts = _of_options(content, answered)
    elif content.kind in TYPED:
        counts = _of_texts(content, answered)
    else:
        counts = _of_parts(content, answered)
    return ItemAnswers(
        version=version.version,
        content=content,
        papers=len(given),
        open=len(given) - len(answered),
        counts=counts,
    )


Answered = Sequence[tuple[Sequence[Any], Mapping[str, Any]]]


def _of_options(content: QuestionContent, answered: Answered) -> list[AnswerCount]:
    chosen = Counter(key for _order, answer in answered for key in answer["keys"])
    return [
        AnswerCount(html=option.html, text=option.key, is_right=option.fraction > 0, count=chosen[option.key])
        for option in content.options
    ]


def _of_texts(content: QuestionContent, answered: Answered) -> list[AnswerCount]:
    kind = kind_of(content.kind)
    typed = Counter(" ".join(str(answer["text"]).split()) for _order, answer in answered)
    return [
        AnswerCount(html=Faces(), text=text, is_right=(kind.fraction(content, {"text": text}) or 0) > 0, count=count)
        for text, count in sorted(typed.items(), key=lambda pair: (-pair[1], pair[0]))[:ANSWERS_SHOWN]
    ]


def _of_parts(content: QuestionContent, answered: Answered) -> list[AnswerCount]:
    """Count how often each part was right: parts are told apart by what stands there and what belongs there."""
    kind = kind_of(content.kind)
    right: Counter[tuple[Faces, Faces]] = Counter()
    for order, answer in answered:
        for part in kind.parts(content, order, answer):
            right[part.html, part.right] += part.is_right
    return [
        AnswerCount(html=html or belongs, text="", is_right=True, count=count)
        for (html, belongs), count in sorted(right.items(), key=lambda pair: -pair[1])
    ]
