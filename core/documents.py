"""Ports: what features offer to search, moderation and each other without being imported.

``DocumentSource`` feeds the index, ``ModerationTarget`` lets moderators act, ``DiscussionList`` shows the threads of a
thing; ``core/subjects.py`` lets threads hang on things. ``app/wiring.py`` registers them once.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select

from core.faces import Faces
from core.permissions import Actor
from core.refs import Ref
from core.subjects import Key


@dataclass(frozen=True, kw_only=True)
class Document:
    """What the index holds of one thing: plain text, its audience and where a click leads.

    In ``text`` a form feed parts pages.
    """

    ref: Ref
    title: str
    text: str
    audience: str
    language: str
    url: str
    created_at: datetime
    updated_at: datetime
    board: str = ""
    course: str = ""
    branch: str = ""
    """Id of the branch that answers for it."""
    author: str = ""
    author_name: str = ""
    place: Faces = Faces()  # noqa: RUF009 -- faces never change
    external_id: str = ""
    popularity: int = 0
    places: tuple[tuple[int, str], ...] = ()
    """From which character on a click leads elsewhere: what is put to the address from there, in order."""
    solved: bool = False
    """A question whose accepted answer is part of the text."""
    also_for: tuple[str, ...] = ()
    """Further audiences: who belongs to one of all may find it."""

    @property
    def audiences(self) -> tuple[str, ...]:
        """All audiences."""
        return (self.audience, *self.also_for)

    def is_for(self, actor: Actor) -> bool:
        """Tell whether a reader may find it."""
        return any(actor.can_read(audience) for audience in self.audiences)

    def address_at(self, character: int) -> str:
        """Return where a click on a passage of the text leads; ``-1`` is no passage."""
        place = bisect_right(self.places, character, key=lambda one: one[0])
        return self.url + self.places[place - 1][1] if place else self.url

    @cached_property
    def version(self) -> str:
        """A hash of all fields: equal versions need no indexing."""
        values = "\x1f".join(repr(getattr(self, part.name)) for part in fields(self))
        return hashlib.blake2b(values.encode("utf-8", "replace"), digest_size=12).hexdigest()


class DocumentSource(Protocol):
    """All documents of one kind, as they are in the database now."""

    kind: str

    def count(self) -> int:
        """Return how many there are, roughly: for a progress bar."""

    def documents(self, after_id: int, limit: int) -> Sequence[Document]:
        """Return the next documents by id; hidden things and drafts are left out."""

    def get(self, ids: Iterable[int]) -> Sequence[Document]:
        """Return these documents; what must not be indexed is missing."""


@dataclass(frozen=True, kw_only=True)
class ModerationSubject:
    """What a moderator needs to know of the thing reported."""

    ref: Ref
    title: str
    excerpt: str
    author_id: int | None
    branch_id: int
    scope: str
    place: str
    url: str
    audience: str
    hidden: bool


class ModerationTarget(Protocol):
    """Things of one kind on which moderators act."""

    kind: str

    def find(self, target_id: int) -> ModerationSubject | None:
        """Return the thing, hidden or not, or None."""

    def hide(self, target_id: int, actor: Actor, reason: str) -> None:
        """Hide it inside the caller's transaction."""

    def restore(self, target_id: int, actor: Actor) -> None:
        """Show it again inside the caller's transaction."""


@dataclass(frozen=True, kw_only=True)
class ThreadLink:
    """One thread about something, as a list shows it."""

    title: str
    url: str
    reply_count: int
    last_posted_at: datetime


class Place(NamedTuple):
    """A passage on which threads hang, as it was quoted, and how many."""

    mark: str
    quote: str
    threads: int


class Talk(NamedTuple):
    """What is said about a thing."""

    threads: Sequence[ThreadLink] = ()
    places: Sequence[Place] = ()


class DiscussionList(Protocol):
    """The threads about a thing."""

    def talk_on(self, ref: Ref, actor: Actor, limit: int = 5) -> Talk:
        """Return the most lately active threads this reader may see, and where threads hang, all in one question."""

    def start_url(self, ref: Ref, mark: str = "", title: str = "") -> str:
        """Return where a new thread about the thing, or the passage with this mark, is written; titled so at first."""


class ReportList(Protocol):
    """What readers have reported, for pages that offer to report."""

    def open_by(self, kind: str, ids: Any, reporter_id: Any) -> Select[int]:
        """Return a statement for the ids of those of the things that this person has reported and nobody decided."""


class SimilarThreads(Protocol):
    """Threads like one that is about to be started."""

    def similar(self, title: str, board: str, actor: Actor, limit: int = 5) -> Sequence[Ref]:
        """Return the threads this reader may see that are nearest to a title, those of the board first."""


class Closing(Protocol):
    """Things of which some readers know the title, as it stands in lists, but not what they say."""

    def closed_to(self, refs: Collection[Ref], actor: Actor) -> Mapping[Ref, Sequence[Key]]:
        """Return those of the things that are not open to the reader now, each with what opens it."""


class Passing(Protocol):
    """Courses that a reader is not led to by a search, though they may be read: other editions of one's own."""

    def passed_over(self, actor: Actor) -> frozenset[str]:
        """Return their names in addresses."""


class FacetNames(Protocol):
    """What people call the values results are narrowed by: boards, courses, branches, authors."""

    facet: str

    def names(self, values: Collection[str]) -> Mapping[str, Faces]:
        """Return the names of these values."""

    def called(self, name: str) -> str:
        """Return the value that is called so, in either language; an empty string when none is."""


_sources: dict[str, DocumentSource] = {}
_names: dict[str, FacetNames] = {}
_targets: dict[str, ModerationTarget] = {}
_lists: list[DiscussionList] = []
_similar: list[SimilarThreads] = []
_reports: list[ReportList] = []
_closings: dict[type[Closing], Closing] = {}
_passings: dict[type[Passing], Passing] = {}


def register_source(source: DocumentSource) -> None:
    """Offer documents of a kind to the index."""
    _sources[source.kind] = source


def register_names(names: FacetNames) -> None:
    """Tell what the values of a facet are called."""
    _names[names.facet] = names


def names_of(facet: str) -> FacetNames | None:
    """Return what tells the names of a facet's values; None where they speak for themselves."""
    return _names.get(facet)


def register_closing(closing: Closing) -> None:
    """Let searches keep back the words of what is not open to a reader yet."""
    _closings[type(closing)] = closing


def closed_to(refs: Collection[Ref], actor: Actor) -> dict[Ref, Sequence[Key]]:
    """Return those of the things of which the reader may know the title only, each with what opens it."""
    return {ref: keys for closing in _closings.values() for ref, keys in closing.closed_to(refs, actor).items()}


def register_passing(passing: Passing) -> None:
    """Let searches pass over courses that stand behind others."""
    _passings[type(passing)] = passing


def passed_over(actor: Actor) -> frozenset[str]:
    """Return the courses of which a search finds nothing for this reader, unless it is narrowed to one of them."""
    return frozenset(slug for passing in _passings.values() for slug in passing.passed_over(actor))


def register_target(target: ModerationTarget) -> None:
    """Offer things of a kind to moderators."""
    _targets[target.kind] = target


def register_discussions(discussions_: DiscussionList) -> None:
    """Offer the list of threads about a thing; there is one."""
    _lists[:] = [discussions_]


def register_similar(finder: SimilarThreads) -> None:
    """Offer what finds threads like another; there is one."""
    _similar[:] = [finder]


def register_reports(reports: ReportList) -> None:
    """Offer what was reported; there is one list."""
    _reports[:] = [reports]


def report_list() -> ReportList:
    """Return what was reported."""
    return _reports[0]


def similar_threads() -> SimilarThreads:
    """Return what finds threads like another."""
    return _similar[0]


def sources() -> tuple[DocumentSource, ...]:
    """Return every registered source."""
    return tuple(_sources.values())


def source_for(kind: str) -> DocumentSource | None:
    """Return the source of a kind, if that kind is searched at all."""
    return _sources.get(kind)


def document_for(ref: Ref) -> Document | None:
    """Return the document of one thing as it is now; None when it must not be indexed."""
    source = _sources.get(ref.kind)
    found = source.get([ref.id]) if source else ()
    return found[0] if found else None


def target_for(kind: str) -> ModerationTarget | None:
    """Return what lets moderators act on things of a kind."""
    return _targets.get(kind)


def discussions() -> DiscussionList:
    """Return the list of threads about things."""
    return _lists[0]
