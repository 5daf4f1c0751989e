"""Questions as people type them, in texts and Word documents."""

import io

import pytest
from docx import Document

from study.quiz.formats import detect, read
from study.quiz.formats.documents import NotWord
from study.quiz.services.converting import content_of

TEXT = """某支部学习题库

一、单选题
1．支部几天内答复？（ Ｂ ）
A．三天　B．五天　C．七天　D．十天
2、会议由谁主持？
A. 书记
B. 会计，
   或出纳
答案：A
解析：见章程第三条。
第二款。

二、多选题
3. 要公布哪些？
(A) 账目 (B) 住址
(C) 会议记录
【答案】ＡＣ

三、判断题
4. 账目要公布。（√）
5. 住址要公布。
答案：错误

四、填空题
6. 会议由____主持。
答案：书记；支部书记

五、简答题
7. 为什么要公布账目？
答案：因为账目属于全体成员，大家有权随时查看并提出意见，这是民主管理的基础。
"""


def kinds(parsed) -> list[str]:
    assert parsed.refused == []
    return [item.kind.value for item in parsed.items]


def fractions(item) -> list[int]:
    return [option.fraction for option in content_of(item).options]


def test_a_text_is_read_as_people_type_it():
    assert detect(TEXT.encode(), "题库.txt") == "text"
    parsed = read(TEXT.encode("gb18030"), "题库.txt")
    assert kinds(parsed) == [
        "single_choice", "single_choice", "multiple_choice", "true_false", "true_false", "short_answer", "essay"
    ]  # fmt: skip
    first, second, third, fourth, fifth, sixth, _last = parsed.items
    assert (first.text.text, first.line, fractions(first)) == ("支部几天内答复？（）", 4, [0, 1000, 0, 0])
    assert [option.text.text for option in first.options] == ["三天", "五天", "七天", "十天"]
    assert second.options[1].text.text == "会计，\n或出纳"
    assert second.feedback.text == "见章程第三条。\n第二款。"
    assert fractions(third) == [500, -1000, 500]
    assert (fractions(fourth), fractions(fifth)) == ([1000, 0], [0, 1000])
    assert [option.pattern for option in content_of(sixth).options] == ["书记", "支部书记"]


@pytest.mark.parametrize(
    "key", ["参考答案：1-2 BA 3 AC", "答案：\n1. B 2. A 3. AC", "答案：1-3 B A AC", "参考答案\n1、B\n2、A\n3、AC"]
)
def test_answers_may_stand_at_the_end(key):
    asked = "".join(f"{n}. 第{n}问是什么？\nA. 甲{n}\nB. 乙{n}\nC. 丙{n}\n" for n in (1, 2, 3))
    parsed = read(f"{asked}\n{key}\n".encode(), "a.txt", "text")
    assert kinds(parsed) == ["single_choice", "single_choice", "multiple_choice"]
    assert [fractions(item)[0] > 0 for item in parsed.items] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1. 哪个？\nA. 甲\nB. 乙\n", "missing"),
        ("1. 哪个？\nA. 甲\nB. 乙\n答案：D", "option D"),
        ("一、单选题\n1. 哪个？\nA. 甲\nB. 乙\n答案：AB", "several right ones"),
        ("一、单选题\n1. 哪个？\n答案：B", "two answers"),
        ("1. （A）", "no text"),
    ],
)
def test_faults_are_named_by_line(text, words):
    parsed = read(f"{text}\n2. 账目要公布。\n答案：对\n".encode(), "a.txt", "text")
    if words != "no text":
        assert [words in one.error for one in parsed.refused] == [True]
    assert parsed.items[-1].kind.value == "true_false"


def test_numbers_in_options_and_questions_begin_no_question():
    parsed = read("1. 3.14 是什么？\nA. 3.5\nB. 圆周率\n2.5 倍是多少不算。\n答案：B\n".encode(), "a.txt", "text")
    assert (len(parsed.items), parsed.items[0].text.text) == (1, "3.14 是什么？")


def document(*, listed: bool) -> bytes:
    made = Document()
    made.add_paragraph("一、单选题")
    for number in (1, 2):
        made.add_paragraph(
            f"第{number}问？" if listed else f"{number}. 第{number}问？", style="List Number" if listed else None
        )
        made.add_paragraph("A. 甲\nB. 乙")
        made.add_paragraph("答案：B")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("listed", [False, True])
def test_a_word_document_is_read_with_its_automatic_numbers(listed):
    parsed = read(document(listed=listed), "题库.docx")
    assert kinds(parsed) == ["single_choice", "single_choice"]
    assert [(item.text.text, fractions(item)) for item in parsed.items] == [
        ("第1问？", [0, 1000]),
        ("第2问？", [0, 1000]),
    ]


def test_another_archive_is_no_word_document():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(NotWord):
        read(out.getvalue(), "a.docx")


def test_lists_of_trivia_are_read_whatever_each_line_is_written_in():
    data = "#Q Who?\n^ Ren\xe9\nA Bob\nB Ren\xe9\n\n#Q Where?\n^ Here\nA There\nB Gone\n".encode("latin-1")
    parsed = read(data, "history.txt")
    assert [fractions(item) for item in parsed.items] == [[0, 1000]]
    assert parsed.items[0].options[1].text.text == "René"
    assert [(one.number, one.line) for one in parsed.refused] == [(2, 6)]


ASKED = "".join(f"{n}. 第{n}问是什么？\nA. 甲\nB. 乙\nC. 丙\n" for n in (1, 2))
PARTS = f"一、单选题\n{ASKED}二、多选题\n{ASKED}"


@pytest.mark.parametrize(
    "key",
    [
        "参考答案\n一、单选题\n1-2 BA\n二、多选题\n1. AC 2. BC",
        "参考答案：\n一、1-2 BA\n二、1 AC 2 BC",
        "答案：\n一、单选题：1-2 BA\n二、多选题（每题 2 分）\n1. AC\n2. BC",
    ],
)
def test_parts_that_count_anew_have_their_own_answers(key):
    parsed = read(f"{PARTS}{key}\n".encode(), "a.txt", "text")
    assert kinds(parsed) == ["single_choice"] * 2 + ["multiple_choice"] * 2
    right = [
        "".join(letter for letter, earned in zip("ABC", fractions(item), strict=True) if earned > 0)
        for item in parsed.items
    ]
    assert right == ["B", "A", "AC", "BC"]


def test_a_list_that_does_not_say_which_part_it_means_answers_none_of_the_same_number():
    parsed = read(f"{PARTS}参考答案：1-2 BA\n".encode(), "a.txt", "text")
    assert (parsed.items, [refused.number for refused in parsed.refused]) == ([], [1, 2, 3, 4])


def test_a_list_after_each_chapter_answers_what_stands_before_it():
    chapters = f"一、单选题\n{ASKED}答案：1-2 BA\n\n一、单选题\n{ASKED}答案：1-2 CB\n"
    parsed = read(chapters.encode(), "a.txt", "text")
    assert kinds(parsed) == ["single_choice"] * 4
    assert [fractions(item).index(1000) for item in parsed.items] == [1, 0, 2, 1]


def test_an_answer_may_stand_on_the_line_below():
    parsed = read(f"{ASKED}答案：\nB\n3. 会议由谁主持？\n答案：\n书记\n".encode(), "a.txt", "text")
    assert [refused.number for refused in parsed.refused] == [1]
    assert [(item.kind.value, len(item.options)) for item in parsed.items] == [
        ("single_choice", 3),
        ("short_answer", 1),
    ]


def test_points_of_an_explanation_begin_no_question():
    text = (
        "1. 为什么？\nA. 甲\nB. 乙\n答案：A\n解析：\n1. 因为一。\n2. 因为二。\n"
        "2. 谁？\nA. 甲\nB. 乙\n答案：B\n解析：见上。\n3. 几天？\nA. 五\nB. 六\n答案：A\n"
    )
    parsed = read(text.encode(), "a.txt", "text")
    assert kinds(parsed) == ["single_choice"] * 3
    assert [item.feedback.text for item in parsed.items] == ["1. 因为一。\n2. 因为二。", "见上。", ""]
