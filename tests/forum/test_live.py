"""What scripts ask for: previews, completion of mentions, news of an open thread, where a sent text went."""

import html
import json
import re

import pytest

from core import limits
from core.db import db
from core.faces import Faces
from core.markup import SOURCE_MAX
from core.permissions import MEMBERS, branch_audience
from forum.models import Post, Thread
from forum.views.live import LOOK_UPS, PREVIEWS
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


class TestPreview:
    """``POST /forum/preview``."""

    def test_it_returns_only_the_post(self, sign_in, member):
        answer = sign_in(member).post("/forum/preview", data={"body": "**Good** day to everybody here"})
        assert answer.status_code == 200
        assert answer.text == '<div class="prose" lang="en"><p><strong>Good</strong> day to everybody here</p>\n</div>'

    def test_nothing_is_stored(self, sign_in, member):
        before = db.session.query(Post).count()
        sign_in(member).post("/forum/preview", data={"body": "Hello"})
        assert db.session.query(Post).count() == before

    def test_raw_html_stays_text(self, sign_in, member):
        answer = sign_in(member).post("/forum/preview", data={"body": "<script>alert(1)</script>"})
        assert "<script" not in answer.text

    @pytest.mark.parametrize("body", ["", "\x00", "\ud800", " \n "])
    def test_nothing_much_is_fine(self, sign_in, member, body):
        data = body.encode("utf-8", "surrogatepass")
        answer = sign_in(member).post("/forum/preview", data={"body": data})
        assert answer.status_code == 200

    def test_more_than_is_rendered_is_refused(self, sign_in, member):
        answer = sign_in(member).post("/forum/preview", data={"body": "a" * (SOURCE_MAX + 1)})
        assert answer.status_code == 422

    def test_a_branch_is_linked_only_for_those_who_may_speak_to_it(self, sign_in, member, officer, branch):
        texts = [sign_in(who).post("/forum/preview", data={"body": "@east-lake"}).text for who in (member, officer)]
        assert ["/branches/east-lake" in text for text in texts] == [False, True]

    def test_it_asks_for_the_form_token(self, csrf, sign_in, member):
        assert sign_in(member).post("/forum/preview", data={"body": "Hello"}).status_code == 400

    def test_too_many_are_refused(self, sign_in, member):
        browser = sign_in(member)
        for _time in range(PREVIEWS.amount):
            limits.count(PREVIEWS, member.id)
        assert browser.post("/forum/preview", data={"body": "Hello"}).status_code == 429


class TestMentions:
    """``GET /forum/mentions``."""

    @pytest.fixture
    def offers(self, sign_in):
        def ask(who, part):
            answer = sign_in(who).get("/forum/mentions", query_string={"q": part})
            return [(one["key"], one["name"]) for one in answer.get_json()["offers"]]

        return ask

    @pytest.mark.parametrize("part", ["wang-f", "ang-fa", "WANG", "王芳", "芳"])
    def test_a_part_of_either_name_finds_a_member(self, offers, member, part):
        UserFactory(username="wang-fang", display_name="王芳")
        UserFactory(username="li-wen", display_name="李文")
        assert offers(member, part) == [("wang-fang", "王芳")]

    def test_names_that_begin_so_go_first_and_eight_are_enough(self, offers, member):
        for number in range(10):
            UserFactory(username=f"x-anna{number}", display_name="x")
        UserFactory(username="anna", display_name="Anna")
        found = offers(member, "anna")
        assert len(found) == 8
        assert found[0] == ("anna", "Anna")

    def test_only_active_members_are_offered(self, offers, member):
        for state in ("suspended", "erased", "imported"):
            UserFactory(username=f"gone-{state}", state=state)
        assert offers(member, "gone") == []

    @pytest.mark.parametrize("part", ["", " ", "%", "_", "\x00", "a" * 5000, "\\"])
    def test_odd_parts_find_nobody(self, offers, member, part):
        UserFactory(username="some.body")
        assert offers(member, part) == []

    def test_an_officer_is_offered_the_branches_of_the_office(self, offers, officer, member, branch, other_branch):
        branch.name = Faces("东湖支社", "Eastlake")
        db.session.commit()
        BranchFactory(parent=branch, slug="east-pier", name=Faces("东码头"))
        assert offers(officer, "east") == [("east-lake", "东湖支社"), ("east-pier", "东码头")]
        assert offers(officer, "东湖") == [("east-lake", "东湖支社")]
        assert offers(officer, "north") == []
        assert offers(member, "east") == []

    @pytest.mark.parametrize("found", [1, 3])
    def test_it_costs_the_same_however_many_are_found(self, sign_in, officer, count_queries, found):
        UserFactory.create_batch(found, display_name="Somebody")
        browser = sign_in(officer)
        with count_queries() as nothing:
            browser.get("/forum/mentions?q=")
        with count_queries() as seen:
            browser.get("/forum/mentions?q=some")
        assert len(seen) - len(nothing) == 2

    def test_too_many_look_ups_are_refused(self, sign_in, member):
        for _time in range(LOOK_UPS.amount):
            limits.count(LOOK_UPS, member.id)
        assert sign_in(member).get("/forum/mentions?q=a").status_code == 429


class TestNews:
    """``GET /forum/threads/…/news``."""

    def test_new_replies_are_counted_and_the_first_is_named(self, client):
        thread = ThreadFactory()
        first, second = PostFactory(thread=thread), PostFactory(thread=thread)
        client.set_cookie("lang", "en", domain="localhost")
        news = client.get(f"/forum/threads/{thread.id}/news?after=1").get_json()
        assert news == {
            "count": 2,
            "last": 3,
            "words": "2 new replies: show",
            "url": f"/forum/posts/{first.id}",
        }
        assert client.get(f"/forum/threads/{thread.id}/news?after=2").get_json()["words"] == "1 new reply: show"
        assert client.get(f"/forum/threads/{thread.id}/news?after=2").get_json()["url"] == f"/forum/posts/{second.id}"

    def test_hidden_posts_are_no_news(self, client):
        from core.clock import utcnow

        thread = ThreadFactory()
        PostFactory(thread=thread, hidden_at=utcnow())
        assert client.get(f"/forum/threads/{thread.id}/news?after=1").get_json()["count"] == 0

    @pytest.mark.parametrize("after", ["", "-1", "x", "²", "٣", "9" * 40, "1.5"])
    def test_an_odd_number_means_the_last_one(self, client, after):
        thread = ThreadFactory()
        answer = client.get(f"/forum/threads/{thread.id}/news", query_string={"after": after})
        assert answer.get_json() == {"count": 0, "last": 1, "words": "", "url": ""}

    def test_what_is_known_is_not_sent_again_and_something_new_is(self, client):
        thread = ThreadFactory()
        address = f"/forum/threads/{thread.id}/news?after=1"
        tag = client.get(address).headers["ETag"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        PostFactory(thread=db.session.get_one(Thread, thread.id))
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 200

    @pytest.mark.parametrize("who", ["visitor", "member"])
    def test_nothing_new_on_a_public_thread_costs_one_query_and_little(
        self, client, sign_in, member, count_queries, who
    ):
        thread = ThreadFactory()
        browser = client if who == "visitor" else sign_in(member)
        with count_queries() as seen:
            answer = browser.get(f"/forum/threads/{thread.id}/news?after=1")
        assert len(seen) == 1
        assert len(answer.data) + len(str(answer.headers)) < 1024

    def test_a_thread_of_members_costs_one_more_than_knowing_who_asks(self, sign_in, member, count_queries):
        path = f"/forum/threads/{ThreadFactory(board=BoardFactory(audience=MEMBERS)).id}/news?after=1"
        browser = sign_in(member)
        with count_queries() as known:
            browser.get("/forum/mentions?q=")
        with count_queries() as seen:
            assert browser.get(path).status_code == 200
        assert len(seen) == len(known) + 1

    def test_a_deleted_thread_is_gone_but_for_its_author(self, client, sign_in, member):
        from core.clock import utcnow

        thread = ThreadFactory(author=member, deleted_at=utcnow())
        answers = [browser.get(f"/forum/threads/{thread.id}/news") for browser in (client, sign_in(member))]
        assert [answer.status_code for answer in answers] == [404, 200]

    def test_a_branch_is_asked_for_as_on_the_page(self, client, sign_in, member, other_branch):
        inside = UserFactory(branch=other_branch)
        board = BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id))
        path = f"/forum/threads/{ThreadFactory(board=board).id}/news"
        assert [one.get(path).status_code for one in (client, sign_in(member), sign_in(inside))] == [404, 404, 200]


class TestWhere:
    """A script that sends a form is told where to go."""

    def test_a_published_reply_names_its_place(self, sign_in, member):
        thread = ThreadFactory()
        data = {"body": "Yes.", "key": "k"}
        answer = sign_in(member).post(
            f"/forum/threads/{thread.id}/replies", data=data, headers={"Accept": "application/json"}
        )
        post = db.session.query(Post).filter_by(thread_id=thread.id, number=2).one()
        assert (answer.status_code, answer.get_json()) == (200, {"url": f"/forum/posts/{post.id}"})
        assert "Location" not in answer.headers

    def test_a_browser_is_redirected_as_ever(self, sign_in, member):
        thread = ThreadFactory()
        answer = sign_in(member).post(
            f"/forum/threads/{thread.id}/replies",
            data={"body": "Yes.", "key": "k"},
            headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
        )
        assert answer.status_code == 303

    def test_a_fault_is_the_same_page_for_both(self, sign_in, member):
        answer = sign_in(member).post(
            f"/forum/threads/{ThreadFactory().id}/replies", data={"body": ""}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 422
        assert answer.mimetype == "text/html"


class TestWords:
    """Scripts get their words from the page."""

    @pytest.mark.parametrize(("language", "words"), [("en", "Numbers"), ("zh-Hans", "编号")])
    def test_a_writing_page_carries_them_in_the_readers_language(self, sign_in, member, language, words):
        browser = sign_in(member)
        browser.set_cookie("lang", language, domain="localhost")
        board, thread = BoardFactory(), ThreadFactory()
        for path in (f"/forum/boards/{board.slug}/new", f"/forum/threads/{thread.id}"):
            attribute = re.search(r"data-words='([^']*)'", browser.get(path).text)[1]
            assert json.loads(html.unescape(attribute))["ordered-list"] == words
