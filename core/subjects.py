"""The port by which threads hang on things of other rooms; ``app/wiring.py`` registers what there is once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from core.db import AnySelect
from core.faces import Faces
from core.passages import Passage
from core.permissions import Actor
from core.refs import Ref


class Key(NamedTuple):
    """One thing that opens what is not open to a reader yet."""

    words: str
    url: str
    go: str
    """The words of the link, where there is one."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A thing a thread can hang on, with the board that takes its threads."""

    ref: Ref
    title: str
    url: str
    audience: str
    branch_id: int
    board_slug: str
    board_title: Faces
    course_id: int | None = None
    """The course it belongs to, for those who follow the threads of one."""
    passages: Sequence[Passage] = ()
    """What of it can be quoted, as it is now; known of a thing that was asked for alone."""
    keys: Sequence[Key] = ()
    """What opens it to the reader, who may know of it but not open it yet; known as the passages are."""
    board_audience: str = ""
    """Who sees that board, where it is not those who see the thing."""


class Telling(Protocol):
    """What lets a page that asks something else anyhow know of a thing without a question more."""

    def wording(self, subject_id: Any, sought: Any = None) -> AnySelect:
        """Return a statement for one column of words that tell of the thing, a row at most.

        ``sought`` are words that the passages asked for hold as they are written; None where no passage is asked for.
        """

    def told(self, words: str, actor: Actor, mark: str = "") -> Subject | None:
        """Return the thing by these words as ``find`` does, but with no passages unless ``mark`` names one.

        Where the passage with this mark is still there, the others may be left out.
        """


class DiscussionSubject(Protocol):
    """Things of one kind that threads can hang on."""

    kind: str
    is_narrower: bool = False
    """Whether fewer people see its threads than see the board that takes them."""

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the thing if the reader may see it."""

    def telling(self) -> Telling | None:
        """Return how another question takes along what ``find`` needs; None where none can."""
        return None

    def named(self, ids: Iterable[int], actor: Actor) -> Mapping[int, Subject]:
        """Return those of the things that the reader may see, all in one go."""

    def audiences(self, ids: Iterable[int]) -> Mapping[int, str]:
        """Return who may see each of these things now."""

    def board_audiences(self, ids: Iterable[int]) -> Mapping[int, str]:
        """Return who may see the board that takes the threads about each of these things: the same, as a rule."""
        return self.audiences(ids)

    def note_thread(self, subject_id: int) -> None:
        """Note, inside the caller's transaction, that a thread hangs on the thing: most kinds need not know."""
        return


_subjects: dict[str, DiscussionSubject] = {}


def register_subject(subject: DiscussionSubject) -> None:
    """Offer things of a kind to threads."""
    _subjects[subject.kind] = subject


def narrower_kinds() -> list[str]:
    """Return the kinds of things whose threads fewer people see than see the boards they stand on."""
    return sorted(kind for kind, subjects in _subjects.items() if subjects.is_narrower)


def subject_for(kind: str) -> DiscussionSubject | None:
    """Return what lets threads hang on things of a kind."""
    return _subjects.get(kind)
