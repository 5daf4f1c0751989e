"""Marks that people put in the place of others: reasons, history, undo, and what is refused."""

import re

from sqlalchemy import select

from accounts.events import UserErased
from core.db import db
from core.permissions import Role
from notify.models import Notification
from study.enums import GradeAct
from study.models import Grade, QuestionComment
from study.work_handlers import forget_works
from tests.factories.accounts import grant, root_branch
from tests.factories.quiz import enrolled

EN = {"Accept-Language": "en"}


def stored() -> list[tuple]:
    db.session.expire_all()
    rows = db.session.scalars(select(Grade).order_by(Grade.id))
    return [(row.number, row.act, row.mark, row.feedback, row.is_current) for row in rows]


def change(browser, url, seen=0, **fields):
    return browser.post(url, data={"seen": str(seen), **fields}, headers=EN)


def test_another_mark_needs_a_reason_and_the_history_says_who_when_old_and_new(book, grader, learner, sign_in):
    book.paper(learner, 500)
    url = book.cell(learner)

    bare = change(grader, url, mark="80")
    done = change(grader, url, mark="80", reason="Read aloud.", feedback="Better than it looks.")
    page = grader.get(url, headers=EN).text

    assert (bare.status_code, "Say in a few words why" in bare.text) == (422, True)
    assert done.status_code == 303
    assert stored() == [(1, GradeAct.GIVEN, 80_000, "Better than it looks.", True)]
    for words in ("– → 80", "成员 instructor", "Read aloud.", "Earned was 50%."):
        assert words in page
    own = sign_in(learner).get(book.own, headers=EN).text
    assert "80 of 100" in own
    assert "Better than it looks." in own
    assert "Read aloud." not in own


def test_a_change_is_taken_back_and_stands_again(book, grader, learner):
    url = book.cell(learner, book.keys[2])
    change(grader, url, mark="15")
    change(grader, url, 1, mark="16", feedback="Once more.")

    assert grader.post(f"{url}/undo", data={"seen": "2"}).status_code == 303
    assert stored()[-1] == (3, GradeAct.UNDONE, 15_000, "", True)
    grader.post(f"{url}/undo", data={"seen": "3"})
    assert stored()[-1] == (4, GradeAct.UNDONE, 16_000, "Once more.", True)
    # A page that lay open is refused, and changes nothing.
    grader.post(f"{url}/undo", data={"seen": "2"})
    assert [row[4] for row in stored()] == [False, False, False, True]


def test_the_first_change_is_taken_back_to_what_was_earned(book, grader, learner):
    book.paper(learner, 500)
    url = book.cell(learner)
    change(grader, url, mark="80", reason="x")

    grader.post(f"{url}/undo", data={"seen": "1"})

    assert stored()[-1] == (2, GradeAct.UNDONE, None, "", True)
    assert "50 of 100" in grader.get(url, headers=EN).text


def test_of_two_who_change_a_mark_the_second_is_told_and_keeps_what_was_typed(book, grader, learner):
    url = book.cell(learner, book.keys[2])
    change(grader, url, mark="15")

    late = change(grader, url, 0, mark="9", feedback="Mine.")

    assert late.status_code == 409
    assert "Somebody else has changed this mark in the meantime." in late.text
    assert "Mine." in late.text
    assert re.search(r'name="seen"[^>]* value="1"', late.text)
    assert len(stored()) == 1


def test_a_mark_out_of_range_is_named_and_the_same_mark_again_is_no_change(book, grader, learner):
    url = book.cell(learner, book.keys[2])

    for typed in ("20.001", "-1", "many"):
        page = change(grader, url, mark=typed)
        assert (page.status_code, "Enter a number from 0 to 20." in page.text) == (422, True)
    change(grader, url, mark="２０")
    change(grader, url, 1, mark="20.0")
    assert stored() == [(1, GradeAct.GIVEN, 20_000, "", True)]


def test_nobody_changes_their_own_mark(book, sign_in):
    learner = book.learner("ada")
    grant(learner, Role.INSTRUCTOR, root_branch())
    browser = sign_in(learner)
    url = book.cell(learner, book.keys[2])

    page = browser.get(url, headers=EN).text

    assert "Nobody changes their own marks." in page
    assert 'name="mark"' not in page
    assert change(browser, url, mark="20").status_code == 403
    assert stored() == []


def test_the_learner_hears_of_a_new_mark_but_not_of_a_hidden_or_held_one(book, grader, learner, drain):
    change(grader, book.cell(learner, book.keys[2]), mark="15")
    drain()
    told = db.session.scalars(select(Notification).where(Notification.user_id == learner.id)).all()
    assert [(one.kind, one.url) for one in told] == [("study.graded", book.own)]

    book.oral.is_hidden = True
    db.session.commit()
    change(grader, book.cell(learner, book.keys[2]), 1, mark="16")
    drain()
    assert len(db.session.scalars(select(Notification)).all()) == 1


def test_a_mark_of_somebody_who_does_not_take_the_course_is_not_written(book, grader, member):
    assert change(grader, book.cell(member, book.keys[2]), mark="15").status_code == 404
    enrolled(member, book.course)
    assert change(grader, book.cell(member, "c999999"), mark="15").status_code == 404
    assert change(grader, book.cell(member, "nonsense"), mark="15").status_code == 404
    assert stored() == []


def test_the_marks_of_an_erased_person_are_gone(book, grader, learner, instructor):
    paper = book.paper(learner, 500)
    change(grader, book.cell(learner, book.keys[2]), mark="15", feedback="About Ada.")
    db.session.add(QuestionComment(attempt_id=paper.id, position=1, author_id=instructor.id, body="About Ada."))
    db.session.commit()

    forget_works([UserErased(user_id=learner.id)])

    assert stored() == []
    assert db.session.scalars(select(QuestionComment)).all() == []
