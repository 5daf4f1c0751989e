"""Writes members' own notes."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from core.db import db
from core.errors import NotFound
from core.events import ContentEvent
from core.outbox import announce
from core.passages import find_marked
from core.permissions import Actor
from study.annotating import place
from study.enums import NoteColour
from study.models import Lesson, LessonNote
from study.models.notes import WHOLE
from study.queries.readings import list_passages


@dataclass(frozen=True, kw_only=True)
class NoteContent:
    """What a member notes."""

    body: str
    colour: NoteColour


def save_note(lesson: Lesson, actor: Actor, mark: str, content: NoteContent) -> LessonNote:
    """Keep a note at a passage, or on the whole lesson; one that is there already is changed.

    Raises:
        NotFound: the lesson holds no such passage, and no note was made at one.
    """
    note = find_note(lesson, actor, mark)
    passage = find_marked(list_passages(lesson), mark)
    if note is None:
        if passage is None and mark != WHOLE:
            raise NotFound
        note = LessonNote(user_id=actor.id, lesson_id=lesson.id, mark=mark)
        db.session.add(note)
    if passage is not None:
        # Who looks at it again has seen what the passage says now.
        note.mark, note.quote = passage.mark, passage.quote
    note.body, note.colour = content.body, content.colour
    db.session.flush()
    announce(ContentEvent(subject=note.ref))
    return note


def delete_note(lesson: Lesson, actor: Actor, mark: str) -> None:
    """Delete a note.

    Raises:
        NotFound: there is none.
    """
    note = find_note(lesson, actor, mark)
    if note is None:
        raise NotFound
    announce(ContentEvent(subject=note.ref))
    db.session.delete(note)
    db.session.flush()


def find_note(lesson: Lesson, actor: Actor, mark: str) -> LessonNote | None:
    """Return a member's note by the mark of the passage it stands at now, or by the one it was made at."""
    own = select(LessonNote).where(LessonNote.lesson_id == lesson.id, LessonNote.user_id == actor.id)
    notes = db.session.scalars(own).all()
    placed = place(notes, list_passages(lesson))
    here = placed.whole if mark == WHOLE else placed.at.get(mark)
    return here or next((note for note in notes if note.mark == mark), None)


def forget_member(user_id: int) -> None:
    """Delete the notes of an erased person: they are nothing but personal data."""
    for note in db.session.scalars(select(LessonNote).where(LessonNote.user_id == user_id)):
        announce(ContentEvent(subject=note.ref))
    db.session.execute(delete(LessonNote).where(LessonNote.user_id == user_id))
