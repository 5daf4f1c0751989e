"""Keys on paper: whoever marks by them gives what the machine would give."""

import re

import pytest

from core.db import db
from core.faces import Faces
from core.i18n import in_language
from study.enums import QuestionKind
from study.quiz.kinds import Gap, Option, QuestionContent, Scoring, Settings
from study.quiz.on_paper import Sheet, paper_of
from study.quiz.queries.printed import get_taught_form, list_form_slots
from study.quiz.queries.quizzes import get_own_quiz
from study.quiz.services import printing
from tests.factories.quiz import quiz_with

FOUR = ("minute book", "book of minutes", "minutes", "record <book>")
ACCEPTED = [
    *(Option(fraction=1000, pattern=pattern) for pattern in FOUR),
    Option(fraction=500, pattern="notes"),
    Option(fraction=1000, pattern="minute*"),
    Option(fraction=250, pattern=r"5 \* 3"),
    Option(fraction=0, pattern="diary"),
]
SAID = "minute book; book of minutes; minutes; record &lt;book&gt;; notes (50 %); minute*; 5 * 3 (25 %)"
NUMBERS = [
    *(Option(fraction=1000, pattern=pattern, tolerance="0.1") for pattern in ("1", "2", "3", "4..5")),
    Option(fraction=500, pattern="6"),
    Option(fraction=100, pattern="*"),
    Option(fraction=0, pattern="7"),
]
SAID_NUMBERS = "1 ± 0.1 m; 2 ± 0.1 m; 3 ± 0.1 m; 4 … 5 m; 6 m (50 %); * (10 %)"
UNITS = Settings(units=(("m", "1"), ("cm", "0.01")))
MENU = [Option(text=Faces(en=text), fraction=share) for text, share in (("no", 0), ("half", 500), ("whole", 1000))]


@pytest.fixture
def key_of(course, instructor, actor_of):
    """Return what the key of a shuffled form of one question says, with the question as the paper has it."""

    def told(content: QuestionContent) -> tuple[str, dict]:
        actor = actor_of(instructor)
        quiz = quiz_with(content, course=course)
        [form] = printing.add_forms(get_own_quiz(quiz.id, actor), actor, 1, shuffle=True)
        db.session.commit()
        form, slots = get_taught_form(form.id, actor), list_form_slots(form.id)
        with in_language("en"):
            key, paper = (paper_of(form, slots, sheet, "en", {})["rows"][0] for sheet in (Sheet.KEY, Sheet.PAPER))
        return key["html"], paper

    return told


def cloze(*gaps: tuple[QuestionKind, list[Option]], scoring: Scoring = Scoring.SHARES) -> QuestionContent:
    return QuestionContent(
        kind=QuestionKind.CLOZE,
        text=Faces(en=" ".join(f"gap [[{number}]]" for number in range(1, len(gaps) + 1))),
        gaps=[Gap(key=str(at), kind=kind, options=tuple(options)) for at, (kind, options) in enumerate(gaps, start=1)],
        settings=Settings(scoring=scoring, units=UNITS.units),
    )


def test_the_key_has_every_accepted_answer_and_what_each_part_is_worth(key_of):
    words = QuestionContent(kind=QuestionKind.SHORT_ANSWER, text=Faces(en="Which book?"), options=ACCEPTED)
    numbers = QuestionContent(kind=QuestionKind.NUMERICAL, text=Faces(en="How long?"), options=NUMBERS, settings=UNITS)

    assert (key_of(words)[0], key_of(numbers)[0]) == (SAID, SAID_NUMBERS)


def test_gaps_are_keyed_like_questions(key_of):
    key, _paper = key_of(cloze((QuestionKind.SHORT_ANSWER, ACCEPTED), (QuestionKind.NUMERICAL, NUMBERS)))

    assert key == f"(1) {SAID}<br>(2) {SAID_NUMBERS}"


def test_a_menu_has_all_its_letters_that_earn_something(key_of):
    for _form in range(4):
        key, paper = key_of(cloze((QuestionKind.SINGLE_CHOICE, MENU)))

        [(_number, menu)] = paper["menus"]
        shares = {"half": " (50 %)", "whole": ""}
        right = [f"{letter} – {words}{shares[words]}" for letter, words in menu if words in shares]
        assert key == f"(1) {'; '.join(right)}"


def test_where_only_all_of_it_counts_no_part_is_on_the_key(key_of):
    kinds = [(QuestionKind.SHORT_ANSWER, ACCEPTED), (QuestionKind.SINGLE_CHOICE, MENU)]
    gaps, _paper = key_of(cloze(*kinds, scoring=Scoring.ALL_OR_NOTHING))
    choice, _paper = key_of(
        QuestionContent(
            kind=QuestionKind.SINGLE_CHOICE,
            text=Faces(en="Which?"),
            options=MENU,
            settings=Settings(scoring=Scoring.ALL_OR_NOTHING),
        )
    )

    assert "%" not in gaps + choice
    assert gaps.startswith("(1) minute book; book of minutes; minutes; record &lt;book&gt;; minute*<br>(2) ")
    assert re.fullmatch(r"[ABC]", choice)


def test_one_answer_of_several_has_its_share(key_of):
    content = QuestionContent(kind=QuestionKind.SINGLE_CHOICE, text=Faces(en="Which?"), options=MENU)

    key, paper = key_of(content)

    letters = {words: letter for letter, words in paper["options"]}
    assert sorted(key.split(", ")) == sorted([letters["whole"], f"{letters['half']} (50 %)"])
