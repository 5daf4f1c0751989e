"""Writing and taking questions of every kind in the browser, without scripts."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from study.enums import QuestionKind
from study.models import AnswerEvent, Attempt, AttemptSlot, QuestionVersion, QuizSlot
from study.quiz.kinds import FULL, Band, Gap, Option, QuestionContent, Scoring, Settings
from tests.factories.quiz import CANARY, bank_for, choice, enrolled, quiz_with
from tests.factories.study import CourseFactory

NUMBER = QuestionContent(
    kind=QuestionKind.NUMERICAL,
    text=Faces(zh="几天内答复？"),
    options=[Option(pattern="4998877", tolerance="3.75", fraction=FULL, feedback=Faces(zh=f"对 {CANARY}"))],
    bands=[Band(least=FULL, feedback=Faces(zh=f"很好 {CANARY}"))],
    settings=Settings(units=(("天", "1"), ("周", "7"))),
)
PAIRS = QuestionContent(
    kind=QuestionKind.MATCHING,
    text=Faces(zh="谁负责什么？"),
    options=[
        Option(text=Faces(zh="书记"), partner=Faces(zh="**主持**会议"), feedback=Faces(zh=f"说明 {CANARY}")),
        Option(text=Faces(zh="会计"), partner=Faces(zh="管账")),
        Option(partner=Faces(zh="看门")),
    ],
)
ITEMS = QuestionContent(
    kind=QuestionKind.ORDERING,
    text=Faces(zh="先后顺序？"),
    options=[Option(text=Faces(zh=one)) for one in ("提议", "讨论", "表决")],
)
GAPS = QuestionContent(
    kind=QuestionKind.CLOZE,
    text=Faces(zh="会议由[[1]]主持，\n\n[[2]]人以上，[[3]]公布。"),
    gaps=[
        Gap(
            key="1",
            kind=QuestionKind.SHORT_ANSWER,
            options=(Option(pattern="secretary-in-the-key", fraction=FULL, feedback=Faces(zh=f"对 {CANARY}")),),
        ),
        Gap(key="2", kind=QuestionKind.NUMERICAL, options=(Option(pattern="5", fraction=FULL),)),
        Gap(
            key="3",
            kind=QuestionKind.SINGLE_CHOICE,
            options=(Option(text=Faces(zh="不必")), Option(text=Faces(zh="五天内"), fraction=FULL)),
        ),
    ],
)
WORDS = QuestionContent(kind=QuestionKind.DESCRIPTION, text=Faces(zh="请先读**章程**第三条。"))


@pytest.fixture
def quiz(member):
    made = quiz_with(WORDS, NUMBER, PAIRS, ITEMS, GAPS)
    enrolled(member, made.course)
    db.session.scalars(select(QuizSlot).order_by(QuizSlot.position)).first().max_mark = 0
    db.session.commit()
    return made


@pytest.fixture
def taking(sign_in, member, quiz):
    """Return a browser, the address of a fresh paper and its page."""
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    return browser, url


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(client|page|seen\d+)" value="([^"]*)"', page))


def chosen(page: str, name: str, words: str) -> str:
    """Return the value of the menu ``name`` that shows these words."""
    menu = re.search(rf'name="{re.escape(name)}"[^>]*>(.*?)</select>', page, re.DOTALL)[1]
    return re.search(rf'value="(\d+)"[^>]*>{re.escape(words)}<', menu)[1]


def row(page: str, position: int, words: str) -> str:
    """Return the name of the control beside these words."""
    return re.search(rf'<label for="(q{position}\.\d+)">{re.escape(words)}</label>', page)[1]


def right_answers(page: str) -> dict[str, str]:
    """Return what somebody who knows everything sends, by what the page shows."""
    sent = {"q2": "４,998,879 天", "q5.1": "Secretary-in-the-KEY", "q5.2": "5", "q5.3": chosen(page, "q5.3", "五天内")}
    for place, words in enumerate(("提议", "讨论", "表决"), start=1):
        sent[row(page, 4, words)] = str(place)
    letters = re.search(r'<ol class="letters">(.*?)</ol>', page, re.DOTALL)[1]
    for left, right in (("书记", "<strong>主持</strong>会议"), ("会计", "管账")):
        letter = re.search(rf"<b>([A-Z])</b> {re.escape(right)}<", letters)[1]
        sent[row(page, 3, left)] = chosen(page, row(page, 3, left), letter)
    return sent


def test_every_kind_is_answered_saved_and_marked(taking):
    browser, url = taking
    page = browser.get(url).text

    browser.post(url, data={**hidden(page), **right_answers(page), "go": "save"})
    again = browser.get(url).text
    done = browser.post(url, data={**hidden(again), **right_answers(again), "go": "end"}, follow_redirects=True).text

    assert again.count("已保存") >= 4
    assert again.count(" selected>") == 6
    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.mark, attempt.max_mark, attempt.passed) == (4000, 4000, True)
    assert len(db.session.scalars(select(AnswerEvent)).all()) == 4
    assert "很好" in done
    assert done.count("请先读<strong>章程</strong>第三条。") == 1


def test_part_of_an_answer_earns_its_share_and_the_result_says_what_was_right(taking):
    browser, url = taking
    page = browser.get(url).text
    sent = {row(page, 4, "提议"): "1", "q5.2": "6", "q2": "很多", row(page, 3, "书记"): "1"}

    browser.post(url, data={**hidden(page), **sent, "go": "end"})
    done = browser.post(url, data={"client": "x", "go": "end", "sure": "1"}, follow_redirects=True).text

    slots = db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position)).all()
    assert [slot.mark for slot in slots][:2] == [0, 0]
    assert [slots[3].mark, slots[4].mark] == [333, 0]
    assert "4998877 ± 3.75 天" in done
    assert "secretary-in-the-key" in done
    assert done.count('<b class="late-t">') == 3


def test_an_open_paper_holds_no_key_no_tolerance_and_no_feedback(taking):
    browser, url = taking
    answer = browser.get(url)

    for secret in (CANARY, "secretary-in-the-key", "4998877", "3.75", "fraction", "tolerance", "pattern"):
        assert secret not in answer.text
        assert secret not in str(answer.headers)


def test_a_paper_weighs_the_same_whatever_the_key_is(sign_in, member):
    def page_of(right: int) -> str:
        quiz = quiz_with(choice(*(FULL if n == right else 0 for n in range(4))), course=course)
        browser = sign_in(member)
        url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
        page = browser.get(url).text
        start = page.index('<form method="post" id="paper"')
        form = page[start : page.index("</form>", start)]
        return re.sub(r'value="[^"]{16,}"|/study/attempts/\d+', "", form)

    course = CourseFactory()
    enrolled(member, course)

    assert page_of(0) == page_of(3)


def test_a_paper_with_every_kind_costs_no_more_questions_to_the_database(taking, count_queries):
    browser, url = taking
    with count_queries() as seen:
        browser.get(url)

    assert len(seen) == 7


def test_a_quiz_of_descriptions_alone_has_no_questions(sign_in, member):
    quiz = quiz_with(WORDS)
    enrolled(member, quiz.course)

    assert sign_in(member).post(f"/study/quizzes/{quiz.id}/attempts").status_code == 409


@pytest.fixture
def author(sign_in, instructor):
    return sign_in(instructor)


@pytest.fixture
def bank(instructor):
    return bank_for(CourseFactory(slug="written"))


FORMS = {
    "numerical": {
        "text_en": "How many days?",
        "options-0-pattern": "5",
        "options-0-tolerance": "0.5",
        "options-1-pattern": "*",
        "options-1-weight": "0",
        "units": "days=1, weeks=7",
        "unit_cost": "25",
    },
    "matching": {
        "text_zh": "谁负责什么？",
        "options-0-text_zh": "书记",
        "options-0-partner_zh": "会议",
        "options-1-text_zh": "会计",
        "options-1-partner_zh": "账目",
        "options-2-partner_zh": "门卫",
        "scoring": "no_wrong",
    },
    "ordering": {
        "text_zh": "先后？",
        "options-0-text_zh": "一",
        "options-1-text_zh": "二",
        "scoring": "all_or_nothing",
    },
    "cloze": {
        "text_zh": "由[[1]]在[[2]]天内",
        "gaps-0-kind": "single_choice",
        "gaps-0-answers": "=书记\n会计 # 不是他",
        "gaps-1-kind": "numerical",
        "gaps-1-answers": "5 ± 1",
        "gaps-1-weight": "3",
    },
    "description": {"text_zh": "先读章程。"},
    "short_answer": {
        "text_zh": "谁？",
        "options-0-pattern": "书记",
        "variants_match": "y",
        "bands-0-least": "100",
        "bands-0-text_zh": "好",
    },
}


@pytest.mark.parametrize("kind", FORMS)
def test_each_kind_is_written_looked_at_saved_and_shown_again(author, bank, kind):
    url = f"/study/manage/banks/{bank.id}/questions/new?kind={kind}"

    looked = author.post(url, data={**FORMS[kind], "preview": "1"})
    assert looked.status_code == 200
    assert db.session.scalars(select(QuestionVersion)).all() == []
    saved = author.post(url, data=FORMS[kind])
    assert saved.status_code == 303

    version = db.session.scalars(select(QuestionVersion)).one()
    assert version.kind == kind
    edit = author.get(f"/study/manage/questions/{version.question_id}").text
    for typed in FORMS[kind].values():
        for line in typed.split("\n"):
            assert line in edit
    assert author.get(f"/study/manage/questions/{version.question_id}/preview").status_code == 200


def test_what_was_typed_is_what_is_stored(author, bank):
    for kind, typed in FORMS.items():
        author.post(f"/study/manage/banks/{bank.id}/questions/new?kind={kind}", data=typed)
    found = {version.kind.value: version.content for version in db.session.scalars(select(QuestionVersion))}

    assert found["numerical"].settings == Settings(units=(("days", "1"), ("weeks", "7")), unit_cost=250)
    assert [(o.pattern, o.tolerance, o.fraction) for o in found["numerical"].options] == [
        ("5", "0.5", 1000),
        ("*", "", 0),
    ]
    assert [(o.text.zh, o.partner.zh) for o in found["matching"].options] == [
        ("书记", "会议"),
        ("会计", "账目"),
        ("", "门卫"),
    ]
    assert found["matching"].settings.scoring is Scoring.NO_WRONG
    assert [(gap.key, gap.weight, len(gap.options)) for gap in found["cloze"].gaps] == [("1", 1, 2), ("2", 3, 1)]
    assert found["cloze"].gaps[0].options[1].feedback.zh == "不是他"
    assert found["short_answer"].settings.variants_match
    assert found["short_answer"].bands[0].html.zh == "好"


def test_editing_without_changing_anything_makes_no_new_version(author, bank):
    author.post(f"/study/manage/banks/{bank.id}/questions/new?kind=cloze", data=FORMS["cloze"])
    version = db.session.scalars(select(QuestionVersion)).one()

    author.post(
        f"/study/manage/questions/{version.question_id}",
        data={**FORMS["cloze"], "gaps-0-key": "1", "gaps-1-key": "2"},
    )

    assert [one.version for one in db.session.scalars(select(QuestionVersion))] == [1]


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("numerical", {"options-0-pattern": "abc"}, "不是数"),
        ("numerical", {"options-0-pattern": "5", "units": "m=x"}, "单位写成"),
        ("cloze", {"text_zh": "没有空"}, "每个空"),
        ("matching", {"options-0-text_zh": "书记"}, "对应项"),
        ("ordering", {"options-0-text_zh": "一"}, "两个"),
        ("short_answer", {"options-0-pattern": "x", "bands-0-least": "很多", "bands-0-text_zh": "好"}, "很多"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(author, bank, kind, typed, words):
    data = {"text_zh": "题目原文", **typed}

    answer = author.post(f"/study/manage/banks/{bank.id}/questions/new?kind={kind}", data=data)

    assert answer.status_code == 422
    assert words in answer.text
    for value in data.values():
        assert value in answer.text
    assert db.session.scalars(select(QuestionVersion)).all() == []
