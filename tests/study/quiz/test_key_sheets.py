"""Sheets of a wrong key that say something else by the time they are accepted."""

import pytest
from sqlalchemy import select, update

from core.db import db
from study.enums import KeyWork
from study.models import KeyChange, QuestionVersion, QuizSlot
from tests.study.quiz.test_key_changes import paper_of
from tests.study.quiz.test_key_pages import EN, accept, place, sheet, side, ticket_in, wrong

__all__ = ["place", "wrong"]


def changes_made() -> int:
    return len(db.session.scalars(select(KeyChange.id)).all())


def send(browser, url: str, token: str, reason="Option 2 is right."):
    return browser.post(url, data={"reason": reason, "token": token}, headers=EN)


@pytest.mark.parametrize("rule", ["either", "full"])
def test_of_two_tabs_with_one_sheet_the_second_is_shown_what_the_first_left(wrong, sign_in, instructor, rule):
    browser, url = sign_in(instructor), sheet(wrong, rule)
    tabs = [ticket_in(browser.get(url).text) for _tab in (1, 2)]

    first, second = send(browser, url, tabs[0]), send(browser, url, tabs[1], reason="Both are right.")
    made = changes_made()
    again = send(browser, url, ticket_in(second.text))

    assert (first.status_code, second.status_code, again.status_code) == (303, 409, 303)
    assert "The sheet has changed since you saw it." in second.text
    assert ("\nBoth are right.</textarea>" in second.text, side(second.text, "earn something else")) == (True, "0")
    assert (made, changes_made()) == (1, 2)


def test_a_sheet_of_papers_that_nobody_moves_is_as_stale_after_a_change(wrong, sign_in, instructor):
    browser, url = sign_in(instructor), sheet(wrong, "new", key=1)
    tabs = [ticket_in(browser.get(url).text) for _tab in (1, 2)]

    assert [send(browser, url, token).status_code for token in tabs] == [303, 409]
    assert changes_made() == 1


def test_the_same_sheet_sent_twice_makes_one_change(wrong, sign_in, instructor):
    browser, url = sign_in(instructor), sheet(wrong)
    token = ticket_in(browser.get(url).text)

    answers = [send(browser, url, token) for _click in (1, 2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert changes_made() == 1


@pytest.mark.parametrize("answer", ["1", "2"])
def test_papers_handed_in_since_the_sheet_was_shown_are_looked_at_first(wrong, sign_in, instructor, answer):
    db.session.scalars(select(QuizSlot).order_by(QuizSlot.position)).first().fixed_version_id = db.session.scalar(
        select(QuestionVersion.id).where(
            QuestionVersion.question_id == wrong.questions[0], QuestionVersion.version == 1
        )
    )
    db.session.commit()
    late = wrong.writer(display_name="Zhao Min")
    written = wrong.begin(late)
    browser, url = sign_in(instructor), sheet(wrong)
    token = ticket_in(browser.get(url).text)
    paper = wrong.send(late, written, {1: answer, 2: "1"})

    refused = send(browser, url, token)
    made = changes_made()
    done = send(browser, url, ticket_in(refused.text))

    assert (refused.status_code, made, done.status_code) == (409, 0, 303)
    assert (side(refused.text, "Papers handed in"), "Zhao Min" in refused.text) == ("3", answer == "2")
    assert paper_of(paper) == (2000, 2000, True)


def test_a_paper_that_somebody_only_begins_changes_no_sheet(wrong, sign_in, instructor):
    browser, url = sign_in(instructor), sheet(wrong)
    token = ticket_in(browser.get(url).text)
    wrong.begin(wrong.writer())

    assert send(browser, url, token).status_code == 303


def test_a_sheet_accepted_for_something_else_than_it_showed_is_shown_first(wrong, sign_in, instructor):
    browser = sign_in(instructor)
    token = ticket_in(browser.get(sheet(wrong, "full")).text)

    refused = send(browser, sheet(wrong, "drop"), token)

    assert (refused.status_code, changes_made()) == (409, 0)


@pytest.mark.parametrize("token", ["t", "a" * 32, "é", "WyJhIl0.x"])
def test_a_sheet_that_nobody_was_shown_is_shown_first(wrong, sign_in, instructor, token):
    refused = send(sign_in(instructor), sheet(wrong), token)

    assert (refused.status_code, "The sheet has changed" in refused.text, changes_made()) == (409, True, 0)


def test_the_sheet_of_somebody_else_is_none_of_ones_own(wrong, sign_in, instructor, administrator):
    token = ticket_in(sign_in(administrator).get(sheet(wrong)).text)

    assert send(sign_in(instructor), sheet(wrong), token).status_code == 409


def test_while_papers_are_still_marked_again_the_reason_is_kept(wrong, sign_in, instructor):
    browser, url = sign_in(instructor), sheet(wrong)
    accept(browser, url)
    token = ticket_in(browser.get(url).text)
    db.session.execute(update(KeyChange).values(work=KeyWork.APPLYING))
    db.session.commit()

    refused = send(browser, url, token)

    assert (refused.status_code, "still being marked again" in refused.text) == (409, True)
    assert "\nOption 2 is right.</textarea>" in refused.text
