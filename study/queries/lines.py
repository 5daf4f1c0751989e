"""What a course is made of, as lists of it show it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from core.faces import Faces
from study.completion import Part
from study.enums import CompletionRule, LessonKind
from study.release import Terms
from study.rules import Rule, rule_in_force


@dataclass(frozen=True, kw_only=True)
class LessonLine:
    """A lesson as lists show it."""

    id: int
    module_id: int
    kind: LessonKind
    title: Faces
    minutes: int
    material_id: int | None
    quiz_id: int | None
    url: str
    completion: CompletionRule
    completion_number: int
    text_changed_at: datetime
    terms: tuple[Terms, ...] = ()
    """When it opens: by the gate of its module, by its own."""

    @property
    def rule(self) -> Rule:
        """Return what completes the lesson."""
        return rule_in_force(self.kind, self.quiz_id, Rule(self.completion, self.completion_number))

    @property
    def part(self) -> Part:
        """Return what the counting needs."""
        return Part(self.id, is_quiz=self.rule.kind is CompletionRule.QUIZ_PASSED)


@dataclass(kw_only=True)
class ModuleLine:
    """A module with its lessons, in order."""

    id: int
    title: Faces
    number: int
    terms: Terms = field(default_factory=Terms)
    lessons: list[LessonLine] = field(default_factory=list)


class Named(NamedTuple):
    """A course or a branch that a rule names."""

    slug: str
    title: Faces
    is_done: bool
