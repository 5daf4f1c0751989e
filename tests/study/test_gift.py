"""Reading GIFT: every kind of question, every trap of the grammar."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.i18n import in_language
from study.enums import QuestionKind
from study.quiz.formats import gift
from study.quiz.formats.items import NoQuestions, NotUtf8
from study.quiz.formats.texts import TextFormat


@pytest.fixture(autouse=True)
def _english(app):
    """Messages are compared in English."""
    with in_language("en"):
        yield


def one(text: str):
    parsed = gift.parse(text.encode())
    assert parsed.refused == []
    assert len(parsed.items) == 1
    return parsed.items[0]


def fault(text: str) -> str:
    parsed = gift.parse(text.encode())
    assert parsed.items == []
    return parsed.refused[0].error


def options(item):
    return [(option.text.text, option.fraction, option.feedback.text) for option in item.options]


def test_a_single_choice_with_remarks():
    item = one("::Days::How many days?{=five#Right. ~six#No. ~%50%four or five ####Count working days.}")

    assert (item.kind, item.name, item.text.text) == (QuestionKind.SINGLE_CHOICE, "Days", "How many days?")
    assert options(item) == [("five", 1000, "Right."), ("six", 0, "No."), ("four or five", 500, "")]
    assert item.feedback.text == "Count working days."


def test_several_answers_with_weights_of_thirds():
    item = one("Which?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")

    assert item.kind is QuestionKind.MULTIPLE_CHOICE
    assert [option.fraction for option in item.options] == [333, 333, 333, -1000]


@pytest.mark.parametrize("word", ["T", "TRUE", "true", "对", "正确"])
def test_a_true_statement(word):
    item = one(f"Open.{{{word}#was wrong#was right}}")

    assert item.kind is QuestionKind.TRUE_FALSE
    assert options(item) == [("true", 1000, "was right"), ("false", 0, "was wrong")]


def test_a_false_statement_gives_the_first_remark_to_who_said_true():
    assert options(one("Closed.{F#was wrong#was right}")) == [
        ("true", 0, "was wrong"),
        ("false", 1000, "was right"),
    ]


def test_short_answers():
    item = one("Capital?{=Beijing =北京#好 =%50%Peking}")

    assert item.kind is QuestionKind.SHORT_ANSWER
    assert options(item) == [("Beijing", 1000, ""), ("北京", 1000, "好"), ("Peking", 500, "")]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ("#5", [("5", "0", 1000)]),
        ("#3.14:0.01", [("3.14", "0.01", 1000)]),
        ("#1..5", [("3", "2", 1000)]),
        ("#-5..-3", [("-4", "1", 1000)]),
        ("#=1822:0 =%50%1822:2 ~#no", [("1822", "0", 1000), ("1822", "2", 500), ("*", "0", 0)]),
    ],
)
def test_numbers(answers, found):
    item = one(f"How many?{{{answers}}}")

    assert item.kind is QuestionKind.NUMERICAL
    assert [(n.value, n.tolerance, n.fraction) for n in item.numbers] == found


def test_matching_keeps_pairs_and_a_lone_right_side():
    item = one("Match.{=[html]<b>a</b> -> 1 =b -> 2 = -> 3}")

    assert item.kind is QuestionKind.MATCHING
    assert [(p.left.text, p.left.format, p.right) for p in item.pairs] == [
        ("<b>a</b>", TextFormat.HTML, "1"),
        ("b", TextFormat.MOODLE, "2"),
        ("", TextFormat.PLAIN, "3"),
    ]


def test_an_arrow_in_a_remark_makes_no_pairs():
    item = one("Next?{=two#1 -> 2 =three#wrong -> right}")

    assert (item.kind, [option.feedback.text for option in item.options]) == (
        QuestionKind.SHORT_ANSWER,
        ["1 -> 2", "wrong -> right"],
    )


def test_an_arrow_in_a_choice_is_only_text():
    assert one("How?{~a -> b =c -> d}").kind is QuestionKind.SINGLE_CHOICE


@pytest.mark.parametrize(
    ("text", "kind"), [("Say why.{}", QuestionKind.ESSAY), ("Read this first.", QuestionKind.DESCRIPTION)]
)
def test_texts_without_answers(text, kind):
    assert one(text).kind is kind


def test_a_missing_word_leaves_a_gap():
    assert one("Accounts {=are ~are not} published.").text.text == "Accounts _____ published."
    assert one("Two and two make {=four}.").text.text == "Two and two make _____."


def test_escapes_stand_for_the_signs_themselves():
    item = one(r"\{a\:b\} \\ c \= d\nnew {=\~x\#y ~\=z}")

    assert item.text.text == "{a:b} \\ c = d\nnew"
    assert [option.text.text for option in item.options] == ["~x#y", "=z"]


def test_format_marks_are_inherited_and_overruled():
    item = one("[markdown]*Why*?{=[plain]a*b ~_c_ ####[html]<p>x</p>}")

    assert item.text.format is TextFormat.MARKDOWN
    assert [option.text.format for option in item.options] == [TextFormat.PLAIN, TextFormat.MARKDOWN]
    assert item.feedback.format is TextFormat.HTML
    assert item.options[0].text.markdown() == r"a*b"


def test_comments_give_id_and_tags_and_categories_hold_on():
    text = "$CATEGORY: a/b\n\n// [id:x\\]1] [tag:t1] [tag:t 2]\nOpen?{T}\n\n// nothing\nShut?{F}\n"
    first, second = gift.parse(text.encode()).items

    assert (first.external_id, first.tags, first.category, first.line) == ("x]1", ("t1", "t 2"), "a/b", 4)
    assert (second.external_id, second.category, second.line) == ("", "a/b", 7)


def test_line_ends_and_the_mark_at_the_start_do_not_matter():
    parsed = gift.parse(b"\xef\xbb\xbfOpen?{T}\r\n\r\nShut?{F}\r")

    assert [item.line for item in parsed.items] == [1, 3]


def test_a_blank_line_between_braces_does_not_end_the_question():
    assert options(one("Which?{\n=a\n\n~b\n}")) == [("a", 1000, ""), ("b", 0, "")]


def test_a_blank_line_in_code_does_not_end_the_question():
    item = one("::Code::[html]What does it print?\n<pre>\nfor x in y:\n    z(x)\n\nelse:\n    w()\n</pre>\n{}")

    assert (item.kind, item.name) == (QuestionKind.ESSAY, "Code")
    assert item.text.text.endswith("    z(x)\n\nelse:\n    w()\n</pre>")


def test_code_that_never_ends_does_not_swallow_the_next_question():
    parsed = gift.parse(b"[html]<pre>x\n\n::Next::Open?{T}\n\n[html]<pre>y</pre>{F}")

    assert [(item.line, item.kind) for item in parsed.items] == [
        (1, QuestionKind.DESCRIPTION),
        (3, QuestionKind.TRUE_FALSE),
        (5, QuestionKind.TRUE_FALSE),
    ]


def test_the_last_of_several_categories_holds():
    items = gift.parse(b"$CATEGORY: a\n$CATEGORY: $course$/b\nOpen?{T}\n\n$CATEGORY: c\n").items

    assert [(item.category, item.line) for item in items] == [("$course$/b", 3)]


def test_weights_of_sixths_and_sevenths_add_up():
    six = one("Which?{" + " ".join(f"~%16.66667%{n}" for n in range(6)) + "}")
    seven = one("Which?{" + " ".join(f"~%14.28571%{n}" for n in range(7)) + "}")

    assert [sum(option.fraction for option in item.options) for item in (six, seven)] == [1002, 1001]


def test_one_fault_does_not_swallow_the_next_question():
    parsed = gift.parse(b"First?{=a ~b\n\nSecond?{T}\n\nThird?}\n\nFourth?{F}")

    assert [item.number for item in parsed.items] == [2, 4]
    assert [(refused.number, refused.line) for refused in parsed.refused] == [(1, 1), (3, 5)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{T}", "no text"),
        ("Q{~a ~b}", "No answer is marked"),
        ("Q{~%50%a ~%20%b}", "70 %"),
        ("Q{=%50%a}", "full mark"),
        ("Q{=a ~}", "empty"),
        ("Q{=}", "empty"),
        ("Q{#abc}", "not a number"),
        ("Q{#}", "a number after #"),
        ("Q{#~5}", "takes no number"),
        ("Q{#1..x}", "not a number"),
        ("Q{#nan}", "not a number"),
        ("Q{=a -> b}", "two pairs"),
        ("Q{=a -> b =c}", "no partner"),
        ("Q{yes =no}", "before the first answer"),
        ("::Q{T}", "does not end"),
        ("Q{T} {F}", "more than one"),
        ("Q{=%200%a ~b}", "between -100 and 100"),
        ("Q{=%x%a ~b}", "not a weight"),
        ("Q{~a}", "at least two"),
        ("Q{~%33%a ~%33%b ~%33%c ~d}", "99 %"),
        ("Q{=red ~#00ff00}", "begins a remark"),
        ("Q{#=abc}", "not a number"),
        ("Q{#=%50%abc:1}", "not a number"),
    ],
)
def test_faults_are_named(text, words):
    assert words in fault(text)


def test_other_encodings_are_refused_with_the_line():
    with pytest.raises(NotUtf8) as refused:
        gift.parse("Öffnen?{T}\n\nÜber?{T}".encode("cp1252"))
    assert refused.value.words == {"line": 1}


@pytest.mark.parametrize("text", ["", "\n\n", "// only a comment", "$CATEGORY: x\n"])
def test_a_file_without_questions_is_refused(text):
    with pytest.raises(NoQuestions):
        gift.parse(text.encode())


@pytest.mark.parametrize(
    ("raw", "fmt", "markdown"),
    [
        ("a_b_c and 2*3*4", "plain", "a\\_b\\_c and 2\\*3\\*4"),
        ("fill in ____ here", "plain", "fill in ____ here"),
        ("1. first", "plain", "1\\. first"),
        ("<p>a <b>b</b></p>", "html", "a **b**"),
        ("x < y", "moodle", "x < y"),
        ("so <em>so</em>", "moodle", "so *so*"),
    ],
)
def test_texts_become_markdown_that_shows_the_same(raw, fmt, markdown):
    from study.quiz.formats.texts import Text

    assert Text(raw, TextFormat(fmt)).markdown() == markdown


@pytest.mark.parametrize(
    ("raw", "fmt", "shows", "markdown"),
    [
        ('<p>See <img alt="" src="@@PLUGINFILE@@/plan.png"></p>', "html", True, "See [plan.png]"),
        ('See <img alt="the plan" src=x.png>', "moodle", True, "See [the plan]"),
        ("See <IMG>", "moodle", True, "See"),
        ("![a](x/plan.png)", "markdown", True, "[a]"),
        ("<video><source src='x/a.mp4'></video>", "html", True, "[a.mp4]"),
        ("<img src=x>", "plain", False, "<img src=x>"),
        ("<image> 5 < 6", "html", False, "5 < 6"),
    ],
)
def test_words_stand_for_pictures_that_nobody_shows(raw, fmt, shows, markdown):
    from study.quiz.formats.texts import Text

    text = Text(raw, TextFormat(fmt))

    assert (text.shows, text.markdown()) == (shows, markdown)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet="{}=~#%:\\/>-.T1a \n对[]$", max_size=120))
def test_whatever_is_written_is_read_or_refused(text):
    try:
        parsed = gift.parse(text.encode())
    except NoQuestions:
        return
    numbers = [item.number for item in parsed.items] + [refused.number for refused in parsed.refused]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
