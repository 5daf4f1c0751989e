"""Tells those whose marks moved because a key was changed, and the authors of a key that is doubted."""

from collections.abc import Sequence
from typing import Any

from core.i18n import _l
from core.notifications import notice_kind, tell
from study.models import KeyChange
from study.quiz import urls
from study.quiz.figures import figure
from study.quiz.services.handing_in import tell_marked
from study.quiz.services.key_marks import Again

CHANGED = "study.key_changed"
RESTORED = "study.key_restored"
DOUBTED = "study.key_doubted"
notice_kind(
    CHANGED,
    _l("The key of a question in “%(title)s” was changed. Your marks: %(mark)s of %(max)s, before %(old)s."),
    icon="note",
    detail=_l("Reason: %(reason)s"),
)
notice_kind(
    RESTORED,
    _l("The key of a question in “%(title)s” is the former one again. Your marks: %(mark)s of %(max)s."),
    icon="note",
)
notice_kind(DOUBTED, _l("%(actor)s says that the key of a question is wrong: %(question)s"), icon="talk")


def tell_writers(change: KeyChange, papers: Sequence[Again]) -> None:
    """Tell the writers of papers what they earn now. Papers that wait to be marked by a person say nothing yet."""
    kind = CHANGED if change.undone_at is None else RESTORED
    for one in papers:
        if one.after.mark is None:
            continue
        if one.before.mark is None:
            # It waited to be marked and is so only now.
            tell_marked(one.attempt, one.quiz)
            continue
        said: dict[str, Any] = {"mark": figure(one.after.mark), "max": figure(one.after.max_mark)}
        if kind is CHANGED:
            said |= {"old": figure(one.before.mark or 0), "reason": change.reason}
        tell(
            [one.attempt.user_id],
            kind,
            subject=one.quiz.ref,
            url=urls.for_attempt(one.attempt.id),
            key=f"{kind}:{change.id}:{one.attempt.id}",
            title=one.quiz.title,
            **said,
        )
