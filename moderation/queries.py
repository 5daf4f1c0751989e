"""All reads of moderation."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, User
from core.db import db
from core.documents import ModerationSubject, target_for
from core.errors import NotFound
from core.faces import Faces
from core.i18n import in_language
from core.pages import Page, page_of
from core.permissions import Actor, may_read, require
from core.refs import Ref
from core.text import detect_language
from moderation.enums import Action, ReportState
from moderation.models import Decision, Report
from moderation.permissions import ModerationPermission

PAGE = 20


@dataclass(frozen=True)
class Entry:
    """One line of the public log."""

    decision: Decision
    actor_name: str
    branch_path: str
    undone_by: int | None
    undoes: int | None

    @property
    def language(self) -> str:
        """The language of the reason, which is not always the page's."""
        return detect_language(self.decision.reason)


@dataclass(frozen=True)
class Case:
    """Everything reported about one subject and still open."""

    subject: Ref
    reports: Sequence[Report]
    seen: int

    @property
    def first(self) -> Report:
        """The oldest report."""
        return self.reports[0]


def find_subject(ref: Ref) -> ModerationSubject | None:
    """Return what a reference points at, or None when the kind or the row is unknown."""
    target = target_for(ref.kind)
    return target.find(ref.id) if target else None


def places_of(ref: Ref) -> Faces:
    """Return where a subject stands, in both languages."""
    faces = {}
    for name, language in (("zh", "zh-Hans"), ("en", "en")):
        with in_language(language):
            subject = find_subject(ref)
        faces[name] = subject.place if subject else ""
    return Faces(**faces)


def get_reportable(ref: Ref, actor: Actor) -> ModerationSubject:
    """Return what this reader sees at ``ref``.

    Raises:
        NotFound: there is nothing, it is hidden, or this reader may not know of it.
    """
    subject = find_subject(ref)
    if subject is None or subject.hidden or not may_read(actor, subject.audience):
        raise NotFound
    return subject


def get_judgeable(ref: Ref, actor: Actor) -> ModerationSubject:
    """Return what this moderator may decide about, hidden or not.

    Raises:
        NotFound: there is nothing, or this reader may not know of it.
        Denied: the reader sees it but does not moderate it.
    """
    subject = find_subject(ref)
    if subject is None:
        raise NotFound
    if not actor.may(ModerationPermission.DECIDE, scope=subject.scope):
        if subject.hidden or not may_read(actor, subject.audience):
            raise NotFound
        require(actor, ModerationPermission.DECIDE, subject.scope)
    return subject


def last_decision_id(ref: Ref) -> int:
    """Return the newest decision about a subject, or 0: the version a moderator has seen."""
    statement = select(func.max(Decision.id)).where(*_about(Decision, ref))
    return db.session.scalar(statement) or 0


def find_last_decision(ref: Ref) -> tuple[Decision, str] | None:
    """Return the newest decision about a subject and the name of who took it."""
    statement = (
        select(Decision, User.display_name)
        .join(User, User.id == Decision.actor_id)
        .where(*_about(Decision, ref))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return (row[0], row[1]) if row else None


def is_recorded(key: str) -> bool:
    """Tell whether an act that a feature reported stands in the log."""
    return db.session.scalar(select(Decision.id).where(Decision.key == key)) is not None


def find_undoable(ref: Ref, actions: Collection[Action] = (Action.HIDE, Action.DELETE)) -> Decision | None:
    """Return the latest act that hid or removed a subject and has not been undone."""
    undo = aliased(Decision)
    statement = (
        select(Decision)
        .where(*_about(Decision, ref), Decision.action.in_(actions))
        .where(~exists().where(undo.undoes_id == Decision.id))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def list_open_reports(ref: Ref) -> Sequence[Report]:
    """Return the open reports on one subject, oldest first."""
    statement = select(Report).where(*_about(Report, ref), Report.state == ReportState.OPEN).order_by(Report.id)
    return db.session.scalars(statement).all()


def has_open_report(ref: Ref, reporter_id: int) -> bool:
    """Tell whether this reader's report on a subject still waits."""
    statement = select(Report.id).where(
        *_about(Report, ref), Report.reporter_id == reporter_id, Report.state == ReportState.OPEN
    )
    return db.session.scalar(statement) is not None


def with_open_reports(refs: Collection[Ref]) -> list[Ref]:
    """Return those of ``refs`` on which reports are open."""
    statement = (
        select(Report.subject_kind, Report.subject_id)
        .where(_among(Report, refs), Report.state == ReportState.OPEN)
        .distinct()
    )
    return [Ref(kind, subject_id) for kind, subject_id in db.session.execute(statement)]


def is_gone(ref: Ref) -> bool:
    """Tell whether nothing is left to decide about: the row is gone, or hidden without a decision of ours."""
    subject = find_subject(ref)
    return subject is None or (subject.hidden and find_undoable(ref) is None)


def is_moderator(actor: Actor) -> bool:
    """Tell whether this reader moderates anywhere."""
    return actor.may_anywhere(ModerationPermission.DECIDE)


def count_cases(actor: Actor) -> int:
    """Return how many subjects wait for this moderator."""
    if not is_moderator(actor):
        return 0
    return db.session.scalar(select(func.count()).select_from(_cases(actor).subquery())) or 0


def list_cases(actor: Actor, cursor: str | None) -> Page[Case]:
    """Return the subjects that wait for this moderator, the longest waiting first."""
    page = page_of(_cases(actor), order=[Report.id], cursor=cursor, limit=PAGE, descending=False)
    heads: Sequence[Report] = page.items
    refs = [head.subject for head in heads]
    reports = _open_reports_on(refs)
    seen = _last_decisions(refs)
    cases = [Case(ref, reports.get(ref, [head]), seen.get(ref, 0)) for ref, head in zip(refs, heads, strict=True)]
    return Page(items=cases, next=page.next, previous=page.previous)


def list_log(cursor: str | None, action: Action | None = None) -> Page[Entry]:
    """Return the public log, newest first."""
    statement = _entries()
    if action is not None:
        statement = statement.where(Decision.action == action)
    page = page_of(statement, order=[Decision.number], cursor=cursor, limit=PAGE, key=lambda row: [row[0].number])
    return Page(items=[Entry(*row) for row in page.items], next=page.next, previous=page.previous)


def list_history(ref: Ref) -> Sequence[Entry]:
    """Return what was decided about one subject, newest first."""
    statement = _entries().where(*_about(Decision, ref)).order_by(Decision.number.desc())
    return [Entry(*row) for row in db.session.execute(statement)]


def get_entry(number: int) -> Entry:
    """Return one entry of the log.

    Raises:
        NotFound: there is no such number.
    """
    row = db.session.execute(_entries().where(Decision.number == number)).one_or_none()
    if row is None:
        raise NotFound
    return Entry(*row)


def _about(model: Any, ref: Ref) -> tuple[ColumnElement[bool], ...]:
    return model.subject_kind == ref.kind, model.subject_id == ref.id


def _among(model: Any, refs: Collection[Ref]) -> ColumnElement[bool]:
    """Match any of several references; by kind, because SQLite and PostgreSQL both index that."""
    ids: dict[str, list[int]] = defaultdict(list)
    for ref in refs:
        ids[ref.kind].append(ref.id)
    parts = [and_(model.subject_kind == kind, model.subject_id.in_(rows)) for kind, rows in ids.items()]
    return or_(*parts) if parts else false()


def _cases(actor: Actor) -> Select[Any]:
    """Select the oldest open report of each subject in this moderator's scopes."""
    earlier = aliased(Report)
    within = [Branch.path.startswith(path, autoescape=True) for path in actor.scopes(ModerationPermission.DECIDE)]
    return (
        select(Report)
        .join(Branch, Branch.id == Report.branch_id)
        .where(Report.state == ReportState.OPEN, or_(false(), *within))
        .where(
            ~exists().where(
                earlier.state == ReportState.OPEN,
                earlier.subject_kind == Report.subject_kind,
                earlier.subject_id == Report.subject_id,
                earlier.id < Report.id,
            )
        )
    )


def _open_reports_on(refs: Sequence[Ref]) -> dict[Ref, list[Report]]:
    statement = select(Report).where(_among(Report, refs), Report.state == ReportState.OPEN).order_by(Report.id)
    found: dict[Ref, list[Report]] = defaultdict(list)
    for report in db.session.scalars(statement):
        found[report.subject].append(report)
    return found


def _last_decisions(refs: Sequence[Ref]) -> dict[Ref, int]:
    statement = (
        select(Decision.subject_kind, Decision.subject_id, func.max(Decision.id))
        .where(_among(Decision, refs))
        .group_by(Decision.subject_kind, Decision.subject_id)
    )
    return {Ref(kind, subject_id): newest for kind, subject_id, newest in db.session.execute(statement)}


def _entries() -> Select[Decision, str, str, int, int]:
    undo, undone = aliased(Decision), aliased(Decision)
    return (
        select(Decision, User.display_name, Branch.path, undo.number, undone.number)
        .join(User, User.id == Decision.actor_id)
        .join(Branch, Branch.id == Decision.branch_id)
        .outerjoin(undo, undo.undoes_id == Decision.id)
        .outerjoin(undone, undone.id == Decision.undoes_id)
    )
