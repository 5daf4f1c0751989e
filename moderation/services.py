"""All writes of moderation. Each call expects an open transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core import notifications
from core.clock import utcnow
from core.db import db
from core.documents import ModerationSubject, target_for
from core.errors import NotFound
from core.events import ModeratorActed
from core.house_rules import Rule
from core.i18n import moment_words
from core.permissions import Actor, require
from core.refs import Ref
from core.text import is_blank
from core.upserts import upsert
from moderation import judges, queries, urls
from moderation.enums import Action, ReportReason, ReportState
from moderation.errors import AlreadyHandled, AlreadyReported, NoReason, NoRule, NothingChanges, OwnReport, OwnWork
from moderation.models import Decision, LogCounter, Report
from moderation.permissions import ModerationPermission


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a moderator wants done, and the newest decision this moderator had seen (0: none)."""

    action: Action
    reason: str
    rule: Rule | None = None
    seen: int = 0


def report(ref: Ref, actor: Actor, reason: ReportReason, words: str = "") -> Report:
    """Tell the moderators about something this reader can see.

    Raises:
        NotFound: the reader sees nothing there.
        Denied: the reader is not signed in, or is the author.
        AlreadyReported: the reader's earlier report still waits.
    """
    subject = queries.get_reportable(ref, actor)
    require(actor, ModerationPermission.REPORT, subject.scope)
    if subject.author_id == actor.id:
        raise OwnReport
    if queries.has_open_report(ref, _id_of(actor)):
        raise AlreadyReported
    is_first = not queries.with_open_reports({ref})
    row = _report_row(subject, _id_of(actor), reason, words)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        # Two clicks at the same moment: the unique index has let one through.
        raise AlreadyReported from error
    if is_first:
        _tell_moderators(subject, row)
    return row


def decide(ref: Ref, actor: Actor, verdict: Verdict) -> Decision:
    """Carry out a verdict, close the reports it answers, and tell the people it concerns.

    Raises:
        NotFound: there is nothing this moderator may know of.
        Denied: the actor does not moderate there, or wrote it.
        AlreadyHandled: another moderator was faster.
        NothingChanges: it is hidden, or visible, already.
        NoReason, NoRule: the verdict is not answerable.
    """
    number = _next_number()
    subject = queries.get_judgeable(ref, actor)
    if subject.author_id is not None and subject.author_id == actor.id:
        raise OwnWork
    _check_words(verdict)
    _check_newest(ref, verdict.seen)
    undone = queries.find_undoable(ref) if verdict.action is Action.RESTORE else None
    _check_change(subject, verdict.action, undone)
    decision = _decision_row(number, subject, actor, verdict, undone)
    db.session.add(decision)
    db.session.flush()  # The notices need the id.
    _carry_out(ref, actor, verdict)
    reporters = _close_reports(ref, decision)
    _tell_author(decision, subject)
    _tell_reporters(decision, subject, reporters)
    return decision


def record(act: ModeratorActed) -> Decision | None:
    """Put an act done in a feature into the log and tell the author; None when it stands there or its thing is gone."""
    number = _next_number()
    subject = queries.find_subject(act.subject)
    if subject is None or queries.is_recorded(act.key):
        _give_back(number)
        return None
    action = Action(act.action)
    undone = queries.find_undoable(act.subject, [Action.DELETE]) if action is Action.UNDELETE else None
    decision = Decision(
        number=number,
        action=action,
        rule=Rule(act.rule) if act.rule else None,
        reason=act.reason,
        subject_kind=act.subject.kind,
        subject_id=act.subject.id,
        place=queries.places_of(act.subject),
        audience=subject.audience,
        branch_id=subject.branch_id,
        actor_id=act.actor_id,
        author_id=subject.author_id,
        undoes_id=undone.id if undone else None,
        key=act.key,
    )
    db.session.add(decision)
    db.session.flush()
    _tell_author(decision, subject)
    if action is Action.DELETE:  # Whoever reported it has an answer.
        _tell_reporters(decision, subject, _close_reports(act.subject, decision))
    return decision


def withdraw_reports(refs: Sequence[Ref]) -> int:
    """Close the open reports on those subjects that are gone and return how many reports there were."""
    closed = 0
    for ref in filter(queries.is_gone, refs):
        for row in queries.list_open_reports(ref):
            row.state, row.handled_at, row.excerpt = ReportState.WITHDRAWN, utcnow(), ""
            closed += 1
    db.session.flush()
    return closed


def _id_of(actor: Actor) -> int:
    if actor.id is None:
        raise LookupError("A visitor has no id.")
    return actor.id


def _report_row(subject: ModerationSubject, reporter_id: int, reason: ReportReason, words: str) -> Report:
    return Report(
        subject_kind=subject.ref.kind,
        subject_id=subject.ref.id,
        reporter_id=reporter_id,
        reason=reason,
        words=words,
        title=subject.title[:300],
        excerpt=subject.excerpt[:1000],
        url=subject.url,
        place=queries.places_of(subject.ref),
        author_id=subject.author_id,
        branch_id=subject.branch_id,
    )


def _next_number() -> int:
    """Take the next number of the log. Its row stays locked until commit, so decisions happen one after another."""
    statement = upsert(LogCounter, {"id": 1, "last": 1}, ["id"], {"last": LogCounter.last + 1})
    return int(db.session.execute(statement.returning(LogCounter.last)).scalar_one())


def _give_back(number: int) -> None:
    """Undo ``_next_number``; nobody else has taken one since, because the row is locked."""
    db.session.execute(update(LogCounter).values(last=number - 1))


def _check_words(verdict: Verdict) -> None:
    if is_blank(verdict.reason):
        raise NoReason
    if verdict.action is Action.HIDE and verdict.rule is None:
        raise NoRule


def _check_newest(ref: Ref, seen: int) -> None:
    found = queries.find_last_decision(ref)
    if found is None or found[0].id == seen:
        return
    newest, name = found
    raise AlreadyHandled(name=name, action=newest.action.label, time=moment_words(newest.created_at))


def _check_change(subject: ModerationSubject, action: Action, undone: Decision | None) -> None:
    if action is Action.HIDE and subject.hidden:
        raise NothingChanges
    # What its author took away is not ours to bring back.
    if action is Action.RESTORE and (not subject.hidden or undone is None):
        raise NothingChanges


def _decision_row(
    number: int, subject: ModerationSubject, actor: Actor, verdict: Verdict, undone: Decision | None
) -> Decision:
    return Decision(
        number=number,
        action=verdict.action,
        rule=verdict.rule,
        reason=verdict.reason.strip(),
        subject_kind=subject.ref.kind,
        subject_id=subject.ref.id,
        place=queries.places_of(subject.ref),
        audience=subject.audience,
        branch_id=subject.branch_id,
        actor_id=_id_of(actor),
        author_id=subject.author_id,
        undoes_id=undone.id if undone else None,
        created_at=utcnow(),
    )


def _carry_out(ref: Ref, actor: Actor, verdict: Verdict) -> None:
    target = target_for(ref.kind)
    if target is None:
        raise NotFound
    if verdict.action is Action.HIDE:
        target.hide(ref.id, actor, verdict.reason)
    elif verdict.action is Action.RESTORE:
        target.restore(ref.id, actor)


def _close_reports(ref: Ref, decision: Decision) -> list[int]:
    """Close what is open on the subject, forget the copied text, and return who had reported."""
    statement = (
        update(Report)
        .where(Report.subject_kind == ref.kind, Report.subject_id == ref.id, Report.state == ReportState.OPEN)
        .values(state=ReportState.HANDLED, handled_at=utcnow(), decision_id=decision.id, excerpt="")
        .returning(Report.reporter_id)
    )
    return sorted(set(db.session.scalars(statement)))


def _tell_moderators(subject: ModerationSubject, row: Report) -> None:
    """Tell those who may decide that something waits, without saying who reported it."""
    concerned = {row.reporter_id, subject.author_id}
    notifications.tell(
        [judge for judge in judges.list_moderators(subject.scope) if judge not in concerned],
        "moderation.waiting",
        subject=subject.ref,
        url=urls.for_subject(subject.ref),
        # Two first reports at the same moment give one notice: the next one comes after a decision.
        key=f"moderation.waiting:{subject.ref}:{queries.last_decision_id(subject.ref)}",
        title=subject.title,
    )


def _tell_author(decision: Decision, subject: ModerationSubject) -> None:
    if subject.author_id is None or decision.action is Action.KEEP:
        return
    _tell([subject.author_id], f"moderation.{decision.action}", decision, subject.title)


def _tell_reporters(decision: Decision, subject: ModerationSubject, reporters: list[int]) -> None:
    people = [reporter for reporter in reporters if reporter not in {subject.author_id, decision.actor_id}]
    _tell(people, f"moderation.report_{decision.action}", decision, subject.title)


def _tell(people: list[int], kind: str, decision: Decision, title: str) -> None:
    if people:
        notifications.tell(
            people,
            kind,
            subject=decision.subject,
            url=urls.for_decision(decision.number),
            actor_id=decision.actor_id,
            key=f"{kind}:{decision.id}",
            title=title,
            reason=decision.reason,
            number=decision.number,
            rule=decision.rule.number if decision.rule else 0,
        )
