"""What search gets from the study room, and what threads may hang on."""

import pytest

from core.documents import source_for
from core.faces import Faces
from core.permissions import PUBLIC, VISITOR, branch_audience
from core.refs import Ref
from core.subjects import subject_for
from study.enums import CourseState, LessonKind, MaterialState
from study.services.courses import rendered
from tests.factories.study import CourseFactory, LessonFactory, MaterialFactory


@pytest.fixture(autouse=True)
def tree(root):
    """Courses belong to a branch."""


def test_a_course_is_found_by_its_front_page():
    course = CourseFactory(audience=PUBLIC, summary=Faces("怎样公布账目"), html=Faces("<p>成员要看得懂。</p>"))
    (document,) = source_for("course").get([course.id])
    assert (document.title, document.text) == (f"{course.title.zh}\n{course.title.en}", "怎样公布账目\n成员要看得懂。")
    assert (document.audience, document.url, document.course) == (PUBLIC, f"/study/courses/{course.slug}", course.slug)
    assert document.language == "zh-Hans"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CourseState.PUBLISHED, lambda course: course.audience),
        (CourseState.DRAFT, lambda course: f"staff:{course.branch_id}"),
        (CourseState.ARCHIVED, lambda course: f"course:{course.id}"),
    ],
)
def test_what_a_course_holds_has_the_audience_of_its_state(state, expected):
    course = CourseFactory(state=state)
    lesson = LessonFactory(module__course=course)
    material = MaterialFactory(course=course)
    for ref in (course.ref, lesson.ref, material.ref):
        (document,) = source_for(ref.kind).get([ref.id])
        assert document.audience == expected(course)


def test_a_lesson_is_shown_in_results_as_it_is_read_not_as_it_was_typed():
    body = "## 会前\n\n**通知**要写[三件事](/study/lessons/1)。\n\n- 时间\n- `地点`\n\n:::note 记住\n贴满三十天\n:::"
    lesson = LessonFactory(body=Faces(body), html=rendered(Faces(body)))
    (document,) = source_for("lesson").get([lesson.id])
    assert document.text == "会前\n通知要写三件事。\n时间\n地点\n记住\n贴满三十天"


def test_a_lesson_is_found_by_the_words_of_both_faces():
    lesson = LessonFactory()
    (document,) = source_for("lesson").documents(0, 10)
    assert document.text == "要点\n账目公布给每一位成员看。\nAccounts are for every member."
    assert document.place == lesson.module.course.title


def test_quizzes_are_not_searched_as_lessons():
    LessonFactory(kind=LessonKind.QUIZ)
    assert (source_for("lesson").count(), source_for("lesson").documents(0, 10)) == (0, [])


def test_a_material_is_found_by_its_pages_once_they_are_read():
    ready = MaterialFactory(external_id="m-7")
    waiting = MaterialFactory(state=MaterialState.WAITING)
    found = source_for("material").get([ready.id, waiting.id])
    assert [(document.external_id, document.text, document.url) for document in found] == [
        ("m-7", "第一页的话。\f第二页的话。", f"/study/materials/{ready.id}")
    ]


def test_documents_are_walked_by_id():
    rows = MaterialFactory.create_batch(3, course=CourseFactory())
    source = source_for("material")
    first = source.documents(0, 2)
    assert [d.ref.id for d in first + source.documents(first[-1].ref.id, 2)] == [row.id for row in rows]
    assert source.count() == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_documents_cost_one_query_at_any_length(count_queries, rows):
    course = CourseFactory()
    for _row in range(rows):
        LessonFactory(module__course=course)
    with count_queries() as seen:
        found = source_for("lesson").documents(0, 10)
    assert (len(found), len(seen)) == (rows, 1)


def test_threads_hang_on_lessons_that_the_reader_may_see(other_branch):
    shown = LessonFactory(module__course__audience=PUBLIC)
    hidden = LessonFactory(module__course__audience=branch_audience(other_branch.id))
    course = shown.module.course
    subject = subject_for("lesson").find(shown.id, VISITOR)
    assert (subject.ref, subject.url) == (Ref("lesson", shown.id), f"/study/lessons/{shown.id}")
    assert (subject.board_slug, subject.board_title) == (f"course-{course.slug}", course.title)
    assert (subject.audience, subject.branch_id) == (PUBLIC, course.branch_id)
    assert subject_for("lesson").find(hidden.id, VISITOR) is None
    assert subject_for("lesson").find(0, VISITOR) is None
