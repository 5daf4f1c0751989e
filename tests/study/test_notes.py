"""Notes and highlights of one's own: kept at passages, for oneself alone, through changes of the text."""

import pytest
from sqlalchemy import select

from accounts.events import UserErased
from core.db import db
from core.documents import source_for
from core.faces import Faces
from core.passages import passages_of
from core.permissions import user_audience
from study import note_handlers
from study.enums import NoteColour
from study.models import LessonNote
from study.queries.readings import list_passages
from tests.factories.accounts import UserFactory
from tests.factories.study import CourseFactory, LessonFactory

EN = {"Accept-Language": "en"}
OLD = '<p id="p1">Minutes are kept by the secretary and shown to all.</p>'
OTHER = '<p id="p2">Accounts are open.</p>'
NEW = '<p id="p1">Minutes are kept by the secretary and shown to every member.</p>'


def mark(html: str) -> str:
    return passages_of(html)[0].mark


@pytest.fixture
def lesson(app):
    return LessonFactory(
        module__course=CourseFactory(slug="minutes"), html=Faces("", OLD + OTHER), title=Faces("", "Minutes")
    )


@pytest.fixture
def reader(sign_in, member):
    return sign_in(member)


@pytest.fixture
def note(reader, lesson):
    """Return ``note(html, **fields) -> answer``: the reader notes something at a passage."""

    def write(html: str = OLD, **fields: str):
        data = {"body": "Ask Li <b>", "colour": "green", **fields}
        return reader.post(f"/study/lessons/{lesson.id}/notes/{mark(html)}", data=data, headers=EN)

    return write


def kept() -> list[tuple[str, str, NoteColour]]:
    db.session.expire_all()
    notes = db.session.scalars(select(LessonNote).order_by(LessonNote.id))
    return [(one.quote, one.body, one.colour) for one in notes]


def page_of(reader, lesson) -> str:
    return reader.get(f"/study/lessons/{lesson.id}", headers=EN).text


def test_a_note_stands_at_its_passage_which_is_highlighted(reader, lesson, note):
    answer = note()
    assert answer.location == f"/study/lessons/{lesson.id}#p1"
    page = page_of(reader, lesson)
    assert '<p id="p1" data-hl="green">Minutes' in page
    assert '<aside class="mine" data-hl="green" aria-label="My note"><p class="pre">Ask Li &lt;b&gt;</p>' in page
    assert 'id="p2" data-hl' not in page


def test_a_passage_says_how_to_cite_it(reader, lesson):
    passage = list_passages(lesson)[0]
    here = f"/study/lessons/{lesson.id}"
    page = reader.get(f"{here}/notes/{passage.mark}", headers=EN).text
    cited = page.split("To cite this passage: ")[1].split("</p>")[0]
    assert cited.startswith(f'<a href="{here}#{passage.place}">http')
    assert cited.endswith(f"{here}#{passage.place}</a>")


def test_a_highlight_needs_no_words(reader, lesson, note):
    note(body="", colour="blue")
    page = page_of(reader, lesson)
    assert ('data-hl="blue"' in page, 'class="mine"' in page) == (True, False)


def test_a_second_note_at_a_passage_changes_the_first(note):
    note()
    note(body="Better", colour="yellow")
    assert kept() == [("Minutes are kept by the secretary and shown to all.", "Better", NoteColour.YELLOW)]


def test_a_note_survives_a_change_of_the_text_and_says_so(reader, lesson, note, transaction):
    note()
    with transaction():
        lesson.html = Faces("", OTHER + NEW.replace("p1", "p3"))
    page = page_of(reader, lesson)
    assert '<p id="p3" data-hl="green">' in page
    assert "The text has changed since." in page
    form = reader.get(f"/study/lessons/{lesson.id}/notes/{mark(NEW)}", headers=EN).text
    assert "Minutes are kept by the secretary and shown to all." in form
    note(NEW, body="Seen")
    assert kept() == [("Minutes are kept by the secretary and shown to every member.", "Seen", NoteColour.GREEN)]
    assert "The text has changed since." not in page_of(reader, lesson)


def test_a_note_whose_passage_is_gone_stands_at_the_foot_and_can_be_changed(reader, lesson, note, transaction):
    note()
    with transaction():
        lesson.html = Faces("", OTHER)
    page = page_of(reader, lesson)
    assert "The lesson no longer says this." in page
    assert note(body="Kept all the same").status_code == 303
    assert kept()[0][1] == "Kept all the same"
    assert reader.post(f"/study/lessons/{lesson.id}/notes/{mark(OLD)}/delete").status_code == 303
    assert kept() == []


def test_a_note_on_the_whole_lesson(reader, lesson):
    address = f"/study/lessons/{lesson.id}/notes/lesson"
    assert reader.get(address).status_code == 200
    reader.post(address, data={"body": "Read it twice", "colour": "yellow"})
    assert "Read it twice" in page_of(reader, lesson)


def test_notes_are_deleted(reader, lesson, note):
    note()
    address = f"/study/lessons/{lesson.id}/notes/{mark(OLD)}/delete"
    assert [reader.post(address).status_code, reader.post(address).status_code] == [303, 404]
    assert 'data-hl="' not in page_of(reader, lesson)


def test_nobody_else_sees_a_note(lesson, note, sign_in, instructor):
    note()
    other = sign_in(instructor)
    pages = page_of(other, lesson), other.get("/study/notes").text, other.get("/study/notes.md").text
    assert ["Ask Li" in page for page in pages] == [False] * 3
    assert other.post(f"/study/lessons/{lesson.id}/notes/{mark(OLD)}/delete").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "data", "status"),
    [("t0123", {}, 404), (None, {"colour": "red"}, 422), (None, {"body": "x" * 4001}, 422)],
)
def test_bad_input_is_refused_and_what_was_typed_stays(reader, lesson, wanted, data, status):
    fields = {"body": "typed", "colour": "green", **data}
    answer = reader.post(f"/study/lessons/{lesson.id}/notes/{wanted or mark(OLD)}", data=fields, headers=EN)
    assert answer.status_code == status
    assert status == 404 or fields["body"] in answer.text
    assert kept() == []


def test_notes_are_listed_and_taken_away_by_course(reader, lesson, note, sign_in, member):
    note()
    other = LessonFactory(module__course=CourseFactory(title=Faces("别的")), html=Faces("", OTHER))
    reader.post(f"/study/lessons/{other.id}/notes/{mark(OTHER)}", data={"body": "Elsewhere", "colour": "blue"})
    assert [word in reader.get("/study/notes").text for word in ("Ask Li", "Elsewhere")] == [True, True]
    one = reader.get("/study/notes?course=minutes").text
    assert [word in one for word in ("Ask Li", "Elsewhere")] == [True, False]
    answer = reader.get("/study/notes.md?course=minutes", headers=EN)
    assert answer.text == (
        "# Course minutes\n\n## Minutes\n\n> Minutes are kept by the secretary and shown to all.\n\nAsk Li <b>\n"
    )


@pytest.mark.parametrize("notes", [1, 3])
def test_a_list_of_notes_costs_the_same_queries_at_any_length(reader, member, lesson, count_queries, notes):
    for number in range(notes):
        db.session.add(LessonNote(user_id=member.id, lesson_id=lesson.id, mark=f"t{number}", quote="q", body="b"))
    db.session.commit()
    reader.get("/study/notes")
    with count_queries() as seen:
        page = reader.get("/study/notes").text
    assert (page.count('class="mine"'), len(seen)) == (notes, 5)


def test_search_finds_a_note_for_its_author_alone(member, note):
    note()
    (found,) = source_for("note").documents(0, 10)
    assert (found.audience, found.text.splitlines()[0]) == (user_audience(member.id), "Ask Li <b>")


def test_notes_of_erased_people_are_deleted(member, note):
    note()
    note_handlers.forget_notes([UserErased(user_id=UserFactory().id)])
    assert len(kept()) == 1
    note_handlers.forget_notes([UserErased(user_id=member.id)])
    assert kept() == []
