"""How progress is counted: pure rules, no database, no words.

A lesson is done when its rule says so (``study/rules.py``). A course's percentage is the share of its lessons that
are done, every lesson counting the same, rounded down; so 100 % means done, and only then. Every result carries its
reason as data; ``study/wording.py`` turns it into the reader's words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from study.enums import BarKind, LearningState, ProgressKind
from study.rules import STAFF_KINDS, Entry, Reason, Rule, verdict


@dataclass(frozen=True)
class Standing:
    """How far a member is with one lesson, and why."""

    state: LearningState = LearningState.NOT_BEGUN
    first_opened_at: datetime | None = None
    opened_at: datetime | None = None
    completed_at: datetime | None = None
    reason: Reason = field(default_factory=lambda: {"code": "not_begun"})

    @property
    def is_done(self) -> bool:
        """Tell whether the lesson counts as done."""
        return self.state is LearningState.DONE


NOT_BEGUN = Standing()


@dataclass(frozen=True)
class Part:
    """A lesson as the counting sees it."""

    lesson_id: int
    is_quiz: bool


@dataclass(frozen=True)
class Tally:
    """A module or a course added up."""

    state: LearningState
    done: int
    total: int
    percent: int
    reason: Reason


def standing_of(entries: Sequence[Entry], rule: Rule) -> Standing:
    """Derive one lesson's standing from its ledger, oldest entry first."""
    if not entries:
        return NOT_BEGUN
    own = [entry for entry in entries if entry.kind not in STAFF_KINDS]
    # Minutes read on an open page are no opening: whoever reads an old text on shall hear that it has changed.
    opened = [entry.at for entry in own if entry.kind is ProgressKind.OPENED] or [entry.at for entry in own]
    completed_at, reason = verdict(entries, rule)
    return Standing(
        state=LearningState.DONE if completed_at else LearningState.UNDER_WAY,
        first_opened_at=own[0].at if own else None,
        opened_at=opened[-1] if opened else None,
        completed_at=completed_at,
        reason=reason,
    )


def tally(parts: Sequence[Part], standings: Mapping[int, Standing]) -> Tally:
    """Add up a module or a course. Without lessons nothing is begun."""
    found = [(part, standings.get(part.lesson_id, NOT_BEGUN)) for part in parts]
    done = sum(standing.is_done for _part, standing in found)
    begun = any(standing.state is not LearningState.NOT_BEGUN for _part, standing in found)
    total = len(parts)
    if total and done == total:
        state = LearningState.DONE
    else:
        state = LearningState.UNDER_WAY if begun else LearningState.NOT_BEGUN
    return Tally(state, done, total, percent_of(done, total), _reason(found))


def percent_of(done: int, total: int) -> int:
    """Return the share in whole percent, rounded down."""
    return done * 100 // total if total else 0


def _reason(found: Sequence[tuple[Part, Standing]]) -> Reason:
    reading = [standing for part, standing in found if not part.is_quiz]
    quizzes = [standing.reason for part, standing in found if part.is_quiz]
    return {
        "code": "parts",
        "read": sum(standing.is_done for standing in reading),
        "lessons": len(reading),
        "passed": sorted(reason["percent"] for reason in quizzes if reason["code"] == "quiz_passed"),
        "failed": sorted(reason["percent"] for reason in quizzes if reason["code"] == "quiz_failed"),
        "untried": sum(reason["code"] in ("not_begun", "opened") for reason in quizzes),
    }


def shares(done: Sequence[int], total: int) -> list[int]:
    """Split the percentage of a course over its modules in whole numbers that add up to it.

    Whole parts first; what is left over goes to the largest remainders, earlier modules first.
    """
    percent = percent_of(sum(done), total)
    if not total:
        return [0 for _count in done]
    whole = [count * 100 // total for count in done]
    order = sorted(range(len(done)), key=lambda i: (-(done[i] * 100 % total), i))
    for index in order[: percent - sum(whole)]:
        whole[index] += 1
    return whole


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One thing that keeps a lesson closed, as data: ``study/release_wording.py`` says how to take it away."""

    kind: BarKind
    at: datetime | None = None
    lesson_id: int | None = None
    percent: int = 0
    course_id: int | None = None
    branch_id: int | None = None


@dataclass(frozen=True)
class Lock:
    """Why a lesson is not open to a reader: everything that must happen first."""

    bars: tuple[Bar, ...]

    @property
    def is_foreign(self) -> bool:
        """Tell whether the lesson is for the members of another branch, and so is none of the reader's."""
        return any(bar.kind is BarKind.BRANCH for bar in self.bars)


def locks(
    parts: Sequence[Part],
    standings: Mapping[int, Standing],
    *,
    enrolled: bool,
    in_order: bool = True,
    bars: Mapping[int, tuple[Bar, ...]] | None = None,
) -> dict[int, Lock]:
    """Return the locked lessons of a course, each with what opens it.

    Where a course is taken in order, a lesson opens when the one before it is done; one that is done stays open
    whatever happens to the order, and one for another branch holds nobody up. ``bars`` are those of release rules.
    """
    locked: dict[int, Lock] = {}
    before: Part | None = None
    for part in parts:
        found = (bars or {}).get(part.lesson_id, ())
        open_ = before is None or standings.get(before.lesson_id, NOT_BEGUN).is_done
        if in_order and before and not open_ and not standings.get(part.lesson_id, NOT_BEGUN).is_done:
            found = (Bar(kind=BarKind.ORDER, lesson_id=before.lesson_id if enrolled else None), *found)
        lock = Lock(found)
        if found:
            locked[part.lesson_id] = lock
        before = before if lock.is_foreign else part
    return locked


def next_part(parts: Iterable[Part], standings: Mapping[int, Standing]) -> int | None:
    """Return the lesson to go on with: the one opened last if it is not done, else the first that is not done."""
    waiting = [part.lesson_id for part in parts if not standings.get(part.lesson_id, NOT_BEGUN).is_done]
    begun = [(moment, ident) for ident in waiting if (moment := standings.get(ident, NOT_BEGUN).opened_at)]
    if begun:
        return max(begun)[1]
    return waiting[0] if waiting else None
