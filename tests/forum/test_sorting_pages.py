"""Pages by which threads are sorted, and lists that are sorted by it."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import core.db
from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.permissions import branch_audience
from forum import timers
from forum.models import Board, BoardTemplate, Tag, Thread, ThreadChoice, ThreadTag
from forum.sorting import BoardField
from moderation.models import Decision
from notify.models import Notification
from tests.factories.forum import BoardFactory, ThreadFactory

FEES = Faces("会费", "Fees")
MATTER = BoardField(key="f1", label=Faces("事项", "Matter"), choices=(FEES, Faces("章程", "Rules")))


@pytest.fixture
def english(sign_in):
    """Return ``english(user) -> client`` that reads English."""

    def enter(user):
        browser = sign_in(user)
        browser.set_cookie("lang", "en", domain="localhost")
        return browser

    return enter


@pytest.fixture
def browser(english, member):
    return english(member)


def mark(thread, *, tag=None, choice=None, **values):
    """Put things on a thread without asking anybody."""
    with core.db.transaction():
        for name, value in values.items():
            setattr(thread, name, value)
        if tag is not None:
            db.session.add(ThreadTag(thread_id=thread.id, tag_id=tag.id))
            thread.tags = [{"slug": tag.slug, "zh": tag.name.zh, "en": tag.name.en}]
        if choice is not None:
            db.session.add(ThreadChoice(thread_id=thread.id, key="f1", board_id=thread.board_id, choice=choice))
            thread.fields = {"f1": choice}
    return thread


@pytest.fixture
def fees(app):
    made = Tag(slug="fees", name=FEES)
    with core.db.transaction():
        db.session.add(made)
    return made


@pytest.fixture
def sorted_board(app):
    return BoardFactory(slug="sorted", fields=[MATTER.stored()])


def titles(page) -> list[str]:
    return re.findall(r'<h3[^>]*>(?:<span.*?</span></span>)?<a href="/forum/threads/\d+[^"]*">([^<]*)</a>', page.text)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(
    ("address", "cost"),
    [("/forum/boards/sorted?tag=fees&f1=0&filter=digest", 6), ("/forum/tags/fees", 6), ("/forum/digest", 4)],
)
def test_sorted_lists_cost_the_same_at_any_length(browser, sorted_board, fees, count_queries, threads, address, cost):
    for _number in range(threads):
        mark(ThreadFactory(board=sorted_board), tag=fees, choice=0, digest_at=utcnow())
    with count_queries() as seen:
        page = browser.get(address)
    assert (len(titles(page)), len(seen)) == (threads, cost)


@pytest.mark.parametrize("tags", [1, 3])
def test_the_list_of_tags_costs_the_same_at_any_length(browser, count_queries, tags):
    with core.db.transaction():
        db.session.add_all(Tag(slug=f"t{n}", name=Faces(en=f"T{n}")) for n in range(tags))
    with count_queries() as seen:
        page = browser.get("/forum/tags")
    assert (page.text.count('<li><a href="/forum/tags/'), len(seen)) == (tags, 4)


def test_a_member_starts_a_thread_with_tags_and_a_choice(browser, sorted_board, fees):
    form = browser.get("/forum/boards/sorted/new").text
    assert ("Matter" in form, "Tags there are: Fees" in form) == (True, True)
    data = {"title": "Dues", "kind": "question", "body": "How much?", "tags": "会费", "field_f1": "1"}
    page = browser.post("/forum/boards/sorted/new", data=data, follow_redirects=True)
    assert '<p class="marks"><span>Rules</span><a href="/forum/tags/fees">#Fees</a></p>' in page.text
    board = browser.get("/forum/boards/sorted").text
    assert '<span>Rules</span><a href="/forum/tags/fees">#Fees</a>' in board
    assert 'href="/forum/boards/sorted?tag=fees"' in board


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tags": "odd"}, "There is no tag called odd."),
        ({"tags": "a,b,c,d,e,f"}, "A thread may have 5 tags; these are 6."),
        ({"tags": "x" * 61}, "The name of a tag may have 60 characters."),
        ({"field_f1": ""}, "Choose one."),
        ({"field_f1": "7"}, "Not a valid choice"),
        ({"field_f1": "²"}, "Invalid Choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(browser, app, changes, words):
    BoardFactory(slug="strict", fields=[{**MATTER.stored(), "required": True}])
    data = {"title": "Dues", "kind": "question", "body": "How much?", "field_f1": "0", **changes}
    page = browser.post("/forum/boards/strict/new", data=data)
    assert (page.status_code, words in page.text, "How much?" in page.text) == (422, True, True)
    assert db.session.scalars(select(Thread)).all() == []


def test_a_template_fills_the_form_and_a_foreign_one_does_not(browser, sorted_board):
    other = BoardFactory()
    with core.db.transaction():
        for board in (sorted_board, other):
            db.session.add(
                BoardTemplate(
                    board_id=board.id, title=Faces(en="Report"), thread_title="What?", body=f"On {board.slug}"
                )
            )
    first, second = db.session.scalars(select(BoardTemplate.id).order_by(BoardTemplate.id)).all()
    page = browser.get(f"/forum/boards/sorted/new?template={first}").text
    assert (f"?template={first}" in page, "On sorted" in page, 'value="What?"' in page) == (True, True, True)
    for wrong in (second, "x", 10**30):
        page = browser.get(f"/forum/boards/sorted/new?template={wrong}")
        assert (page.status_code, "On " in page.text) == (200, False)


def test_a_board_is_filtered_by_tag_choice_and_digest_together(browser, sorted_board, fees):
    best = mark(ThreadFactory(board=sorted_board, title="Best"), tag=fees, choice=0, digest_at=utcnow())
    mark(ThreadFactory(board=sorted_board, title="Tagged"), tag=fees)
    mark(ThreadFactory(board=sorted_board, title="Chosen"), choice=0)
    mark(ThreadFactory(board=sorted_board, title="Rules"), choice=1)
    base = "/forum/boards/sorted"
    assert titles(browser.get(f"{base}?tag=fees")) == ["Tagged", "Best"]
    assert titles(browser.get(f"{base}?f1=0")) == ["Chosen", "Best"]
    assert titles(browser.get(f"{base}?f1=1")) == ["Rules"]
    assert titles(browser.get(f"{base}?filter=digest")) == ["Best"]
    both = browser.get(f"{base}?tag=fees&f1=0&filter=digest")
    assert titles(both) == ["Best"]
    assert f'href="{base}?f1=0&amp;filter=digest"' in both.text
    assert '<span class="tag seald">Digest</span>' in browser.get(f"/forum/threads/{best.id}").text


@pytest.mark.parametrize(
    "query", ["tag=nowhere", "f1=2", "f1=-1", "f1=x", "f1=%C2%B2", "f1=99999999999999999999", "tag="]
)
def test_filters_that_do_not_exist_are_not_found(browser, sorted_board, query):
    assert browser.get(f"/forum/boards/sorted?{query}").status_code == 404


def test_the_order_of_a_board_can_be_by_newest_thread_with_pins_first(browser, sorted_board):
    old = ThreadFactory(board=sorted_board, title="Old", created_at=utcnow() - timedelta(days=9))
    ThreadFactory(board=sorted_board, title="New")
    pinned = ThreadFactory(board=sorted_board, title="Pinned", created_at=utcnow() - timedelta(days=20))
    mark(pinned, pinned=True)
    mark(old, last_posted_at=utcnow() + timedelta(minutes=1))
    assert titles(browser.get("/forum/boards/sorted")) == ["Pinned", "Old", "New"]
    assert titles(browser.get("/forum/boards/sorted?order=newest")) == ["Pinned", "New", "Old"]


@pytest.mark.parametrize("query", ["", "order=newest&", "filter=digest&", "tag=fees&", "f1=0&"])
def test_every_order_goes_on_after_twenty_threads(browser, sorted_board, fees, query):
    for _number in range(23):
        mark(ThreadFactory(board=sorted_board), tag=fees, choice=0, digest_at=utcnow())
    first = browser.get(f"/forum/boards/sorted?{query}")
    cursor = re.search(r"cursor=([^\"]+)", first.text)[1]
    second = browser.get(f"/forum/boards/sorted?{query}cursor={cursor}")
    assert (len(titles(first)), len(titles(second)), len(set(titles(first) + titles(second)))) == (20, 3, 23)


def test_lists_over_all_boards_show_only_what_the_reader_may_see(client, fees, other_branch):
    client.set_cookie("lang", "en", domain="localhost")
    inner = BoardFactory(audience=branch_audience(other_branch.id), branch=other_branch)
    for board, title in ((BoardFactory(), "Open"), (inner, "Inner")):
        mark(
            ThreadFactory(board=board, title=title),
            tag=fees,
            digest_at=utcnow(),
            pinned=True,
            pinned_everywhere=True,
        )
    for address in ("/forum/tags/fees", "/forum/digest", "/forum/"):
        page = client.get(address)
        assert ("Open" in page.text, "Inner" in page.text) == (True, False), address
    assert titles(client.get(f"/forum/boards/{BoardFactory().slug}")) == ["Open"]


def test_moderators_pin_everywhere_until_a_day(english, moderator, clock):
    thread, slug = ThreadFactory(title="Read this"), BoardFactory().slug
    judge = english(moderator)
    day = (clock.now + timedelta(days=3)).date()
    url = f"/forum/threads/{thread.id}"
    assert judge.post(f"{url}/pin", data={"where": "everywhere", "until": day.isoformat()}).location == url
    assert titles(judge.get(f"/forum/boards/{slug}")) == ["Read this"]
    assert "Pinned at the head of every board" in judge.get(f"{url}/sort").text
    with core.db.transaction():
        db.session.refresh(thread)
    assert thread.pinned_until == datetime.combine(day + timedelta(days=1), time(), ZoneInfo("Asia/Shanghai"))
    judge.post(f"{url}/pin", data={"pin": "no"})
    assert titles(judge.get(f"/forum/boards/{slug}")) == []


@pytest.mark.parametrize("typed", ["2020-01-01", "9999-12-31", "tomorrow", "0000-00-00"])
def test_days_that_are_none_or_over_are_refused_in_words(english, moderator, typed):
    thread = ThreadFactory()
    judge = english(moderator)
    for act, field in (("pin", "until"), ("timer", "closes")):
        page = judge.post(f"/forum/threads/{thread.id}/{act}", data={field: typed})
        assert page.status_code == 422
        assert ("Choose a day from today on" in page.text) or ("Write the day like this" in page.text)
    assert judge.post(f"/forum/threads/{thread.id}/timer", data={}).status_code == 422


def test_an_author_sets_a_closing_day_and_readers_see_why_it_is_closed(english, member, clock):
    thread = ThreadFactory(author=member, title="Sign up")
    author, url = english(member), f"/forum/threads/{thread.id}"
    slug = thread.board.slug
    day = clock.now.date() + timedelta(days=1)
    assert author.post(f"{url}/timer", data={"closes": day.isoformat()}).location == url
    assert "Takes replies until the end of" in author.get(url).text
    mark(thread, closes_at=clock.now + timedelta(hours=1))
    clock.advance(hours=2)
    assert timers.close_threads() == 1
    for address in (url, f"/forum/boards/{slug}"):
        assert "closed by its timer" in author.get(address).text
    assert author.post(f"{url}/timer", data={"closes": (day + timedelta(days=2)).isoformat()}).status_code == 409
    author.post(f"{url}/unlock")
    assert "closed by its timer" not in author.get(url).text


def test_acts_of_moderators_stand_in_the_log_and_reach_the_author(english, moderator, member, fees, drain):
    thread = ThreadFactory(author=member, title="My thread")
    judge, url = english(moderator), f"/forum/threads/{thread.id}"
    day = (utcnow() + timedelta(days=2)).date().isoformat()
    judge.post(f"{url}/pin", data={})
    judge.post(f"{url}/pin", data={"pin": "no"})
    judge.post(f"{url}/digest", data={})
    judge.post(f"{url}/digest", data={"digest": "no"})
    judge.post(f"{url}/timer", data={"closes": day})
    judge.post(f"{url}/timer", data={"timer": "no"})
    judge.post(f"{url}/sort", data={"tags": "fees"})
    drain()
    names = ["pin", "unpin", "digest", "undigest", "timer", "untimer", "sort"]
    assert db.session.scalars(select(Decision.action).order_by(Decision.number)).all() == names
    assert set(db.session.scalars(select(Notification.kind).where(Notification.user_id == member.id))) == {
        f"moderation.{name}" for name in names
    }
    log = judge.get("/moderation/log").text
    for words in ("Thread pinned", "Pin taken off", "Taken into the digest", "Closing day set", "Sorted anew"):
        assert words in log


def test_a_tag_is_watched_and_muted_on_its_page(browser, client, fees):
    thread = mark(ThreadFactory(title="Tagged"), tag=fees)
    title, act = thread.title, f"/forum/follow/tag/{fees.id}"
    assert f'action="{act}"' in browser.get("/forum/tags/fees").text
    for level in ("watching", "muted"):
        sent = browser.post(act, data={"level": level, "next": "/forum/tags/fees"})
        assert sent.location == "/forum/tags/fees"
        assert f'value="{level}" selected' in browser.get("/forum/tags/fees").text
    assert title not in browser.get("/forum/new").text
    assert act not in client.get("/forum/tags/fees").text


def test_tags_are_made_renamed_and_merged_on_their_pages(english, moderator, drain):
    judge = english(moderator)
    for name in ("Fees", "Dues"):
        assert judge.post("/forum/tags", data={"name_en": name}).status_code == 303
    assert judge.post("/forum/tags", data={"name_en": "fees"}).status_code == 422
    assert judge.post("/forum/tags", data={}).status_code == 422
    assert judge.post("/forum/tags/fees/edit", data={"name_en": "Dues"}).status_code == 422
    assert judge.post("/forum/tags/fees/edit", data={"name_zh": "会费"}).location == "/forum/tags/fees"
    assert "会费" in judge.get("/forum/tags/fees/edit").text
    for wrong in ("nothing", "会费", ""):
        assert judge.post("/forum/tags/fees/merge", data={"into": wrong}).status_code == 422
    assert judge.post("/forum/tags/fees/merge", data={"into": "Dues"}).location == "/forum/tags/dues"
    drain()
    assert (judge.get("/forum/tags/fees").status_code, judge.get("/forum/tags/fees").location) == (
        301,
        "/forum/tags/dues",
    )
    assert judge.get(f"/forum/boards/{BoardFactory().slug}?tag=fees").status_code == 200


def test_managers_give_boards_fields_and_templates(english, administrator):
    board = BoardFactory(slug="planned")
    chief, base = english(administrator), "/forum/manage/planned"
    field = {"label_zh": "事项", "choices": "会费 | Fees\n章程 | Rules", "required": "y"}
    assert chief.post(f"{base}/fields/new", data=field).location == f"{base}/sorting"
    moved = chief.post(f"{base}/fields/f1", data={**field, "choices": "章程 | Rules\n会费 | Fees"})
    assert (moved.status_code, "none may be moved" in moved.text) == (422, True)
    more = {"label_zh": "事项", "choices": "社费 | Dues\n章程 | Rules\n其他 | Other"}
    assert chief.post(f"{base}/fields/f1", data=more).status_code == 303
    assert "社费 | Dues" in chief.get(f"{base}/fields/f1").text
    for wrong in ("", "One", "One\nOne", "x" * 61 + "\nTwo", "\n".join(map(str, range(31)))):
        assert chief.post(f"{base}/fields/new", data={"label_en": "X", "choices": wrong}).status_code == 422
    assert chief.post(f"{base}/fields/new", data={"choices": "One\nTwo"}).status_code == 422
    assert chief.get(f"{base}/fields/f9").status_code == 404
    template = {"title_en": "Report", "body": "What happened?"}
    assert chief.post(f"{base}/templates/new", data=template).status_code == 303
    made = db.session.scalars(select(BoardTemplate)).one()
    page = f"{base}/templates/{made.id}"
    assert chief.post(page, data={"title_en": "", "body": "x"}).status_code == 422
    assert chief.post(page, data={**template, "body": "Where?"}).status_code == 303
    assert "Where?" in chief.get(page).text
    assert "Report" in chief.get(f"{base}/sorting").text
    assert chief.post(page, data={"delete": "yes"}).status_code == 303
    assert (chief.get(page).status_code, db.session.get_one(Board, board.id).fields[0]["choices"][0]["en"]) == (
        404,
        "Dues",
    )


def test_sorting_says_what_is_wrong_beside_the_field(browser, member):
    thread = ThreadFactory(author=member)
    page = browser.post(f"/forum/threads/{thread.id}/sort", data={"tags": "odd"})
    assert (page.status_code, "There is no tag called odd." in page.text, 'value="odd"' in page.text) == (
        422,
        True,
        True,
    )
    assert browser.post(f"/forum/threads/{thread.id}/sort", data={"tags": "a,b,c,d,e,f"}).status_code == 422


def test_a_hidden_title_takes_its_tags_along(client, fees):
    thread = ThreadFactory()
    addresses = (f"/forum/threads/{thread.id}", f"/forum/boards/{thread.board.slug}")
    mark(thread, tag=fees, hidden_at=utcnow())
    for address in addresses:
        assert "#" + FEES.zh not in client.get(address).text
