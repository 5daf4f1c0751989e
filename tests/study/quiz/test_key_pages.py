"""Pages of changed keys: the sheet, what it does, what members find on their papers, and doubts about a key."""

import csv
import io
import re
from html import unescape

import pytest
from sqlalchemy import select, update

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.outbox import drain_all
from notify.models import Notification
from study.enums import Grading, QuizMode, Review, TeamRole
from study.models import Attempt, Certificate, CertificateRule, KeyChange, KeyDoubt, KeyMark, Quiz, TeamMember
from tests.factories.accounts import UserFactory
from tests.factories.quiz import choice, essay, short
from tests.study.quiz.test_key_changes import Place, paper_of

EN = {"Accept-Language": "en"}


@pytest.fixture
def place(sign_in, actor_of, instructor):
    return Place(sign_in, actor_of, instructor)


@pytest.fixture
def wrong(place):
    """A quiz with a wrong key, two papers, and a version with the right one."""
    place.quiz(choice(1000, 0, text="第1题？"), choice(1000, 0, text="第2题？"))
    place.liwen, place.heyu = place.writer(display_name="Li Wen"), place.writer(display_name="He Yu")
    place.papers = [place.paper(place.liwen, "2", "1"), place.paper(place.heyu, "1", "1")]
    place.new_key()
    return place


def sheet(place, rule="either", **more) -> str:
    wish = "&".join(f"{name}={value}" for name, value in {"version": 1, "rule": rule, "key": 2, **more}.items())
    return f"/study/manage/questions/{place.questions[0]}/key?{wish}"


def ticket_in(page: str) -> str:
    return re.search(r'name="token"[^>]*value="([^"]+)"', page)[1]


def accept(browser, url: str, reason="Option 2 is right.", **more):
    page = browser.get(url, headers=EN).text
    token = ticket_in(page)
    act = unescape(re.search(r'<form method="post" action="([^"]*/key\?[^"]*)"', page)[1])
    assert act == url
    return browser.post(act, data={"reason": reason, "token": token, **more}, headers=EN)


def side(page: str, words: str) -> str:
    return re.search(rf"<dt>{re.escape(words)}</dt><dd>(?:<b>)?(\d+)", page)[1]


def test_the_question_leads_to_the_sheet_which_says_who_would_earn_what(wrong, sign_in, instructor):
    browser = sign_in(instructor)
    question = browser.get(f"/study/manage/questions/{wrong.questions[0]}/preview", headers=EN).text
    assert f'href="/study/manage/questions/{wrong.questions[0]}/key"' in question
    plain = browser.get(f"/study/manage/questions/{wrong.questions[0]}/key", headers=EN).text
    assert ("What would change" in plain, "2 papers" in plain) == (False, True)

    page = browser.get(sheet(wrong), headers=EN).text

    assert [side(page, words) for words in ("Papers handed in", "earn something else", "pass now")] == ["2", "1", "1"]
    assert ("Li Wen" in page, "He Yu" in page) == (True, False)
    assert db.session.scalars(select(KeyMark)).all() == []


def test_the_sheet_can_be_taken_away(wrong, sign_in, instructor):
    url = sheet(wrong, "new").replace("/key?", "/key.csv?")

    answer = sign_in(instructor).get(url, headers=EN)

    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[1:] == [
        ["He Yu", "1", "2", "2", "yes", "1", "2", "no"],
        ["Li Wen", "1", "1", "2", "no", "2", "2", "yes"],
    ]


@pytest.mark.parametrize("is_told", [False, True])
def test_an_exam_without_names_shows_them_once_it_is_released(wrong, sign_in, instructor, is_told):
    quiz = db.session.get(Quiz, wrong.quiz.id)
    quiz.is_anonymous, quiz.mode = True, QuizMode.EXAM
    quiz.released_at = utcnow() if is_told else None
    db.session.commit()
    browser = sign_in(instructor)
    before = browser.get(sheet(wrong), headers=EN).text
    done = accept(browser, sheet(wrong))

    for page in (before, browser.get(done.location, headers=EN).text):
        assert ("Li Wen" in page, "a paper without a name" in page) == (is_told, not is_told)


def test_what_was_accepted_is_done_said_and_undone(wrong, sign_in, instructor):
    browser = sign_in(instructor)

    done = accept(browser, sheet(wrong))

    page = browser.get(done.location, headers=EN).text
    assert paper_of(wrong.papers[0]) == (2000, 2000, True)
    assert ("Li Wen" in page, "Option 2 is right." in page, "in force" in page) == (True, True, True)
    assert "Li Wen" in browser.get(f"{done.location}/papers.csv").get_data(as_text=True)
    assert browser.post(f"{done.location}/undo").status_code == 303
    assert paper_of(wrong.papers[0]) == (1000, 2000, False)
    assert "Undo this change" not in browser.get(done.location, headers=EN).text
    assert browser.post(f"{done.location}/undo").status_code == 409


def test_without_a_reason_nothing_is_done_and_the_sheet_stays(wrong, sign_in, instructor):
    answer = accept(sign_in(instructor), sheet(wrong), reason=" ")

    assert (answer.status_code, "What would change" in answer.text) == (422, True)
    assert db.session.scalars(select(KeyChange)).all() == []


def test_a_version_that_does_not_fit_is_refused_in_words(wrong, sign_in, instructor):
    wrong.new_key(content=short("five"))

    page = sign_in(instructor).get(sheet(wrong, key=3), headers=EN).text

    assert ("it asks something else" in page, "What would change" in page) == (True, False)
    assert "What would change" in sign_in(instructor).get(sheet(wrong, "full", key=3), headers=EN).text


def test_an_assistant_of_the_team_changes_no_key(wrong, sign_in):
    assistant = UserFactory()
    db.session.add(TeamMember(course_id=wrong.course_id, user_id=assistant.id, role=TeamRole.ASSISTANT))
    db.session.commit()
    browser = sign_in(assistant)

    assert browser.get(sheet(wrong)).status_code == 403
    page = browser.get(f"/study/manage/questions/{wrong.questions[0]}/preview").text
    assert f"/study/manage/questions/{wrong.questions[0]}/key" not in page


def test_statistics_of_a_question_lead_to_the_change(wrong, sign_in, instructor):
    url = f"/study/manage/quizzes/{wrong.quiz.id}/statistics/{wrong.questions[0]}"

    assert f"/study/manage/questions/{wrong.questions[0]}/key?quiz={wrong.quiz.id}" in sign_in(instructor).get(url).text


# What those find who wrote papers


def result(place, user, paper: int) -> str:
    return place.sign_in(user).get(f"/study/attempts/{paper}", headers=EN).text


def test_the_result_says_what_was_right_before_and_is_now(wrong, sign_in, instructor):
    accept(sign_in(instructor), sheet(wrong))

    page = " ".join(result(wrong, wrong.liwen, wrong.papers[0]).split())

    assert "The key of this question was changed: the old and the new answer are both right." in page
    assert "Reason: Option 2 is right." in page
    said = re.findall(r"<dt>Right answer (now|before)</dt><dd>(.*?)</dd>", page)
    assert [(when, re.sub("<.*?>", "", words).strip()) for when, words in said] == [
        ("now", "选项2"),
        ("before", "选项1"),
    ]
    assert ("Result: 100 %" in page, "2 of 2 right" in page, "Before: 0 of 1 mark" in page) == (True, True, True)
    # The paper itself stays as it was drawn.
    assert page.count("选项1") >= 2


def test_a_dropped_question_is_said_not_to_count(wrong, sign_in, instructor):
    accept(sign_in(instructor), sheet(wrong, "drop"))

    page = result(wrong, wrong.liwen, wrong.papers[0])

    assert ("does not count" in page, "1 of 1 right" in page, "Result: 100 %" in page) == (True, True, True)
    assert "第1题" not in result(wrong, wrong.liwen, f"{wrong.papers[0]}?wrong=1")


def test_of_an_exam_that_is_not_released_nothing_is_said(wrong, sign_in, instructor):
    db.session.get(Quiz, wrong.quiz.id).mode = QuizMode.EXAM
    db.session.commit()
    accept(sign_in(instructor), sheet(wrong))

    page = result(wrong, wrong.liwen, wrong.papers[0])

    assert ("was changed" in page, "选项" in page, "This key is wrong" in page) == (False, False, False)


@pytest.mark.parametrize("changes", [0, 1, 3])
def test_results_ask_no_more_the_more_changes_there_are(wrong, sign_in, instructor, count_queries, changes):
    for _turn in range(changes):
        accept(sign_in(instructor), sheet(wrong, "full"))
    browser = sign_in(wrong.liwen)

    with count_queries() as seen:
        browser.get(f"/study/attempts/{wrong.papers[0]}")

    # Comments are asked for in any case. Of one that is wrong it is asked what it rests on; of one that is marked right
    # by a changed key, the change and the quizzes of its course.
    assert len(seen) == (12 if changes else 11)


# Doubts


def test_a_doubt_tells_the_authors_and_leads_to_the_form_of_a_thread(wrong, sign_in, instructor):
    author = UserFactory()
    db.session.add(TeamMember(course_id=wrong.course_id, user_id=author.id, role=TeamRole.INSTRUCTOR))
    db.session.commit()
    browser = sign_in(wrong.liwen)
    url = f"/study/attempts/{wrong.papers[0]}/doubts/1"
    assert f'action="{url}"' in result(wrong, wrong.liwen, wrong.papers[0])

    answers = [browser.post(url, headers=EN) for _turn in (1, 2)]

    form = browser.get(answers[0].location, headers=EN)
    assert (form.status_code, 'value="The key of this question is wrong"' in form.text) == (200, True)
    assert "第1题" in form.text
    drain_all()
    notices = db.session.scalars(select(Notification).where(Notification.user_id == author.id)).all()
    assert [(one.kind, one.params["question"]["zh"]) for one in notices] == [("study.key_doubted", "第1题？")]
    page = sign_in(instructor).get(f"/study/manage/questions/{wrong.questions[0]}/preview", headers=EN).text
    assert ("1 member doubts this key." in page, "Li Wen" in page) == (True, True)
    assert len(db.session.scalars(select(KeyDoubt)).all()) == 1


def test_after_a_change_older_doubts_are_settled(wrong, sign_in, instructor, clock):
    sign_in(wrong.liwen).post(f"/study/attempts/{wrong.papers[0]}/doubts/1")
    clock.advance(minutes=1)
    accept(sign_in(instructor), sheet(wrong))

    page = sign_in(instructor).get(f"/study/manage/questions/{wrong.questions[0]}/preview", headers=EN).text

    assert "doubts this key" not in page


def test_nobody_doubts_what_is_not_told_or_not_theirs(wrong, sign_in):
    url = f"/study/attempts/{wrong.papers[0]}/doubts/1"
    assert sign_in(wrong.heyu).post(url).status_code == 404
    assert sign_in(wrong.liwen).post(f"/study/attempts/{wrong.papers[0]}/doubts/9").status_code == 404
    still_open = wrong.begin(wrong.liwen)
    assert sign_in(wrong.liwen).post(f"{still_open}/doubts/1").status_code == 404
    db.session.get(Quiz, wrong.quiz.id).review = Review.NEVER
    db.session.commit()
    assert sign_in(wrong.liwen).post(url).status_code == 404
    assert db.session.scalars(select(KeyDoubt)).all() == []


def test_a_quiz_that_asks_it_in_no_paper_is_refused_rather_than_taken_for_all(wrong, sign_in, instructor):
    browser = sign_in(instructor)
    url = sheet(wrong, quiz=999)

    page = browser.get(url, headers=EN).text
    answer = browser.post(url, data={"reason": "So.", "token": "t"}, headers=EN)

    assert ("No paper of that quiz asks this question." in page, "What would change" in page) == (True, False)
    assert (answer.status_code, browser.get(url.replace("/key?", "/key.csv?")).status_code) == (422, 422)
    assert db.session.scalars(select(KeyChange)).all() == []


def test_bytes_that_are_no_text_in_the_address_do_no_harm(wrong, sign_in, instructor):
    url = f"/study/manage/questions/{wrong.questions[0]}/key"

    page = sign_in(instructor).get(url, environ_overrides={"QUERY_STRING": "version=1&rule=full&x=\xff"}, headers=EN)

    assert (page.status_code, f'action="{url}?version=1&amp;rule=full&amp;x=%FF"' in page.text) == (200, True)


def test_certificates_of_papers_without_names_name_nobody(wrong, sign_in, instructor):
    rule = CertificateRule(course_id=wrong.course_id, key="k", title=Faces(en="Paper"), hours_tenths=10)
    db.session.add(rule)
    db.session.commit()
    wrong.paper(wrong.heyu, "1", "1")
    drain_all()
    number = db.session.scalars(select(Certificate.number)).one()
    browser = sign_in(instructor)
    assert number in browser.get(sheet(wrong, "new"), headers=EN).text
    db.session.get(Quiz, wrong.quiz.id).is_anonymous = True
    db.session.commit()
    assert number in browser.get(sheet(wrong, "new"), headers=EN).text
    # One of the papers of this person waits.
    waits = Attempt.user_id == wrong.heyu.id, Attempt.number == 1
    db.session.execute(update(Attempt).where(*waits).values(mark=None, passed=None))
    db.session.commit()

    page = browser.get(sheet(wrong, "new"), headers=EN).text

    certificates = page.partition("certificates whose course is no longer done")[2]
    assert (number in page, "a paper without a name" in certificates) == (False, True)
    assert side(page, "certificates whose course is no longer done") == "1"


def test_a_paper_of_which_nothing_counts_has_no_figure_in_the_list_and_does_not_count(place, sign_in, instructor):
    place.quiz(choice(1000, 0, text="第1题？"), grading=Grading.LAST)
    user = place.writer()
    place.paper(user, "1")
    place.paper(user, "2")
    quiz = place.quiz.id
    accept(sign_in(instructor), sheet(place, "drop", key=1))
    db.session.execute(update(Attempt).where(Attempt.number == 1).values(max_mark=1000, mark=1000, passed=True))
    db.session.commit()

    page = sign_in(user).get(f"/study/quizzes/{quiz}", headers=EN).text

    assert ("No verdict" in page, "100</b> %" in page, "Not passed yet" in page) == (True, True, False)


def test_what_people_mark_has_no_key_to_doubt(place, sign_in):
    place.quiz(choice(1000, 0, text="第1题？"), essay("第2题？"))
    user = place.writer()
    paper = place.paper(user, "1", "Weil.")

    page = result(place, user, paper)

    assert (f"/study/attempts/{paper}/doubts/1" in page, f"/study/attempts/{paper}/doubts/2" in page) == (True, False)
    assert sign_in(user).post(f"/study/attempts/{paper}/doubts/2").status_code == 404
    assert "认为此题答案有误" in sign_in(user).get(f"/study/attempts/{paper}").text


@pytest.mark.parametrize(
    ("answers", "missed"), [(("1", "1"), False), (("2", "1"), True), (("1", ""), False), (("", ""), False)]
)
def test_the_notebook_and_the_filter_are_named_where_something_answered_was_missed(place, answers, missed):
    place.quiz()
    user = place.writer()

    page = result(place, user, place.paper(user, *answers))

    assert ("mistake notebook, and comes again" in page, "Only wrong ones" in page) == (missed, missed)


def test_with_one_version_alone_full_marks_are_offered_and_the_way_to_a_second_one(place, sign_in, instructor):
    place.quiz()
    place.paper(place.writer(), "2", "1")
    url = f"/study/manage/questions/{place.questions[0]}"
    browser = sign_in(instructor)

    page = browser.get(f"{url}/key").text
    assert re.findall(r'name="rule" value="(\w+)" checked', page) == ["full"]
    assert re.search(rf'id="key-h">.*<a href="{url}">', page)
    place.new_key()
    page = browser.get(f"{url}/key").text
    assert re.findall(r'name="rule" value="(\w+)" checked', page) == ["either"]
