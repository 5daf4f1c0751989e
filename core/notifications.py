"""Telling people: features name kinds of notice and who should hear; ``notify`` keeps the inbox."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.events import Event
from core.faces import Faces
from core.outbox import announce
from core.refs import Ref


@dataclass(frozen=True, kw_only=True)
class NoticeKind:
    """One kind of notice: its words and perhaps a quiet second line, both with placeholders, and its icon."""

    code: str
    words: Any
    icon: str
    detail: Any = None


_kinds: dict[str, NoticeKind] = {}


def notice_kind(code: str, words: Any, icon: str = "note", detail: Any = None) -> NoticeKind:
    """Register a kind of notice under a code such as ``forum.reply``."""
    kind = NoticeKind(code=code, words=words, icon=icon, detail=detail)
    _kinds[code] = kind
    return kind


def find_notice_kind(code: str) -> NoticeKind | None:
    """Return a registered kind, or None after a feature was removed."""
    return _kinds.get(code)


@dataclass(frozen=True, kw_only=True)
class PeopleTold(Event):
    """Some people should find a notice in their inbox. ``key`` makes a repetition harmless."""

    recipient_ids: tuple[int, ...]
    kind: str
    subject: Ref
    url: str
    actor_id: int | None
    key: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """A moment that is shown with its time of day; a bare one is shown as the last day before it."""

    at: datetime


def packed(value: str | int | Faces | datetime | Moment) -> Any:
    """Return what fills a placeholder as the column keeps it."""
    if isinstance(value, Moment):
        return {"at": value.at.isoformat()}
    if isinstance(value, Faces):
        return {"zh": value.zh, "en": value.en}
    return {"until": value.isoformat()} if isinstance(value, datetime) else value


def tell(
    recipient_ids: Iterable[int],
    kind: str,
    *,
    subject: Ref,
    url: str,
    key: str,
    actor_id: int | None = None,
    **params: str | int | Faces | datetime | Moment,
) -> None:
    """Announce a notice to people, inside the present transaction. Nobody is told of their own act.

    Titles with two faces are shown in the reader's language, moments as the last day before them.

    Raises:
        KeyError: the kind was never registered.
    """
    _kinds[kind]
    recipients = tuple(sorted({person for person in recipient_ids if person != actor_id}))
    if recipients:
        announce(
            PeopleTold(
                recipient_ids=recipients,
                kind=kind,
                subject=subject,
                url=url,
                actor_id=actor_id,
                key=key,
                params={name: packed(value) for name, value in params.items()},
            )
        )
