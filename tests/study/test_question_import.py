"""``xuetan import questions``."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from core.db import db, transaction
from study.cli import import_questions
from study.models import Question, QuestionBank, QuestionVersion
from study.quiz.formats import gift
from study.quiz.queries.quizzes import get_own_quiz, page_of_candidates
from study.quiz.services.batches import prepare_batch
from study.quiz.services.imports import import_batch
from study.quiz.services.questions import bank_named
from study.quiz.services.quizzes import add_questions
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import CourseFactory

GIFT = """// a file with faults
$CATEGORY: bank/first

::Days:: How many working days has a branch to answer? {=5 =five#yes ~7}

::Broken:: Which? {=yes ~no

Match. {=a -> b =c -> d}

Accounts are published.{T#No, they must be.#Right.}

Who keeps the minutes? {=the secretary =%50%the chair ####Always write them down.}

What do you think? {}
"""

TABLE = """序号,题目,A,B,C,D,答案,解析
1,支部几天内答复？,三天,五天,七天,十天,Ｂ,五个工作日
2,要公布哪些？,账目,住址,会议记录,电话,A、C,
"""


@pytest.fixture
def course(app):
    return CourseFactory(slug="open-branch")


@pytest.fixture
def bring(course, tmp_path):
    """Run the command on a file of this content and return (exit code, JSON)."""

    def run(content, name="bank.gift", *options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        result = CliRunner().invoke(import_questions, [str(path), "--course", "open-branch", "--json", *options])
        return result.exit_code, json.loads(result.stdout)

    return run


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_good_items_are_kept_and_faults_named_by_line(bring):
    code, said = bring(GIFT)

    assert code == 1
    assert said["imported"] == [
        {"number": 1, "line": 4, "kind": "single_choice", "name": "Days"},
        {"number": 3, "line": 8, "kind": "matching", "name": "Match."},
        {"number": 4, "line": 10, "kind": "true_false", "name": "Accounts are published."},
        {"number": 5, "line": 12, "kind": "short_answer", "name": "Who keeps the minutes?"},
        {"number": 6, "line": 14, "kind": "essay", "name": "What do you think?"},
    ]
    assert [(one["number"], one["line"]) for one in said["refused"]] == [(2, 6)]


def test_the_same_file_twice_adds_nothing(bring):
    bring(TABLE, "bank.csv")
    before = count(Question), count(QuestionVersion)

    code, said = bring(TABLE, "bank.csv")

    assert (code, said) == (0, {"imported": [], "refused": []})
    assert (count(Question), count(QuestionVersion)) == before == (2, 2)


def test_a_table_in_gb18030_is_read(bring):
    code, said = bring(TABLE.encode("gb18030"), "题库.csv")

    assert code == 0
    assert [one["kind"] for one in said["imported"]] == ["single_choice", "multiple_choice"]
    version = db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)).first()
    assert version.text.zh == "支部几天内答复？"
    assert version.feedback.zh == "五个工作日"
    assert [option.fraction for option in version.option_list] == [0, 1000, 0, 0]


def test_a_dry_run_does_nothing(bring):
    code, said = bring(TABLE, "bank.csv", "--dry-run")

    assert (code, len(said["imported"])) == (0, 2)
    assert count(QuestionBank) == 0


def test_a_bank_may_be_named(bring):
    bring(TABLE, "bank.csv", "--bank", "第一季度")

    assert db.session.scalars(select(QuestionBank.name)).all() == ["第一季度"]


def test_an_item_with_an_id_and_new_content_becomes_a_new_version(bring):
    bring("// [id:7]\nOpen?{T}\n")
    bring("// [id:7]\nOpen to all?{T}\n")
    code, said = bring("// [id:7]\nOpen?{T}\n")

    assert (code, said["imported"]) == (0, [])
    assert (count(Question), count(QuestionVersion)) == (1, 2)


ASKED = "Within how many working days does {} branch answer a letter from outside?"


@pytest.mark.parametrize("changed", [1, 3])
def test_an_import_reads_the_questions_of_the_course_once_however_many_it_changes(course, count_queries, changed):
    def items(*words: str) -> str:
        return "\n\n".join(f"// [id:{n}]\n{word}{{T}}" for n, word in enumerate(words))

    def take(text: str) -> None:
        with transaction():
            import_batch(bank_named(course, "bank", None), course, prepare_batch(gift.parse(text.encode())), None)

    take(items("First?", "Second thing?", "Another, third one?"))
    with count_queries() as seen:
        take(items(*[ASKED.format("the"), ASKED.format("a"), "Something else?"][:changed]))

    assert len([one for one in seen if one.startswith("SELECT") and "ORDER BY study_questions.id" in one]) == 1
    rows = db.session.scalars(select(Question).order_by(Question.id)).all()
    assert [row.twin_of_id for row in rows] == [None, rows[0].id if changed > 1 else None, None]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"caf\xe9?{T}", "a.gift", "UTF-8"),
        (b"", "a.gift", "no questions"),
        (b"x,y\n1,2\n", "a.csv", "Question"),
        (b"just words", "a.txt", "not recognised"),
        (b"\x89PNG\x00\x00\xff\xff", "a.bin", "not recognised"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(bring, content, name, words):
    code, said = bring(content, name)

    assert (code, said["imported"]) == (1, [])
    assert words in said["refused"][0]["error"]


def test_an_unknown_course_is_wrong_usage(app, tmp_path):
    path = tmp_path / "a.gift"
    path.write_text("x?{T}")

    assert CliRunner().invoke(import_questions, [str(path), "--course", "none"]).exit_code == 2


def test_people_get_lines_and_a_sum(course, tmp_path):
    path = tmp_path / "bank.gift"
    path.write_text(GIFT)

    result = CliRunner().invoke(import_questions, [str(path), "--course", "open-branch"])

    assert result.stdout == "5 imported, 0 there before, 1 refused.\n"
    assert "line 6, question 2: " in result.stderr


def test_equal_rows_of_one_file_are_all_kept_once(bring):
    row = "1,支部几天内答复？,三天,五天,七天,十天,Ｂ,\n"
    head = TABLE.splitlines(keepends=True)[0]

    first = bring(head + row + row, "bank.csv")
    again = bring(head + row + row, "bank.csv")

    assert [len(said["imported"]) for _code, said in (first, again)] == [2, 0]
    assert count(Question) == 2


def test_too_many_answers_and_too_long_texts_are_refused(bring):
    many = " ".join(f"~wrong {n}" for n in range(26))
    code, said = bring(f"Which?{{=right {many}}}\n\nLong {'x' * 9000}?{{T}}\n")

    assert code == 1
    assert [one["number"] for one in said["refused"]] == [1, 2]
    assert "26" in said["refused"][0]["error"]
    assert "8000" in said["refused"][1]["error"]


def test_questions_go_without_pictures_that_are_not_there(bring):
    code, said = bring(
        '[html]Which?<img src\\="@@PLUGINFILE@@/plan.png">{T}\n\nOpen?{T#[html]<img src\\="b.gif">}\n\nShut?{F}\n'
    )

    assert (code, [one["number"] for one in said["imported"]], said["refused"]) == (1, [1, 2, 3], [])
    assert [(one["number"], one["line"], one["name"]) for one in said["files_refused"]] == [
        (1, 1, "plan.png"),
        (2, 3, "b.gif"),
    ]
    assert said["files_refused"][0]["error"] == "the file is not in what was sent"
    first = db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id).limit(1)).one()
    assert first.text.en == "Which?[plan.png]"


def test_signs_that_no_database_keeps_are_dropped(bring):
    code, said = bring("// [id:a\x00b]\n::Na\x00me::Wo\x00rds?{=ans\x00wer#go\x00od}\n")

    assert (code, [one["name"] for one in said["imported"]]) == (0, ["Name"])
    version = db.session.scalars(select(QuestionVersion)).one()
    assert (version.text.en, version.option_list[0].pattern) == ("Words?", "answer")


def test_essays_of_a_file_can_be_put_into_a_quiz(bring, course, administrator, actor_of):
    bring("Say why.{}\n\nOpen?{T}\n")
    essay, other = db.session.scalars(select(Question).order_by(Question.id)).all()
    quiz = quiz_with(truth(), course=course)
    author = actor_of(administrator)

    offered = page_of_candidates(quiz, essay.bank_id, None).items
    added = add_questions(get_own_quiz(quiz.id, author), author, [essay.id, other.id])

    assert ([row.id for row in offered], added) == ([essay.id, other.id], 2)


def test_moodle_xml_is_kept_whole_and_the_same_file_twice_adds_nothing(bring):
    gap = "Paris lies in {2:MC:=France~Spain}."
    text = f'<questiontext format="html"><text>{gap}</text></questiontext>'
    content = f'<quiz><question type="cloze">{text}</question>\n<question type="stack">{text}</question></quiz>'

    first = bring(content, "bank.xml")
    again = bring(content, "bank.xml", "--format", "moodle-xml")

    assert [len(said["imported"]) for _code, said in (first, again)] == [1, 0]
    assert [(one["number"], one["line"]) for one in first[1]["refused"]] == [(2, 2)]
    version = db.session.scalars(select(QuestionVersion)).one()
    assert (version.text.en, version.content.gaps[0].weight) == ("Paris lies in [[1]].", 2)
    assert [option.text.en for option in version.content.gaps[0].options] == ["France", "Spain"]
