"""Which questions are called nearly the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.faces import Faces
from core.markup import render
from study.enums import QuestionKind
from study.quiz.kinds import Option, QuestionContent
from study.quiz.likeness import Likeness, sketch_of
from study.quiz.services.preparing import rendered_inline

pytestmark = pytest.mark.no_database


def asked(text: str, *options: str) -> QuestionContent:
    return QuestionContent(
        kind=QuestionKind.SINGLE_CHOICE,
        text=Faces(zh=text),
        options=[Option(text=Faces(zh=option)) for option in options],
    )


OPTIONS = ("皇权加强", "相权加强", "内阁专权", "权臣乱政")
FIRST = asked("明初废丞相、设顾问性质的内阁大学士，严防权臣乱政。这表明", *OPTIONS)


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        (FIRST, True),
        (asked("明初废丞相，设顾问性质的内阁大学士, 严防权臣乱政。 这表明：", *OPTIONS), True),
        (asked("明初废丞相、设顾问性质的内阁大学士，严防权臣乱政。这说明", *OPTIONS), True),
        (asked("明初废丞相、设顾问性质的内阁大学士，严防权臣乱政。这表明", "一", "二", "三", "四"), False),
        (asked("清末废科举、设学堂，兴办新式教育。这表明", *OPTIONS), False),
        (asked("？！"), False),
    ],
)
def test_questions_are_alike_when_they_say_nearly_the_same(other, alike):
    assert Likeness([(1, sketch_of(FIRST))]).find(sketch_of(other)) == (1 if alike else None)


def test_the_oldest_of_equal_questions_is_named():
    known = Likeness([(7, sketch_of(FIRST)), (8, sketch_of(FIRST))])
    assert known.find(sketch_of(FIRST)) == 7


def test_a_question_is_not_its_own_twin_and_what_it_said_before_is_forgotten():
    other = asked("清末废科举、设学堂，兴办新式教育。这表明", *OPTIONS)
    known = Likeness([(7, sketch_of(FIRST)), (8, sketch_of(FIRST)), (9, sketch_of(other))])
    assert known.find(sketch_of(FIRST), without=7) == 8

    known.add(7, sketch_of(other))

    assert (known.find(sketch_of(FIRST)), known.find(sketch_of(other))) == (8, 7)


def test_what_hundreds_begin_with_does_not_hide_a_twin():
    known = Likeness()
    for n in range(400):
        known.add(n, sketch_of(asked("下列说法正确的是哪一项？", f"甲{n}乙{n * 7}丙{n * 13}", f"丁{n * 3}")))
    known.add(1000, sketch_of(FIRST))
    assert known.find(sketch_of(FIRST)) == 1000


@given(st.text(alphabet="ab1中2 .,;?!%-/()—“w（)w.com_*x", max_size=14))
def test_words_that_skip_the_parser_look_as_it_would_make_them(text):
    text = text.strip()
    html = render(text, heading=4).html.strip() if text else ""
    if html.startswith("<p>") and html.count("<p>") == 1 and html.endswith("</p>"):
        html = html[3:-4]
    assert rendered_inline(Faces(en=text)).en == html
