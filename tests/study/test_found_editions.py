"""Of several editions of a course one is found: the reader's own, or else the newest that may be taken."""

from core.db import db
from core.faces import Faces
from core.permissions import PUBLIC, VISITOR, branch_audience
from search import queries, services
from search.engines import IndexMissing
from study.enums import CourseState
from study.models import Edition
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, MaterialFactory, ModuleFactory

SLUGS = ("one", "two", "three")


def edition(slug: str, of=None, **more):
    """Make a course with a lesson and a file, as the edition of another."""
    course = CourseFactory(slug=slug, title=Faces(en=f"Shelves {slug}"), **more)
    words = Faces(en="<p>Shelves for boxes</p>")
    LessonFactory(module=ModuleFactory(course=course), title=Faces(en=f"Shelves {slug}"), html=words)
    MaterialFactory(course=course, title=f"Shelves {slug}", text="Shelves", page_count=1, language="en")
    if of is not None:
        db.session.add(Edition(course_id=course.id, of_course_id=of.id))
    db.session.commit()
    return course


def found(actor, **narrowed) -> dict[str, int]:
    """Return how much of each edition somebody finds."""
    services.rebuild()
    results = queries.search("shelves", actor, queries.Narrowing(**narrowed))
    titles = ["".join(piece.text for piece in hit.title) for hit in results.hits]
    counted = {slug: titles.count(f"Shelves {slug}") for slug in SLUGS}
    assert results.total == sum(results.kinds.values() if not narrowed else counted.values()) == sum(counted.values())
    return {slug: count for slug, count in counted.items() if count}


def test_newcomers_find_the_newest_edition_that_is_published(member, actor_of):
    one = edition("one", audience=PUBLIC)
    assert found(VISITOR) == {"one": 3}
    two = edition("two", one, audience=PUBLIC)
    edition("three", two, audience=PUBLIC, state=CourseState.DRAFT)
    assert found(VISITOR) == found(actor_of(member)) == {"two": 3}


def test_learners_find_the_edition_they_take(member, actor_of):
    one = edition("one")
    EnrolmentFactory(user=member, course=one)
    edition("three", edition("two", one))
    assert found(actor_of(member)) == {"one": 3}
    one.state = CourseState.ARCHIVED
    db.session.commit()
    assert found(actor_of(member)) == {"one": 3}


def test_an_edition_for_others_stands_before_none(member, other_branch, actor_of):
    edition("two", edition("one"), audience=branch_audience(other_branch.id))
    assert found(actor_of(member)) == {"one": 3}


def test_authors_find_their_drafts_beside(instructor, actor_of):
    edition("two", edition("one"), state=CourseState.DRAFT)
    assert found(actor_of(instructor)) == {"one": 3, "two": 3}


def test_who_asks_for_an_edition_finds_it(member, actor_of):
    edition("two", edition("one"))
    assert found(actor_of(member), chosen={"course": "one"}) == {"one": 3}


def test_titles_alone_are_passed_over_too(member, actor_of, monkeypatch):
    edition("two", edition("one"))

    def missing(_request):
        raise IndexMissing

    monkeypatch.setattr(services.engine(), "find", missing)
    hits = queries.search("shelves", actor_of(member)).hits
    assert {"".join(piece.text for piece in hit.title) for hit in hits} == {"Shelves two"}
