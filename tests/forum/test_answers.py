"""Questions and their accepted answers."""

import pytest
from sqlalchemy import select

from core.db import db
from core.documents import document_for
from core.events import ContentEvent
from core.faces import Faces
from forum import queries, services
from forum.composing import compose
from forum.enums import ThreadFilter, ThreadKind
from forum.errors import BoardArchived, NotAnAnswer, NotYourQuestion, PostGone
from forum.models import Post, Thread
from forum.queries.answers import WHOLE_MAX
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def question(board):
    return ThreadFactory(board=board, kind=ThreadKind.QUESTION, title="Who has the key?")


@pytest.fixture
def answer(question):
    return PostFactory(thread=question, body="The key hangs behind the door.")


@pytest.fixture
def asker(question, actor_of):
    return actor_of(question.author)


@pytest.fixture
def mark(transaction):
    """Return ``mark(post, actor)``: the answer is accepted, in a transaction of its own."""

    def act(post, actor, verb=services.accept_answer):
        post_id = post.id
        with transaction():
            verb(queries.get_post(post_id, actor, lock=True), actor)
        db.session.expire_all()

    return act


@pytest.fixture
def browser(sign_in, question):
    one = sign_in(question.author)
    one.set_cookie("lang", "en", domain="localhost")
    return one


def marked(thread_id: int) -> int | None:
    return db.session.scalar(select(Thread.accepted_post_id).where(Thread.id == thread_id))


def test_the_asker_accepts_an_answer_and_its_author_hears(mark, question, answer, asker, announced):
    ref, number, writer = question.ref, answer.id, answer.author_id
    mark(answer, asker)
    assert marked(ref.id) == number
    told = announced()
    assert told[0] == ContentEvent(subject=ref)
    assert (told[1].kind, told[1].recipient_ids) == ("forum.accepted", (writer,))


def test_accepting_twice_tells_once(mark, answer, asker, announced):
    mark(answer, asker)
    mark(answer, asker)
    assert len(announced()) == 2


def test_a_moderator_may_accept_too(mark, question, answer, moderator, actor_of):
    number, thread_id = answer.id, question.id
    mark(answer, actor_of(moderator))
    assert marked(thread_id) == number


def test_another_answer_takes_the_place_of_the_first(mark, question, answer, asker):
    thread_id, better = question.id, PostFactory(thread=question)
    number = better.id
    mark(answer, asker)
    mark(better, asker)
    assert marked(thread_id) == number


def test_the_mark_can_be_taken_back(mark, question, answer, asker):
    thread_id = question.id
    mark(answer, asker)
    mark(answer, asker, services.withdraw_answer)
    assert marked(thread_id) is None


def test_taking_the_mark_off_another_reply_changes_nothing(mark, question, answer, asker):
    thread_id, number, other = question.id, answer.id, PostFactory(thread=question)
    mark(answer, asker)
    mark(other, asker, services.withdraw_answer)
    assert marked(thread_id) == number


def test_others_may_not_accept(mark, answer, member, actor_of):
    with pytest.raises(NotYourQuestion):
        mark(answer, actor_of(member))


def test_a_discussion_has_no_answer(mark, thread, author):
    post = PostFactory(thread=thread)
    with pytest.raises(NotAnAnswer):
        mark(post, author)


def test_the_question_does_not_answer_itself(mark, question, asker):
    opening = db.session.scalars(select(Post).where(Post.thread_id == question.id)).one()
    with pytest.raises(NotAnAnswer):
        mark(opening, asker)


def test_a_reply_that_is_gone_cannot_be_accepted(mark, answer, asker):
    answer.deleted_at = answer.created_at
    db.session.commit()
    with pytest.raises(PostGone):
        mark(answer, asker)


def test_nothing_is_accepted_where_the_question_is_hidden(mark, question, answer, asker):
    question.hidden_at = question.created_at
    db.session.commit()
    with pytest.raises(PostGone):
        mark(answer, asker)


def test_nothing_is_accepted_on_an_archived_board(mark, board, answer, asker):
    board.archived = True
    db.session.commit()
    with pytest.raises(BoardArchived):
        mark(answer, asker)


def test_a_hidden_answer_loses_its_mark_and_has_it_again_when_restored(
    mark, question, answer, asker, moderator, actor_of, client
):
    url, judge = f"/forum/threads/{question.id}", actor_of(moderator)
    board = "/forum/boards/" + db.session.scalars(select(Thread)).one().board.slug
    mark(answer, asker)
    shown = [client.get(url).text.count("已采纳的回答"), client.get(board).text.count("已解决</span>")]
    mark(answer, judge, lambda post, actor: services.hide_post(post, actor, "Off topic."))
    hidden = [client.get(url).text.count("已采纳的回答"), client.get(board).text.count("已解决</span>")]
    mark(answer, judge, services.restore_post)
    again = [client.get(url).text.count("已采纳的回答"), client.get(board).text.count("已解决</span>")]
    assert (shown, hidden, again) == ([2, 1], [0, 0], [2, 1])


def test_an_answer_that_was_moved_to_another_thread_does_not_count(mark, question, answer, asker, client):
    thread_id, other = question.id, ThreadFactory()
    mark(answer, asker)
    moved = db.session.scalars(select(Post).where(Post.number == 2)).one()
    moved.thread_id, moved.number = other.id, 9
    db.session.commit()
    assert "answer" not in client.get(f"/forum/threads/{thread_id}").text.split("<main")[1]


def test_the_document_of_a_solved_question_holds_the_answer(mark, question, answer, asker):
    ref, reply = question.ref, answer.ref
    before = document_for(ref)
    mark(answer, asker)
    after = document_for(ref)
    assert (before.text, before.solved) == ("The opening post.", False)
    assert (after.text, after.solved) == ("The opening post.\nThe key hangs behind the door.", True)
    assert after.version != before.version
    assert document_for(reply).solved is False


def test_the_question_is_indexed_again_when_its_answer_changes(mark, question, answer, asker, announced, actor_of):
    ref, writer = question.ref, actor_of(answer.author)
    mark(answer, asker)
    before = announced().count(ContentEvent(subject=ref))
    mark(answer, writer, lambda post, actor: services.edit_post(post, actor, compose("In the shed."), seen_revision=0))
    from core.outbox import OutboxRow

    rows = db.session.scalars(select(OutboxRow.payload).where(OutboxRow.event == "ContentEvent")).all()
    assert before == 1
    assert len([row for row in rows if row["subject"] == str(ref)]) >= 2


def test_lists_can_be_narrowed_to_solved_and_unsolved_questions(mark, board, question, answer, asker):
    open_one = ThreadFactory(board=board, kind=ThreadKind.QUESTION)
    ThreadFactory(board=board)
    solved, unsolved, board_id = question.id, open_one.id, board.id
    mark(answer, asker)

    def found(only):
        page = queries.list_threads(board_id, asker, queries.Sieve(only=only), None)
        return [(row.id, row.solved) for row in page.items]

    assert found(ThreadFilter.SOLVED) == [(solved, True)]
    assert [row[0] for row in found(ThreadFilter.UNSOLVED)] == [unsolved]
    assert len(found(ThreadFilter.ALL)) == 3


# Pages


def test_the_accepted_answer_stands_under_the_question_with_a_way_to_its_place(browser, question, answer):
    url, post = f"/forum/threads/{question.id}", f"/forum/posts/{answer.id}"
    assert browser.post(f"{post}/accept").status_code == 303
    page = browser.get(url).text
    assert page.count("The key hangs behind the door.") == 2
    assert page.index('<section class="answer"') < page.index('id="p2"')
    assert '<article class="post answer" id="p2"' in page
    assert f'href="{post}">Read it in its place</a>' in page
    assert "Take the mark back" in page
    browser.post(f"{post}/accept", data={"accept": "no"})
    assert '<section class="answer"' not in browser.get(url).text


def test_of_a_long_answer_the_beginning_stands_under_the_question(browser, question):
    post = PostFactory(thread=question, body="Long words. " * (WHOLE_MAX // 10))
    url, place = f"/forum/threads/{question.id}", f"/forum/posts/{post.id}"
    browser.post(f"{place}/accept")
    page = browser.get(url).text
    assert f'href="{place}">Read the whole answer</a>' in page
    assert page.split('<section class="answer"')[1].split("</section>")[0].count("Long words") < 30


def test_an_answer_given_in_an_office_looks_official(browser, question):
    post = PostFactory(thread=question, office=Faces("河湾支部 负责人", "Officer, Riverside branch"))
    url = f"/forum/threads/{question.id}"
    browser.post(f"/forum/posts/{post.id}/accept")
    page = browser.get(url).text
    assert '<section class="answer reply-off"' in page
    assert page.count("Officer, Riverside branch") == 2


def test_the_answer_stands_on_the_first_page_only(browser, question, answer):
    for _number in range(24):
        PostFactory(thread=question)
    url = f"/forum/threads/{question.id}?view=flat&page=2"
    browser.post(f"/forum/posts/{answer.id}/accept")
    page = browser.get(url).text
    assert '<section class="answer"' not in page
    assert "Solved</span>" in page


def test_only_those_who_may_accept_see_the_button(browser, sign_in, member, question, answer):
    url = f"/forum/threads/{question.id}"
    assert browser.get(url).text.count("Accept this answer") == 1
    assert "/accept" not in sign_in(member).get(url).text


@pytest.mark.parametrize("replies", [1, 3])
def test_an_accepted_answer_costs_a_page_one_query_more(browser, client, count_queries, question, replies):
    posts = [PostFactory(thread=question) for _number in range(replies)]
    url, accept = f"/forum/threads/{question.id}", f"/forum/posts/{posts[0].id}/accept"
    costs = []
    for one in (browser, client):
        one.get(url)
        with count_queries() as seen:
            one.get(url)
        costs.append(len(seen))
    browser.post(accept)
    for one in (browser, client):
        one.get(url)
        with count_queries() as seen:
            one.get(url)
        costs.append(len(seen))
    assert costs == [6, 2, 7, 3]


def test_accepting_a_reply_that_was_just_hidden_says_so(browser, answer):
    answer.hidden_at = answer.created_at
    db.session.commit()
    page = browser.post(f"/forum/posts/{answer.id}/accept")
    assert page.status_code == 409


def test_a_solved_question_is_marked_in_the_results_of_a_search(browser, question, answer, drain):
    from search.services import rebuild

    post = answer.id
    browser.post(f"/forum/posts/{post}/accept")
    rebuild()
    page = browser.get("/search?q=behind+the+door").text
    assert page.count("</svg>Solved</span>") == 1


def test_a_stranger_reads_the_answer_of_an_erased_member_without_the_name(mark, question, asker, client):
    post = PostFactory(thread=question, author=UserFactory(state="erased", display_name=""))
    url = f"/forum/threads/{question.id}"
    mark(post, asker)
    assert client.get(url).text.count("已注销的成员") == 2


def test_boards_offer_both_filters(browser, board):
    page = browser.get(f"/forum/boards/{BoardFactory().slug}?filter=solved").text
    assert 'aria-current="page">Solved</a>' in page
    assert "?filter=unsolved" in page
