"""Reading Aiken: one kind of question, many ways to get it wrong."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.i18n import in_language
from study.enums import QuestionKind
from study.quiz.formats import aiken, detect
from study.quiz.formats.items import NoQuestions, NotUtf8

DAYS = "How many days has a branch?\nA. three\nB) five\nC)ten\nANSWER: B\n"


@pytest.fixture(autouse=True)
def _english(app):
    """Messages are compared in English."""
    with in_language("en"):
        yield


def read(text: str):
    parsed = aiken.parse(text.encode())
    items = [(item.number, item.line, item.text.text) for item in parsed.items]
    return items, [(one.number, one.line, one.error) for one in parsed.refused]


def test_a_question_with_its_options():
    (item,) = aiken.parse(DAYS.encode()).items

    assert (item.kind, item.number, item.line) == (QuestionKind.SINGLE_CHOICE, 1, 1)
    assert [(o.text.text, o.fraction) for o in item.options] == [("three", 0), ("five", 1000), ("ten", 0)]


def test_chinese_signs_marks_at_the_start_and_line_ends_are_understood():
    data = b"\xef\xbb\xbf" + "支部几天内答复？\r\nＡ、三天\r\nＢ．五天\r\n答案：Ｂ\r\n".encode()

    (item,) = aiken.parse(data).items

    assert item.text.text == "支部几天内答复？"
    assert [(o.text.text, o.fraction) for o in item.options] == [("三天", 0), ("五天", 1000)]


def test_blank_lines_between_options_and_none_between_questions_do_not_matter():
    items, refused = read("One?\n\nA) x\n\nB) y\n\nANSWER: A\nTwo,\nin two lines?\nA) x\nB) y\nanswer: b.\n")

    assert items == [(1, 1, "One?"), (2, 8, "Two,\nin two lines?")]
    assert refused == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Q?\nA) x\nANSWER: A", "at least two"),
        ("A) x\nB) y\nANSWER: A", "no text"),
        ("ANSWER: A", "no text"),
        ("Q?\nA) x\nC) y\nANSWER: A", "not named A, B, C"),
        ("Q?\nA) x\nA) y\nANSWER: A", "not named A, B, C"),
        ("Q?\nA) x\nB)\nANSWER: A", "is empty"),
        ("Q?\nA) x\nB) y\nANSWER: C", "names option C"),
        ("Q?\nA) x\nB) y\nANSWER: A, B", "does not name one letter"),
        ("Q?\nA) x\nB) y\nANSWER:", "does not name one letter"),
        ("Q?\nA) x\nB) y", "No line “ANSWER"),
        ("Q?", "No line “ANSWER"),
    ],
)
def test_faults_are_named(text, words):
    items, refused = read(text)

    assert items == []
    assert len(refused) == 1
    assert words in refused[0][2]


def test_one_fault_does_not_swallow_the_next_question():
    items, refused = read(f"Lost?\n\nOpen?\nA) x\nB) y\n\n{DAYS}\nA) x\nANSWER: A\n\n{DAYS}")

    assert [(number, line) for number, line, _text in items] == [(3, 7), (5, 16)]
    assert [(number, line) for number, line, _error in refused] == [(1, 1), (2, 3), (4, 13)]


def test_other_encodings_and_empty_files_are_refused():
    with pytest.raises(NotUtf8) as refused:
        aiken.parse("Was?\nA) für\nB) x\nANSWER: A".encode("cp1252"))
    assert refused.value.words == {"line": 2}
    with pytest.raises(NoQuestions):
        aiken.parse(b"\n \n")


def test_a_text_is_known_as_aiken_by_what_it_holds():
    assert detect(DAYS.encode(), "bank.txt") == "aiken"
    assert detect(b"Open? {=a ~b}\n\nANSWER: see below {T}", "bank.txt") == "gift"
    assert detect("题目,A,B,答案\n几天？,三,五,B\n".encode(), "bank.txt") == "csv"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.sampled_from(["Q?", "A) x", "B. y", "C)", "ANSWER: A", "ANSWER: Z", "答案：B", "", "A", ")"]), max_size=30
    )
)
def test_whatever_is_written_is_read_or_refused_item_by_item(lines):
    try:
        parsed = aiken.parse("\n".join(lines).encode())
    except NoQuestions:
        assert not any(lines)
        return
    numbers = [item.number for item in parsed.items] + [refused.number for refused in parsed.refused]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
