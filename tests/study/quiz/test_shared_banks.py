"""Banks shared with a branch: who may look at them, who may ask their questions, and what ends when that ends."""

import io
import re

import pytest
from sqlalchemy import select

from accounts.services.branches import move_branch
from core.db import db, transaction
from core.faces import Faces
from core.permissions import Role
from study.enums import CourseState, Difficulty, VersionState
from study.errors import ShareRefused
from study.models import Attempt, AttemptSlot, Question, QuestionBank, QuestionVersion, Quiz, QuizSlot
from study.quiz.queries.banks import get_own_bank
from study.quiz.services.arranging import fill_sketches
from study.quiz.services.drawing import Rule, drawn_versions
from study.quiz.services.sharing import share
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.quiz import CANARY, bank_for, choice, enrolled, question, short
from tests.factories.sharing import shared_bank

EN = {"Accept-Language": "en"}


@pytest.fixture
def shared(app):
    return shared_bank()


@pytest.fixture
def as_(shared, sign_in):
    """Return ``as_(name) -> browser`` of one of the people."""
    return lambda name: sign_in(shared.people[name])


def pages(shared) -> dict[str, str]:
    """Every page that only looks at a bank."""
    asked = f"/study/manage/questions/{shared.questions[0].id}"
    return {
        "bank": f"/study/manage/banks/{shared.bank.id}",
        "question": f"{asked}/preview",
        "versions": f"{asked}/versions",
        "export": f"/study/manage/banks/{shared.bank.id}/export?format=gift",
        "file": f"/study/manage/banks/{shared.bank.id}/export?format=gift&file=1",
    }


def acts(shared) -> dict[str, tuple[str, dict[str, str]]]:
    """Everything that changes a bank or a question."""
    bank, asked = f"/study/manage/banks/{shared.bank.id}", f"/study/manage/questions/{shared.questions[0].id}"
    marked = {"question": str(shared.questions[0].id)}
    return {
        "add": (f"{bank}/questions/new?kind=true_false", {"text_zh": "？", "right": "0"}),
        "arrange": (f"{bank}/arrange", {"act": "retire", **marked}),
        "share": (f"{bank}/share", {"branch": ""}),
        "edit": (asked, {"text_zh": "？", "options-0-text_zh": "a", "right": "0"}),
        "retire": (f"{asked}/state", {"state": "retired"}),
        "place": (f"{asked}/place", {"tags": "a"}),
        "version": (f"{asked}/versions", {"version": "1", "state": "draft"}),
        "key": (f"{asked}/key?version=1&rule=full", {"reason": "x", "token": "t"}),
    }


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("home author", 200),
        ("home assistant", 200),
        ("author below", 200),
        ("author of the region", 200),
        ("team below", 200),
        ("assistant below", 404),
        ("author elsewhere", 404),
        ("team elsewhere", 404),
        ("officer", 403),
        ("member", 404),
    ],
)
def test_who_may_look_at_a_shared_bank(as_, shared, name, status):
    browser = as_(name)
    assert {page: browser.get(url).status_code for page, url in pages(shared).items()} == dict.fromkeys(
        pages(shared), status
    )


@pytest.mark.parametrize("name", ["author below", "team below", "assistant below", "author elsewhere", "member"])
def test_nobody_but_the_authors_of_its_course_changes_a_shared_bank(as_, shared, name):
    browser = as_(name)
    before = [(row.state, row.current_version, row.tags) for row in shared.questions]

    answered = {act: browser.post(url, data=data).status_code for act, (url, data) in acts(shared).items()}

    assert set(answered.values()) <= {403, 404}, answered
    db.session.expire_all()
    assert [(row.state, row.current_version, row.tags) for row in shared.questions] == before
    assert db.session.get(QuestionBank, shared.bank.id).shared_with_id == shared.region.id


def test_who_only_looks_is_told_so_and_offered_nothing_that_changes(as_, shared):
    browser = as_("author below")

    bank, asked = (browser.get(pages(shared)[name], headers=EN).text for name in ("bank", "question"))

    for page in (bank, asked):
        assert "The authors of that course alone change it." in page
        # Whoever may not open the course finds no way to it.
        assert "/study/manage/courses/home" not in page
        assert f'action="/study/manage/questions/{shared.questions[0].id}' not in page
    assert "/arrange" not in bank


def test_a_bank_that_is_not_shared_is_of_its_course_alone(as_, shared):
    shared.stop()
    for name in ("author below", "team below"):
        browser = as_(name)
        assert {browser.get(url).status_code for url in pages(shared).values()} == {404}


def test_of_a_course_that_one_may_read_the_bank_is_refused_and_not_hidden(as_, shared):
    shared.home.state, shared.home.audience = CourseState.PUBLISHED, "members"
    db.session.commit()
    assert {as_("author elsewhere").get(url).status_code for url in pages(shared).values()} == {403}


def slots_of(quiz) -> list[int | None]:
    db.session.expire_all()
    rows = select(QuizSlot.question_id).where(QuizSlot.quiz_id == quiz.id).order_by(QuizSlot.position)
    return list(db.session.scalars(rows))


def put(browser, quiz, *questions):
    return browser.post(f"/study/manage/quizzes/{quiz.id}/slots", data={"question": [str(row.id) for row in questions]})


def draw(browser, quiz, bank, **more):
    data = {"bank": str(bank.id), "count": "1", "max_mark": "1", **more}
    return browser.post(f"/study/manage/quizzes/{quiz.id}/draws", data=data)


@pytest.mark.parametrize("name", ["author below", "author of the region", "team below"])
def test_quizzes_below_the_branch_ask_its_questions(as_, shared, name):
    quiz, browser = shared.quiz(), as_(name)

    page = browser.get(f"/study/manage/quizzes/{quiz.id}?bank={shared.bank.id}", headers=EN).text
    put(browser, quiz, *shared.questions)

    assert ("共用题库 (2)" in page, "共用第1题？" in page, shared.region.name.en in page) == (True, True, True)
    assert slots_of(quiz) == [row.id for row in shared.questions]
    assert "of another course" in browser.get(f"/study/manage/quizzes/{quiz.id}", headers=EN).text


def test_quizzes_of_other_branches_do_not(as_, shared):
    quiz, browser = shared.quiz(shared.beside), as_("author elsewhere")

    page = browser.get(f"/study/manage/quizzes/{quiz.id}?bank={shared.bank.id}").text
    put(browser, quiz, *shared.questions)
    draw(browser, quiz, shared.bank)

    assert ("共用题库" in page, "共用第1题？" in page) == (False, False)
    assert slots_of(quiz) == []


def test_who_writes_here_and_there_brings_it_only_where_it_is_shared(sign_in, administrator, shared):
    browser, there = sign_in(administrator), shared.quiz(shared.beside)
    put(browser, there, *shared.questions)
    draw(browser, there, shared.bank)
    assert slots_of(there) == []


def test_places_draw_from_a_shared_bank_what_was_not_met_yet(as_, shared, member):
    quiz = shared.quiz()
    shared.questions[1].level = Difficulty.HARD
    db.session.commit()
    draw(as_("author below"), quiz, shared.bank)
    draw(as_("author below"), quiz, shared.bank, level="hard")
    rows = db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id).order_by(QuizSlot.position)).all()

    drawn = [version.question_id for version, _mark in drawn_versions(db.session.get(Quiz, quiz.id), member.id)]

    assert [Rule.of(row).bank_id for row in rows] == [shared.bank.id] * 2
    assert drawn == [shared.questions[0].id, shared.questions[1].id]


def test_a_fixed_version_of_a_shared_question_stays_when_its_authors_write_a_new_one(as_, shared):
    quiz = shared.quiz()
    put(as_("author below"), quiz, shared.questions[0])
    slot = db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id)).one()
    version = db.session.scalars(
        select(QuestionVersion.id).where(QuestionVersion.question_id == shared.questions[0].id)
    ).one()
    answer = as_("author below").post(
        f"/study/manage/slots/{slot.id}", data={"act": "version", "version": str(version)}
    )
    edited = {"text_zh": "新的第1题？", "options-0-text_zh": "甲", "options-1-text_zh": "乙", "right": "0"}
    saved = as_("home author").post(f"/study/manage/questions/{shared.questions[0].id}", data=edited)

    assert (answer.status_code, saved.status_code) == (303, 303)
    db.session.expire_all()
    assert shared.questions[0].current_version == 2
    (asked,) = drawn_versions(db.session.get(Quiz, quiz.id))
    assert asked[0].id == version


def test_when_sharing_ends_quizzes_go_on_and_nothing_new_is_added(as_, shared, sign_in, member):
    enrolled(member, shared.below)
    quiz = shared.quiz()
    put(as_("author below"), quiz, shared.questions[0])
    draw(as_("author below"), quiz, shared.bank)

    assert (
        as_("home author").post(f"/study/manage/banks/{shared.bank.id}/share", data={"branch": ""}).status_code == 303
    )

    other = shared.quiz()
    put(as_("author below"), quiz, shared.questions[1])
    put(as_("author below"), other, shared.questions[1])
    draw(as_("author below"), other, shared.bank)
    assert (slots_of(quiz), slots_of(other)) == ([shared.questions[0].id, None], [])
    drawn = [version.question_id for version, _mark in drawn_versions(db.session.get(Quiz, quiz.id))]
    assert sorted(drawn) == sorted(row.id for row in shared.questions)
    # What one's own quiz asks can still be looked at; the rest of the bank cannot.
    browser = as_("author below")
    kept = browser.get(f"/study/manage/questions/{shared.questions[0].id}/preview", headers=EN)
    assert (kept.status_code, "shared with yours no longer" in kept.text) == (200, True)
    assert f"/study/manage/banks/{shared.bank.id}" not in kept.text
    assert browser.get(f"/study/manage/questions/{shared.questions[1].id}/preview").status_code == 404
    assert browser.get(f"/study/manage/quizzes/{quiz.id}").status_code == 200


def test_whoever_has_papers_of_a_drawn_question_may_look_at_it(as_, shared, member):
    quiz = shared.quiz()
    draw(as_("author below"), quiz, shared.bank)
    paper = Attempt(quiz_id=quiz.id, user_id=member.id, number=1, max_mark=1000)
    db.session.add(paper)
    db.session.flush()
    version = db.session.scalars(
        select(QuestionVersion.id).where(QuestionVersion.question_id == shared.questions[0].id)
    ).one()
    db.session.add(AttemptSlot(attempt_id=paper.id, position=1, version_id=version, max_mark=1000))
    shared.stop()
    urls = [f"/study/manage/questions/{row.id}/preview" for row in shared.questions]
    assert [as_("assistant below").get(url).status_code for url in urls] == [200, 404]


def test_an_archived_course_goes_on_sharing(as_, shared):
    shared.home.state = CourseState.ARCHIVED
    db.session.commit()
    quiz = shared.quiz()
    put(as_("author below"), quiz, shared.questions[0])
    assert slots_of(quiz) == [shared.questions[0].id]


def moved(branch, target, administrator, actor_of) -> None:
    with transaction():
        move_branch(
            db.session.get(type(branch), branch.id), db.session.get(type(target), target.id), actor_of(administrator)
        )


def test_a_course_that_moves_out_of_the_branch_shares_no_longer(as_, shared, administrator, actor_of):
    quiz = shared.quiz()
    put(as_("author below"), quiz, shared.questions[0])

    moved(shared.town, shared.elsewhere, administrator, actor_of)

    put(as_("author below"), quiz, shared.questions[1])
    assert slots_of(quiz) == [shared.questions[0].id]
    assert as_("author below").get(pages(shared)["bank"]).status_code == 404
    own = as_("home author").get(pages(shared)["bank"], headers=EN).text
    assert "no longer stands in that branch" in own
    # Where it stands now the branch was never asked.
    assert as_("author elsewhere").get(pages(shared)["bank"]).status_code == 200  # Its office covers the course now.
    there = shared.quiz(shared.beside)
    put(as_("author elsewhere"), there, shared.questions[1])
    assert slots_of(there) == []


def test_a_course_that_moves_into_the_branch_may_use_it(as_, shared, administrator, actor_of):
    moved(shared.elsewhere, shared.region, administrator, actor_of)
    quiz = shared.quiz(shared.beside)
    put(as_("author elsewhere"), quiz, shared.questions[0])
    assert slots_of(quiz) == [shared.questions[0].id]


@pytest.mark.parametrize(("wanted", "kept"), [("root", True), ("region", True), ("town", True), ("village", False)])
def test_a_bank_is_shared_upwards(as_, shared, root, wanted, kept):
    shared.stop()
    branch = root if wanted == "root" else getattr(shared, wanted)
    answer = as_("home author").post(f"/study/manage/banks/{shared.bank.id}/share", data={"branch": str(branch.id)})
    db.session.expire_all()
    assert (answer.status_code, shared.bank.shared_with_id) == ((303, branch.id) if kept else (404, None))


def test_the_rule_itself_refuses_a_branch_that_is_not_above(shared, actor_of):
    actor = actor_of(shared.people["home author"])
    with pytest.raises(ShareRefused):
        share(get_own_bank(shared.bank.id, actor), actor, shared.village)


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_for_any_number_of_shared_banks(as_, shared, count_queries, rows):
    for number in range(rows):
        more = bank_for(shared.home, f"更多 {number}")
        more.shared_with_id = shared.region.id
        question(more, short("five"), key="k")
    db.session.commit()
    quiz = shared.quiz()
    put(as_("author below"), quiz, *shared.questions[:rows])
    browser, costs = as_("author below"), []
    for url in (
        f"/study/manage/quizzes/{quiz.id}?bank={shared.bank.id}",
        "/study/manage/courses/below/banks",
        pages(shared)["bank"],
        pages(shared)["question"],
    ):
        browser.get(url)
        with count_queries() as seen:
            assert browser.get(url).status_code == 200
        costs.append(len(seen))
    assert costs == [13, 8, 8, 15]


def test_the_chooser_is_bounded_and_the_rest_is_found_by_name(as_, shared):
    for number in range(30):
        bank_for(shared.home, f"甲{number:02}").shared_with_id = shared.region.id
    db.session.commit()
    quiz, browser = shared.quiz(), as_("author below")
    url = f"/study/manage/quizzes/{quiz.id}"

    plain = browser.get(url, headers=EN).text
    found = browser.get(f"{url}?shared=甲29", headers=EN).text
    chosen = browser.get(f"{url}?bank={shared.bank.id}", headers=EN).text
    listed = browser.get("/study/manage/courses/below/banks?shared=共用", headers=EN).text

    assert ("甲29" in plain, len(set(re.findall(r"\?bank=\d+", plain)))) == (False, 20)
    assert set(re.findall(r"甲\d\d", found)) == {"甲29"}
    assert "共用第1题？" in chosen
    assert (f"/study/manage/banks/{shared.bank.id}" in listed, "甲" in listed) == (True, False)
    assert "Find a shared bank" in plain


def test_assistants_are_shown_no_shared_banks(as_, shared):
    assert "共用题库" in as_("team below").get("/study/manage/courses/below/banks").text
    assert "共用题库" not in as_("assistant below").get("/study/manage/courses/below/banks").text


# What is said of uses


def test_where_it_is_used_is_told_to_those_who_may_see_it_else_counted(as_, shared):
    mine, theirs = shared.quiz(shared.home, title=Faces("家里的测验")), shared.quiz(title=Faces("村里的测验"))
    put(as_("home author"), mine, shared.questions[0])
    put(as_("author below"), theirs, shared.questions[0])
    url = pages(shared)["question"]

    home, below, region = (
        as_(name).get(url, headers=EN).text for name in ("home author", "author below", "author of the region")
    )

    assert ("家里的测验" in home, "村里的测验" in home, "1 quiz of another course" in home) == (True, False, True)
    assert ("家里的测验" in below, "村里的测验" in below, "1 quiz of another course" in below) == (False, True, True)
    assert ("家里的测验" in region, "村里的测验" in region) == (True, True)
    assert f'href="/study/manage/quizzes/{theirs.id}"' in below


def test_the_bank_says_how_many_quizzes_of_others_use_it(as_, shared):
    one, two = shared.quiz(), shared.quiz()
    put(as_("author below"), one, *shared.questions)
    draw(as_("author below"), two, shared.bank)
    put(as_("home author"), shared.quiz(shared.home), *shared.questions)
    page = as_("home author").get(pages(shared)["bank"], headers=EN).text
    assert "2 quizzes of other courses use it." in page


def test_a_question_that_others_ask_is_retired_only_knowingly(as_, shared):
    quiz = shared.quiz()
    put(as_("author below"), quiz, shared.questions[0])
    browser, url = as_("home author"), f"/study/manage/questions/{shared.questions[0].id}"

    said = browser.get(f"{url}/preview", headers=EN).text
    refused = browser.post(f"{url}/state", data={"state": "retired"}, headers=EN, follow_redirects=True)
    db.session.expire_all()
    first = shared.questions[0].state
    browser.post(f"{url}/state", data={"state": "retired", "knows_elsewhere": "1"})
    db.session.expire_all()

    assert "I know that 1 quiz of another course asks it" in said
    assert ("Quizzes of other courses ask" in refused.text, first) == (True, VersionState.READY)
    assert shared.questions[0].state is VersionState.RETIRED
    assert len(drawn_versions(db.session.get(Quiz, quiz.id))) == 1


@pytest.mark.parametrize(("knows", "states"), [({}, "ready"), ({"knows_elsewhere": "y"}, "retired")])
def test_many_at_once_are_retired_only_knowingly_too(as_, shared, knows, states):
    put(as_("author below"), shared.quiz(), shared.questions[0])
    data = {"act": "retire", "question": [str(row.id) for row in shared.questions], **knows}

    answer = as_("home author").post(
        f"/study/manage/banks/{shared.bank.id}/arrange", data=data, headers=EN, follow_redirects=True
    )

    db.session.expire_all()
    assert {row.state.value for row in shared.questions} == {states}
    assert ("Quizzes of other courses ask" in answer.text) is (not knows)


def test_own_quizzes_ask_nothing_before_a_question_is_retired(as_, shared):
    put(as_("home author"), shared.quiz(shared.home), shared.questions[0])
    as_("home author").post(f"/study/manage/questions/{shared.questions[0].id}/state", data={"state": "retired"})
    db.session.expire_all()
    assert shared.questions[0].state is VersionState.RETIRED


# No key to those who answer


def test_whoever_takes_a_quiz_with_shared_questions_sees_no_key(as_, shared, sign_in, member):
    enrolled(member, shared.below)
    quiz = shared.quiz()
    put(as_("author below"), quiz, *shared.questions)
    browser = sign_in(member)
    paper = browser.post(f"/study/quizzes/{quiz.id}/attempts").location

    page = browser.get(paper)

    assert (page.status_code, "共用第1题？" in page.text, CANARY in page.text) == (200, True, False)
    assert {browser.get(url).status_code for url in pages(shared).values()} == {404}


# Files that are taken in


def sent(browser, text: str, **more):
    data = {"file": (io.BytesIO(text.encode()), "neu.gift"), "format": "gift", "bank": "neu", **more}
    return browser.post("/study/manage/courses/below/questions/import", data=data, headers=EN)


FILE = "共用第1题？{=选项1 ~选项2}\n\n一个完全不同的问题，讲的是别的事情？{T}\n"


@pytest.fixture
def sketched(shared):
    """The shared questions, as they are when authors write them."""
    fill_sketches(shared.home.id)
    db.session.commit()


@pytest.mark.parametrize(("wish", "told"), [({}, False), ({"shared": "y"}, True)])
def test_an_import_says_what_stands_already_in_a_shared_bank_when_asked(as_, sketched, wish, told):
    page = sent(as_("author below"), FILE, **wish).text
    assert ("stands already in the shared bank “共用题库”" in page) is told
    assert ("1 stands already in a shared bank." in page) is told


def test_what_stands_in_a_shared_bank_is_left_out_on_wish(as_, shared, sketched):
    browser = as_("author below")
    page = sent(browser, FILE, shared="y").text
    ticket = re.search(r'name="ticket"[^>]*value="([^"]+)"', page)[1]

    browser.post("/study/manage/courses/below/questions/accept", data={"ticket": ticket, "skip_shared": "y"})

    names = db.session.scalars(
        select(Question.name).join(QuestionBank).where(QuestionBank.course_id == shared.below.id)
    ).all()
    assert names == ["一个完全不同的问题，讲的是别的事情？"]


def test_banks_that_are_not_shared_are_not_told_of(as_, shared, sketched):
    shared.stop()
    assert "stands already" not in sent(as_("author below"), FILE, shared="y").text


def test_what_others_ask_stays_when_its_file_is_taken_back(as_, shared):
    browser = as_("home author")
    data = {
        "file": (io.BytesIO("甲？{T}\n\n乙？{F}\n".encode()), "a.gift"),
        "format": "gift",
        "bank": "共用题库",
    }
    page = browser.post("/study/manage/courses/home/questions/import", data=data, headers=EN).text
    ticket = re.search(r'name="ticket"[^>]*value="([^"]+)"', page)[1]
    browser.post("/study/manage/courses/home/questions/accept", data={"ticket": ticket})
    first, second = db.session.scalars(select(Question).where(Question.import_id.is_not(None)).order_by(Question.id))
    kept, gone, taken = first.id, second.id, first.import_id
    put(as_("author below"), shared.quiz(), first)

    plan = browser.get(f"/study/manage/imports/{taken}/undo", headers=EN).text
    browser.post(f"/study/manage/imports/{taken}/undo")

    db.session.expire_all()
    assert "a quiz of another course asks it" in plan
    assert (db.session.get(Question, kept) is not None, db.session.get(Question, gone)) == (True, None)


def test_a_branch_below_the_home_branch_finds_a_bank_shared_with_that(as_, shared, sign_in):
    # Shared with the town alone: the village beside it does not reach it, a quarter of the town does.
    shared.bank.shared_with_id = shared.town.id
    db.session.commit()
    quarter = BranchFactory(parent=shared.town)
    there = UserFactory()
    grant(there, Role.INSTRUCTOR, quarter)
    assert sign_in(there).get(pages(shared)["bank"]).status_code == 200
    assert as_("author below").get(pages(shared)["bank"]).status_code == 404


def test_a_choice_of_the_region_reads_as_such_in_both_languages(as_, shared):
    for tag, name in (("en", shared.region.name.en), ("zh-CN", shared.region.name.zh)):
        page = as_("home author").get(pages(shared)["bank"], headers={"Accept-Language": tag}).text
        assert re.search(rf'<option value="{shared.region.id}" selected>{re.escape(name)}</option>', page)


def test_questions_of_choice_keep_their_key_from_the_list_of_candidates(as_, shared):
    question(shared.bank, choice(1000, 0, text="带说明？"), key="c")
    page = as_("author below").get(f"/study/manage/quizzes/{shared.quiz().id}?bank={shared.bank.id}").text
    assert ("带说明？" in page, CANARY in page) == (True, False)
