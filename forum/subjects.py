"""What a thread hangs on: as it was quoted, and as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import passages
from core.permissions import Actor
from core.subjects import Key, Subject, subject_for

TODAY_MAX = 1_000
"""Characters of a changed passage that are shown beside the quotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A thread's thing today. ``subject`` is None where it is gone, or not for this reader."""

    subject: Subject | None
    url: str = ""
    is_gone: bool = False
    """What was quoted is no longer there."""
    today: str = ""
    """What the quoted passage says now, where that is something else."""
    keys: Sequence[Key] = ()
    """What opens the thing to this reader. Until then the quotation is not shown either."""


def standing_of(thread: Any, actor: Actor, words: str | None) -> Standing | None:
    """Return what a thread hangs on; None: on nothing.

    ``words`` are what the page of the thread was told of the thing along the way; kinds that tell nothing are asked.
    """
    if not thread.subject_kind:
        return None
    subject = _subject_of(thread, actor, words)
    if subject is None:
        return Standing(subject=None, is_gone=True)
    if subject.keys:
        return Standing(subject=subject, url=subject.url, keys=subject.keys)
    quote = thread.subject_quote
    if not quote:
        return Standing(subject=subject, url=subject.url)
    found = passages.find_again(subject.passages, thread.subject_anchor, quote)
    if found is None:
        return Standing(subject=subject, url=subject.url, is_gone=True)
    return Standing(
        subject=subject,
        url=found.address_on(subject.url),
        today="" if quote in found.text else found.text[:TODAY_MAX],
    )


def _subject_of(thread: Any, actor: Actor, words: str | None) -> Subject | None:
    kind = subject_for(thread.subject_kind)
    if kind is None:
        return None
    telling = kind.telling()
    if telling is None:
        return kind.find(thread.subject_id, actor)
    # Nothing quoted: nothing has to be found again.
    mark = thread.subject_anchor if thread.subject_quote else ""
    return telling.told(words, actor, mark) if words is not None else None


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a new thread quotes. ``has_changed`` where the text says something else than the writer saw."""

    mark: str = ""
    quote: str = ""
    has_changed: bool = False


def quoted(subject: Subject, mark: str, quote: str) -> Quoted:
    """Return what of a thing is quoted: only what it really says now, whatever an address or form pretends.

    Args:
        subject: the thing.
        mark: of the passage; may be empty.
        quote: words of it; empty for the whole passage.
    """
    quote = " ".join(quote.split())
    if not quote:
        found = passages.find_marked(subject.passages, mark)
        return Quoted(found.mark, found.quote) if found else Quoted(has_changed=bool(mark))
    again = passages.find_again(subject.passages, mark, quote) or passages.find_quoted(subject.passages, quote)
    if again is None:
        return Quoted(has_changed=True)
    if quote in again.text:
        return Quoted(again.mark, quote)
    return Quoted(again.mark, again.quote, has_changed=True)
