"""JSON in which questions stand as objects."""

import json

import pytest

from core.i18n import in_language
from study.enums import QuestionKind
from study.quiz.formats import FileRefused, read


def parse(tree):
    return read(tree if isinstance(tree, bytes) else json.dumps(tree, indent=1).encode(), "bank.json")


def options(*pairs):
    return [{"answerText": words, "isCorrect": right} for words, right in pairs]


def ask(text="Which?", **rest):
    return {"questionText": text, **rest}


def test_quizzes_of_a_course_are_read_in_order_with_their_titles_as_folders():
    asked = [
        ask("One?", answerOptions=options(("a", "true"), ("b", "false"), ("c", "false"))),
        ask("两个？", answerOptions=options(("甲", True), ("乙", True), ("丙", False))),
        ask("账目要公布。", answerOptions=options(("错误", "false"), ("正确", "true"))),
    ]
    parsed = parse([{"title": "All", "quizzes": [{"id": 1, "title": "Lesson 1/2", "quiz": asked}]}])

    first, second, third = parsed.items
    assert [item.category for item in parsed.items] == ["Lesson 1 2"] * 3
    assert (first.kind, [one.fraction for one in first.options]) == (QuestionKind.SINGLE_CHOICE, [1000, 0, 0])
    assert (second.kind, [one.fraction for one in second.options]) == (QuestionKind.MULTIPLE_CHOICE, [500, 500, -1000])
    assert (third.kind, [one.fraction for one in third.options]) == (QuestionKind.TRUE_FALSE, [1000, 0])
    assert [item.line for item in parsed.items] == [10, 27, 44]


@pytest.mark.parametrize("answer", ["blue", "B", "b", 1, ["blue"]])
def test_the_right_answer_may_be_named_beside_the_options(answer):
    [item] = parse({"questions": [{"question": "Which?", "options": ["red", "blue"], "answer": answer}]}).items

    assert [one.fraction for one in item.options] == [0, 1000]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (ask("", answerOptions=options(("a", True), ("b", False))), "no text"),
        (ask(answerOptions=options(("a", True))), "at least two"),
        (ask(answerOptions=[]), "at least two"),
        (ask(answerOptions=options(("", True), ("b", False))), "is empty"),
        (ask(answerOptions=options(("a", False), ("b", False))), "which answer is right"),
        (ask(answerOptions=options(("a", "perhaps"), ("b", False))), "perhaps"),
        (ask(options=["a", "b"], answer="c d"), "none of the options"),
        (ask(options=["a", "b"], answer=7), "none of the options"),
        (ask(options=["a", "b"]), "none of the options"),
    ],
)
def test_faults_are_named_and_the_rest_is_kept(app, question, words):
    with in_language("en"):
        parsed = parse([question, ask("Fine?", answerOptions=options(("a", True), ("b", False)))])

    assert [item.text.text for item in parsed.items] == ["Fine?"]
    assert [(one.number, words in one.error) for one in parsed.refused] == [(1, True)]


@pytest.mark.parametrize(
    "data",
    [
        b'[{"a": ',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": [1, 2]}',
        b'{"questionText": "Which?"}',
        b"\xff{}",
    ],
)
def test_what_is_no_list_of_questions_is_refused(app, data):
    with pytest.raises(FileRefused):
        parse(data)
