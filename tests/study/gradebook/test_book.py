"""The gradebook as those who mark see it, and a learner's own marks."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from study.enums import EmptyMark, GradeState, Grading, QuizMode, TeamRole
from study.gradebook.queries.cells import lines_of, own_line
from study.gradebook.queries.items import book_of
from study.models import Grade, Gradebook, GradeItem, TeamMember, WorkBrief
from tests.factories.accounts import UserFactory
from tests.factories.quiz import choice, enrolled, quiz_with

EN = {"Accept-Language": "en"}


def line(book, user, *, grader=True):
    found = book_of(book.course)
    return lines_of(found, [user.id], grader_id=None)[user.id] if grader else own_line(found, user.id)


def row_of(page: str, name: str) -> list[str]:
    """Return the cells of a learner as a reader sees them."""
    row = re.search(rf">{name}</a></th>(.*?)</tr>", page, re.DOTALL)[1]
    return [re.sub(r"<span class=\"vh\">(.*?)</span>|<[^>]+>", r"[\1]", cell).replace("[]", "")
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]  # fmt: skip


def test_learners_stand_by_columns_with_weights_and_a_total(book, grader, learner):
    book.weigh(1, 2, 1)
    book.settle()
    book.paper(learner, 500)
    book.work(learner, 90)

    page = grader.get(book.url, headers=EN)

    assert row_of(page.text, "Ada") == ["76.7%", "50", "90", "–[no mark yet]"]
    assert "of 100 · 50%" in page.text
    assert "of 20 · 25%" in page.text


@pytest.mark.parametrize("sort", ["name", "least"])
def test_the_page_costs_the_same_for_one_learner_and_for_three(book, grader, count_queries, sort):
    counts = []
    for names in (["ada"], ["ben", "cai"]):
        for name in names:
            user = book.learner(name)
            book.paper(user, 500)
            book.work(user, 80)
        with count_queries() as seen:
            page = grader.get(f"{book.url}?sort={sort}")
        counts.append(len(seen))
        assert page.status_code == 200
    assert page.text.count('scope="row"') == 3
    assert counts[0] == counts[1]
    assert counts[0] <= (14 if sort == "name" else 17)


def test_learners_are_found_by_name_and_ordered_by_total(book, grader):
    for name, mark in (("ada", 500), ("ben", 1000), ("cai", 0)):
        book.paper(book.learner(name), mark)
    book.learner("dan")

    def names(query: str) -> list[str]:
        return re.findall(r'scope="row"><a[^>]*>([^<]*)<', grader.get(f"{book.url}?{query}").text)

    assert names("") == ["Ada", "Ben", "Cai", "Dan"]
    assert names("q=b") == ["Ben"]
    assert names("sort=most") == ["Ben", "Ada", "Cai", "Dan"]
    assert names("sort=least") == ["Dan", "Cai", "Ada", "Ben"]
    assert names("sort=sideways&q=%25") == []


def test_more_learners_than_a_page_holds_are_reached_by_name_and_by_total(book, grader, monkeypatch):
    monkeypatch.setattr("study.gradebook.queries.learners.A_PAGE", 2)
    for name in ("ada", "ben", "cai"):
        book.paper(book.learner(name), 500)

    for query in ("", "?sort=least"):
        first = grader.get(f"{book.url}{query}").text
        link = re.search(r'rel="next" href="([^"]*)"', first)[1].replace("&amp;", "&")
        assert (first.count('scope="row"'), grader.get(link).text.count('scope="row"')) == (2, 1)


def test_whoever_left_the_course_is_not_in_the_book(book, grader, learner):
    from study.models import Enrolment

    db.session.scalars(select(Enrolment)).one().left_at = utcnow()
    db.session.commit()

    assert ">Ada<" not in grader.get(book.url).text
    assert grader.get(f"{book.url}/{learner.id}").status_code == 404


def test_the_results_of_an_exam_are_told_to_nobody_but_those_who_mark_before_their_release(
    book, grader, learner, sign_in
):
    book.quiz.mode = QuizMode.EXAM
    book.settle()
    book.paper(learner, 375)

    own = sign_in(learner).get(book.own, headers=EN).text
    page = grader.get(book.url, headers=EN).text

    assert "results not released yet" in own
    assert "37.5" not in own
    assert row_of(page, "Ada")[:2] == ["–", "37.5[results not released yet]"]

    book.quiz.released_at = utcnow()
    db.session.commit()

    assert "37.5 of 100" in sign_in(learner).get(book.own, headers=EN).text
    assert row_of(grader.get(book.url, headers=EN).text, "Ada")[:2] == ["37.5%", "37.5"]


def test_one_who_marks_and_takes_the_course_sees_own_marks_no_earlier_than_others(book, grader, instructor, learner):
    book.quiz.mode = QuizMode.EXAM
    book.oral.is_hidden = True
    enrolled(instructor, book.course)
    for person in (instructor, learner):
        book.paper(person, 375)
        db.session.add(Grade(item_id=book.oral.id, user_id=person.id, number=1, mark=13_000, made_by_id=learner.id))
    db.session.commit()

    page = grader.get(book.url, headers=EN).text
    own = [f"{book.url}/{instructor.id}", *(book.cell(instructor, key) for key in (book.keys[0], book.keys[2]))]

    assert row_of(page, "Ada")[1::2] == ["37.5[results not released yet]", "13"]
    assert row_of(page, "成员 instructor")[1::2] == ["–[no mark yet][results not released yet]"] * 2
    for url in own:
        seen = grader.get(url, headers=EN).text
        assert ("37.5" in seen, "13 of 20" in seen, "0.375" in seen) == (False, False, False)
    assert "→ 13" not in grader.get(own[2]).text


def test_whose_an_anonymous_paper_is_shows_nowhere_before_it_is_marked_and_told(book, grader, learner):
    book.quiz.is_anonymous, book.quiz.mode = True, QuizMode.EXAM
    paper = book.paper(learner, 375)
    other = book.learner("ben")
    book.paper(other, None)
    book.work(learner, 50)

    page = grader.get(book.url, headers=EN).text
    cell = grader.get(book.cell(learner), headers=EN).text
    file = grader.get(f"{book.url}.csv", headers=EN).text

    assert row_of(page, "Ada") == ["50%", "[marked without names]", "50", "–[no mark yet]"]
    assert row_of(page, "Ben")[1] == "[marked without names]"
    for seen in (page, cell, file, grader.get(f"{book.url}/{learner.id}").text):
        assert "37.5" not in seen
        assert f"papers/{paper.id}" not in seen
    assert grader.get(f"/study/manage/papers/{paper.id}").status_code == 404
    assert grader.post(book.cell(learner), data={"mark": "90", "reason": "x", "seen": "0"}).status_code == 409
    assert db.session.scalars(select(Grade)).all() == []

    book.quiz.released_at = utcnow()
    db.session.commit()

    page = grader.get(book.url, headers=EN).text
    assert (row_of(page, "Ada")[1], row_of(page, "Ben")[1]) == ("37.5", "[marked without names]")
    assert "Marked without names; what is not marked and told yet counts in no total here: Midterm" in page
    assert grader.get(f"/study/manage/papers/{paper.id}").status_code == 200
    assert grader.post(book.cell(other), data={"mark": "90", "reason": "x", "seen": "0"}).status_code == 409


@pytest.mark.parametrize("grading", list(Grading))
def test_a_second_paper_that_waits_hides_no_paper_that_was_told(book, grader, learner, sign_in, grading):
    """The learner's total and that of the gradebook are the same number, whatever counts of several papers."""
    quiz = book.quiz
    quiz.is_anonymous, quiz.is_double, quiz.mode, quiz.grading = True, True, QuizMode.EXAM, grading
    quiz.released_at = utcnow()
    other = book.learner("ben")
    told, others = book.paper(learner, 886), book.paper(other, 500)
    for person in (learner, other):
        book.work(person, 60)
    book.settle()
    waiting = book.paper(learner, None)

    page = grader.get(book.url, headers=EN).text
    own = {person: sign_in(person).get(book.own, headers=EN).text for person in (learner, other)}

    counts = grading in (Grading.BEST, Grading.FIRST)
    assert row_of(page, "Ada")[:2] == (["74.3%", "88.6"] if counts else ["60%", "[marked without names]"])
    assert row_of(page, "Ben")[:2] == ["55%", "50"]
    for person, total in ((learner, row_of(page, "Ada")[0]), (other, "55%")):
        assert f"{total} so far" in own[person]
        assert line(book, person).total == line(book, person, grader=False).total
    assert [grader.get(f"/study/manage/papers/{one.id}").status_code for one in (told, others, waiting)] == [
        *(200, 200),
        404,
    ]
    cell = grader.get(book.cell(learner), headers=EN).text
    assert (f"papers/{told.id}" in cell, f"papers/{waiting.id}" in cell) == (counts, False)
    assert "something waits" not in row_of(page, "Ada")[1]


@pytest.mark.parametrize("mark", [None, 90_000])
def test_a_mark_of_a_person_counts_alike_beside_a_paper_without_a_name(book, grader, learner, mark):
    book.quiz.is_anonymous = True
    book.paper(learner, None)
    row = GradeItem(course_id=book.course.id, quiz_id=book.quiz.id)
    db.session.add(row)
    db.session.flush()
    db.session.add(
        Grade(item_id=row.id, user_id=learner.id, number=1, mark=mark, feedback="Hm.", made_by_id=learner.id)
    )
    db.session.commit()

    seen, own = line(book, learner), line(book, learner, grader=False)

    assert (seen.total, own.total) == ((None, None) if mark is None else (900, 900))
    assert seen.cells[0].state is (GradeState.SEALED if mark is None else GradeState.MARKED)
    posted = grader.post(book.cell(learner), data={"mark": "80", "reason": "x", "seen": "1"})
    assert posted.status_code == (409 if mark is None else 303)


def test_an_anonymous_exam_stays_sealed_until_it_is_released(book, grader, learner):
    book.quiz.is_anonymous, book.quiz.mode = True, QuizMode.EXAM
    book.paper(learner, 375)
    db.session.commit()

    assert line(book, learner).cells[0].state is GradeState.SEALED
    assert line(book, learner, grader=False).cells[0].state is GradeState.HELD


def test_a_learner_sees_marks_feedback_shares_and_why_the_total_is_what_it_is(book, learner, sign_in):
    book.weigh(1, 2, 1)
    book.settle()
    book.paper(learner, 500)
    book.work(learner, 90, comment="Clear and short.")

    page = sign_in(learner).get(book.own, headers=EN).text

    assert "76.7% so far" in page
    assert "Clear and short." in page
    assert "50% × 1 / 3 = 16.67" in page
    assert "90% × 2 / 3 = 60" in page
    assert "Oral exam: not yet" in page
    assert "Together 76.7%." in page


def test_without_settled_weights_a_learner_is_told_no_total(book, learner, sign_in):
    book.paper(learner, 500)

    page = sign_in(learner).get(book.own, headers=EN).text

    assert "50 of 100" in page
    assert "so there is no total" in page
    assert "so far" not in page


def test_a_learner_sees_nobody_elses_marks_and_no_hidden_column(book, learner, sign_in):
    other = book.learner("ben")
    book.paper(other, 375)
    book.settle()
    book.oral.is_hidden = True
    db.session.add(Grade(item_id=book.oral.id, user_id=learner.id, number=1, mark=13_000, made_by_id=other.id))
    book.paper(learner, 1000)

    page = sign_in(learner).get(book.own, headers=EN).text

    assert "37.5" not in page
    assert "Oral exam" not in page
    assert "100% so far" in page
    assert line(book, learner).total == 1000


def test_an_empty_mark_counts_as_nought_once_it_is_due_where_the_course_says_so(book, learner, grader):
    book.settle(EmptyMark.ZERO)
    db.session.add(WorkBrief(lesson_id=book.essay.id, due_at=utcnow() + timedelta(days=1)))
    book.paper(learner, 1000)
    assert line(book, learner).total == 1000

    db.session.scalars(select(WorkBrief)).one().due_at = utcnow() - timedelta(minutes=1)
    db.session.commit()
    assert [cell.state for cell in line(book, learner).cells] == [
        GradeState.MARKED,
        GradeState.MISSED,
        GradeState.OPEN,
    ]
    assert line(book, learner).total == 500

    book.work(learner, None)
    assert (line(book, learner).cells[1].state, line(book, learner).total) == (GradeState.WAITING, 1000)

    db.session.scalars(select(Gradebook)).one().empty = EmptyMark.OPEN
    db.session.commit()
    assert line(book, learner).total == 1000


def test_a_quiz_is_due_when_whoever_was_given_more_time_has_no_more(book, learner):
    book.settle(EmptyMark.ZERO)
    book.quiz.closes_at = utcnow() - timedelta(days=1)
    book.quiz.extended_to = utcnow() + timedelta(days=1)
    db.session.commit()
    assert line(book, learner).cells[0].state is GradeState.OPEN

    book.quiz.extended_to = utcnow() - timedelta(hours=1)
    db.session.commit()
    assert line(book, learner).cells[0].state is GradeState.MISSED


def test_practice_counts_for_nothing_unless_somebody_weighs_it(book, learner):
    book.quiz.mode = QuizMode.PRACTICE
    book.paper(learner, 500)
    assert line(book, learner).total is None

    book.weigh(1, 1, 1)
    assert line(book, learner).total == 500


def test_weights_are_settled_in_one_form_and_shares_are_shown(book, grader):
    quiz, essay, own = book.keys
    page = grader.get(f"{book.url}/settings", headers=EN).text
    seen = re.search(r'name="seen"[^>]* value="([^"]*)"', page)[1]
    sent = {f"w-{quiz}": "30", f"w-{essay}": "４５", f"w-{own}": "0,5", f"h-{own}": "y", "empty": "zero", "seen": seen}

    assert grader.post(f"{book.url}/settings", data=sent).status_code == 303

    again = grader.get(f"{book.url}/settings", headers=EN).text
    assert [(row.weight, row.is_hidden) for row in book_of(book.course).items] == [
        (30_000, False),
        (45_000, False),
        (500, True),
    ]
    assert ("40%" in again, "60%" in again) == (True, True)
    assert db.session.scalars(select(Gradebook)).one().empty is EmptyMark.ZERO

    late = grader.post(f"{book.url}/settings", data={**sent, f"w-{quiz}": "1"}, headers=EN)
    assert late.status_code == 409
    assert "Somebody else has changed the weights" in late.text
    assert book_of(book.course).items[0].weight == 30_000
    assert 'value="1"' in late.text


@pytest.mark.parametrize("typed", ["-1", "much", "", "1000.5", "1e3"])
def test_a_weight_that_is_none_is_named(book, grader, typed):
    quiz, essay, own = book.keys
    sent = {f"w-{quiz}": typed, f"w-{essay}": "1", f"w-{own}": "1", "empty": "open"}

    page = grader.post(f"{book.url}/settings", data=sent, headers=EN)

    assert page.status_code == 422
    assert "Weight: Midterm. Enter a number from 0 to 1000." in page.text
    assert db.session.scalars(select(Gradebook)).all() == []


def test_a_column_of_its_own_is_added_changed_and_deleted_while_it_is_empty(book, grader, learner):
    made = {"title_zh": "平时", "title_en": "Class work", "max_mark": "５０", "due": ""}
    assert grader.post(f"{book.url}/columns", data=made).status_code == 303
    row = db.session.scalars(select(GradeItem).order_by(GradeItem.id.desc()).limit(1)).one()
    assert (row.title, row.max_mark, row.due_at) == (Faces("平时", "Class work"), 50_000, None)

    where = f"/study/manage/grade-columns/{row.id}"
    assert grader.post(book.cell(learner, f"c{row.id}"), data={"mark": "40", "seen": "0"}).status_code == 303
    low = grader.post(where, data={**made, "max_mark": "30"}, headers=EN)
    assert (low.status_code, "There are marks above this: up to 40." in low.text) == (422, True)
    assert grader.post(where, data={**made, "max_mark": "40"}).status_code == 303
    assert grader.post(f"{where}/delete").location == where
    assert db.session.get(GradeItem, row.id) is not None

    empty = f"/study/manage/grade-columns/{book.oral.id}"
    assert grader.post(f"{empty}/delete").location == f"{book.url}/settings"
    assert db.session.get(GradeItem, book.oral.id) is None


def test_a_column_needs_a_title_and_a_full_mark(book, grader):
    page = grader.post(f"{book.url}/columns", data={"max_mark": "0"}, headers=EN)

    assert page.status_code == 422
    assert "Fill in at least one of the two languages." in page.text
    assert "Enter a number above 0, up to 1000." in page.text


def test_those_who_assist_mark_but_do_not_settle_weights(book, learner, sign_in):
    helper = UserFactory(username="assistant")
    db.session.add(TeamMember(course_id=book.course.id, user_id=helper.id, role=TeamRole.ASSISTANT))
    db.session.commit()
    browser = sign_in(helper)

    page = browser.get(book.url, headers=EN)

    assert (page.status_code, "Weights and columns" in page.text) == (200, False)
    assert browser.get(f"{book.url}/settings").status_code == 403
    assert browser.post(f"{book.url}/columns", data={"title_zh": "口试", "max_mark": "20"}).status_code == 403
    assert browser.get(f"/study/manage/grade-columns/{book.oral.id}").status_code == 403
    assert browser.post(book.cell(learner, book.keys[2]), data={"mark": "1", "seen": "0"}).status_code == 303


def test_a_quiz_of_another_course_is_no_column(book):
    other = quiz_with(choice(1000, 0))
    book.lesson().quiz_id = other.id
    db.session.commit()

    assert [item.key for item in book_of(book.course).items] == list(book.keys[1:])
