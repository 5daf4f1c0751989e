"""Polls: opening, voting, closing, telling."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from core.db import db
from core.errors import Denied
from core.events import ModeratorActed
from core.faces import Faces
from core.outbox import OutboxRow
from core.permissions import MEMBERS, PUBLIC, branch_audience
from forum import queries, services
from forum.composing import compose
from forum.enums import ThreadKind, ThreadState
from forum.errors import AlreadyVoted, NotEligible, PollHasVotes, PollMisshapen, PollOver, TooFewVotes, WrongChoice
from forum.models import Ballot, Poll, PollOption, Thread, Vote
from forum.queries.polls import Turnout, list_turnout, recounted
from forum.services.polls import OPTIONS_MAX, PollPlan
from forum.services.threads import Opening
from forum.timers import tell_ended_polls
from notify.models import Notification
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.forum import BoardFactory, PollFactory, PostFactory, ThreadFactory

MOMENT = datetime(2027, 3, 1, 6, 3, tzinfo=UTC)
PLAN = PollPlan(options=("Yes", "No"), audience=MEMBERS)


def open_poll(branch, **wishes):
    """Make voters first and the thread after them: who comes later has no vote."""
    board = BoardFactory(branch=branch, audience=wishes.pop("seen_by", MEMBERS))
    thread = ThreadFactory(board=board, kind=ThreadKind.POLL, author=wishes.pop("author", None) or UserFactory())
    PollFactory(thread=thread, **wishes)
    return thread


def options_of(thread_id: int) -> list[int]:
    statement = select(PollOption.id).where(PollOption.thread_id == thread_id).order_by(PollOption.position)
    return list(db.session.scalars(statement))


def sums(thread_id: int) -> list[int]:
    statement = select(PollOption.vote_count).where(PollOption.thread_id == thread_id).order_by(PollOption.position)
    return list(db.session.scalars(statement))


@pytest.fixture
def vote(actor_of, transaction):
    """Return ``vote(thread, user, *positions)``: in a transaction of its own."""

    def cast(thread_id, user_id, *positions):
        from accounts.actors import actor_for

        actor, ids = actor_for(user_id), options_of(thread_id)
        with transaction():
            services.cast_vote(queries.get_thread(thread_id, actor), actor, [ids[at] for at in positions])
        db.session.expire_all()

    return cast


# Opening


def start(actor, plan, slug="talk"):
    board = queries.get_board(slug, actor, lock=True)
    opening = Opening(title="Shall we?", kind=ThreadKind.POLL, poll=plan)
    return services.start_thread(board, actor, opening, compose("Say it."))


def test_a_poll_is_made_with_its_thread(branch, member, actor_of, transaction):
    BoardFactory(slug="talk")
    plan = PollPlan(options=("Yes", "No", "=1"), audience=MEMBERS, choices_max=2, secret=True)
    with transaction():
        post = start(actor_of(member), plan)
    poll = db.session.get_one(Poll, post.thread_id)
    assert (poll.audience, poll.choices_max, poll.secret, poll.closes_at) == (MEMBERS, 2, True, None)
    words = select(PollOption.words).where(PollOption.thread_id == post.thread_id).order_by(PollOption.position)
    assert db.session.scalars(words).all() == ["Yes", "No", "=1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"options": ("Only",)},
        {"options": tuple(map(str, range(OPTIONS_MAX + 1)))},
        {"options": ("Yes", "yes")},
        {"options": ("Yes", "")},
        {"options": ("Yes", "x" * 201)},
        {"choices_max": 0},
        {"choices_max": 3},
        {"closes_at": MOMENT - timedelta(days=900)},
    ],
)
def test_a_poll_out_of_shape_is_refused(member, actor_of, transaction, changes):
    BoardFactory(slug="talk")
    with pytest.raises(PollMisshapen), transaction():
        start(actor_of(member), PollPlan(**{"options": ("Yes", "No"), "audience": MEMBERS, **changes}))


def test_a_poll_without_a_plan_is_refused(member, actor_of, transaction):
    BoardFactory(slug="talk")
    with pytest.raises(PollMisshapen), transaction():
        start(actor_of(member), None)


def test_an_author_asks_the_readers_of_the_board_or_own_branches_within(
    branch, other_branch, member, actor_of, transaction
):
    actor, own = actor_of(member), branch_audience(branch.id)
    assert queries.list_voters_to_choose(actor, PUBLIC) == [(MEMBERS, None), (own, branch.name)]
    assert queries.list_voters_to_choose(actor, own) == [(own, None)]
    assert queries.list_voters_to_choose(actor, "course:5") == [("course:5", None)]
    assert queries.list_voters_to_choose(actor, branch_audience(other_branch.id)) == [
        (branch_audience(other_branch.id), None)
    ]
    BoardFactory(slug="talk")
    with pytest.raises(Denied), transaction():
        start(actor, PollPlan(options=("Yes", "No"), audience=branch_audience(other_branch.id)))


# Voting


def test_an_open_vote_is_kept_by_name_and_can_be_changed(branch, member, vote):
    thread = open_poll(branch)
    number, person = thread.id, member.id
    vote(number, person, 0)
    assert sums(number) == [1, 0, 0]
    vote(number, person, 2)
    assert sums(number) == [0, 0, 1]
    assert db.session.scalars(select(Vote.option_id)).all() == [options_of(number)[2]]
    assert db.session.get_one(Poll, number).ballot_count == 1
    assert db.session.scalar(select(Ballot.branch_id)) == branch.id


def test_the_same_vote_twice_counts_once(branch, member, vote):
    thread = open_poll(branch, choices_max=2)
    number, person = thread.id, member.id
    vote(number, person, 0, 1)
    vote(number, person, 0, 1)
    assert (sums(number), db.session.get_one(Poll, number).ballot_count) == ([1, 1, 0], 1)


def test_a_secret_vote_counts_once_and_for_good(branch, member, vote):
    thread = open_poll(branch, secret=True)
    number, person = thread.id, member.id
    vote(number, person, 1)
    with pytest.raises(AlreadyVoted):
        vote(number, person, 0)
    assert (sums(number), db.session.get_one(Poll, number).ballot_count) == ([0, 1, 0], 1)


def test_nothing_tells_what_somebody_chose_in_a_secret_poll(branch, member, vote, clock, count_queries):
    clock.set(MOMENT)
    thread = open_poll(branch, secret=True)
    number, person = thread.id, member.id
    clock.advance(minutes=5)
    waiting = len(db.session.scalars(select(OutboxRow.id)).all())
    with count_queries() as seen:
        vote(number, person, 1)

    assert db.session.scalars(select(Vote.user_id)).all() == []
    assert db.session.scalars(select(Ballot.cast_at)).all() == [datetime(2027, 3, 1, tzinfo=UTC)]
    assert len(db.session.scalars(select(OutboxRow.id)).all()) == waiting
    assert {column.key for column in inspect(Ballot).columns} == {"thread_id", "user_id", "branch_id", "cast_at"}
    # One statement writes every option of the poll, so the rows all bear the mark of the last ballot.
    written = [statement for statement in seen if statement.startswith("UPDATE forum_poll_options")]
    assert len(written) == 1
    assert "WHERE forum_poll_options.thread_id" in written[0]


def test_a_secret_poll_of_a_few_ballots_is_not_ended_early(branch, member, vote, actor_of, transaction):
    voters = [member, *UserFactory.create_batch(4, branch=branch)]
    thread = open_poll(branch, secret=True)
    number, asker = thread.id, actor_of(thread.author)
    for voter in voters[:4]:
        vote(number, voter.id, 0)
    with pytest.raises(TooFewVotes), transaction():
        services.close_poll(queries.get_thread(number, asker), asker)
    vote(number, voters[4].id, 0)
    with transaction():
        services.close_poll(queries.get_thread(number, asker), asker)
    assert db.session.get_one(Poll, number).closed_by_id == asker.id


@pytest.mark.parametrize("positions", [(), (0, 1)])
def test_too_few_or_too_many_choices_are_refused(branch, member, vote, positions):
    thread = open_poll(branch)
    with pytest.raises(WrongChoice):
        vote(thread.id, member.id, *positions)


def test_an_option_of_another_poll_is_refused(branch, member, actor_of, transaction):
    thread, other = open_poll(branch), PollFactory()
    actor, foreign = actor_of(member), options_of(other.thread_id)[0]
    for wrong in (foreign, 0, 999_999):
        with pytest.raises(WrongChoice), transaction():
            services.cast_vote(queries.get_thread(thread.id, actor), actor, [wrong])


def test_who_registered_after_the_opening_does_not_vote(branch, vote):
    thread = open_poll(branch)
    late = UserFactory(branch=branch)
    with pytest.raises(NotEligible):
        vote(thread.id, late.id, 0)


def test_who_joined_the_branch_after_the_opening_does_not_vote_in_its_poll(branch, vote):
    early, late = UserFactory(branch=branch), UserFactory()
    thread = open_poll(branch, audience=branch_audience(branch.id))
    from accounts.models import Membership

    db.session.add(Membership(user_id=late.id, branch_id=branch.id))
    db.session.commit()
    number, people = thread.id, (early.id, late.id)
    vote(number, people[0], 0)
    with pytest.raises(NotEligible):
        vote(number, people[1], 0)


def test_a_poll_of_a_branch_asks_the_branches_below_too(branch, other_branch, vote):
    below, outside = UserFactory(branch=BranchFactory(parent=branch)), UserFactory(branch=other_branch)
    thread = open_poll(branch, audience=branch_audience(branch.id))
    number, people = thread.id, (below.id, outside.id)
    vote(number, people[0], 0)
    with pytest.raises(NotEligible):
        vote(number, people[1], 0)


def test_holders_of_an_office_over_a_branch_are_not_its_members(branch, moderator, vote):
    thread = open_poll(branch, audience=branch_audience(branch.id))
    with pytest.raises(NotEligible):
        vote(thread.id, moderator.id, 0)


def test_nobody_votes_after_the_end_by_the_clock(branch, member, vote, clock):
    thread = open_poll(branch, closes_at=clock.now + timedelta(hours=1))
    number, person = thread.id, member.id
    clock.advance(minutes=59)
    vote(number, person, 0)
    clock.advance(minutes=1)
    with pytest.raises(PollOver):
        vote(number, person, 1)


@pytest.mark.parametrize("spoil", ["locked", "hidden", "archived"])
def test_nobody_votes_where_nothing_is_added(branch, member, vote, spoil):
    thread = open_poll(branch)
    if spoil == "locked":
        thread.state = ThreadState.LOCKED
    elif spoil == "hidden":
        thread.hidden_at = MOMENT
    else:
        thread.board.archived = True
    db.session.commit()
    with pytest.raises(PollOver):
        vote(thread.id, member.id, 0)


def test_a_discussion_takes_no_votes(thread, member, actor_of, transaction):
    actor = actor_of(member)
    with pytest.raises(PollOver), transaction():
        services.cast_vote(queries.get_thread(thread.id, actor), actor, [1])


CHOICES = st.sets(st.integers(0, 2), min_size=1, max_size=2)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(st.tuples(st.integers(0, 2), CHOICES), max_size=8), secret=st.booleans())
def test_any_sequence_of_votes_keeps_the_sums_equal_to_a_recount(root, vote, turns, secret):
    people = [UserFactory(branch=root).id for _number in range(3)]
    number = open_poll(root, choices_max=2, secret=secret).id
    last: dict[int, set[int]] = {}
    for who, chosen in turns:
        try:
            vote(number, people[who], *sorted(chosen))
        except AlreadyVoted:
            assert secret
            assert who in last
        else:
            last[who] = chosen
    wanted = [sum(at in chosen for chosen in last.values()) for at in range(3)]
    assert sums(number) == wanted
    assert db.session.get_one(Poll, number).ballot_count == len(last)
    assert recounted(number) == dict(zip(options_of(number), [0] * 3 if secret else wanted, strict=True))


# What the author may still do


def test_a_poll_can_be_changed_until_somebody_has_voted(branch, member, actor_of, transaction, vote):
    author = UserFactory(branch=branch)
    thread = open_poll(branch, author=author)
    number, actor, person = thread.id, actor_of(author), member.id
    with transaction():
        services.change_poll(queries.get_thread(number, actor), actor, PLAN)
    assert len(options_of(number)) == 2
    vote(number, person, 0)
    with pytest.raises(PollHasVotes), transaction():
        services.change_poll(queries.get_thread(number, actor), actor, PLAN)


def test_others_change_no_poll(branch, moderator, actor_of, transaction):
    thread, actor = open_poll(branch), actor_of(moderator)
    with pytest.raises(Denied), transaction():
        services.change_poll(queries.get_thread(thread.id, actor), actor, PLAN)


def test_a_poll_that_is_over_is_not_changed(branch, actor_of, transaction):
    author = UserFactory()
    thread = open_poll(branch, author=author, closes_at=MOMENT - timedelta(days=900))
    actor = actor_of(author)
    with pytest.raises(PollOver), transaction():
        services.change_poll(queries.get_thread(thread.id, actor), actor, PLAN)


def test_the_author_ends_a_poll_and_the_poll_says_so(branch, actor_of, transaction, member, announced):
    author = UserFactory(display_name="Ann")
    thread = open_poll(branch, author=author)
    number, actor = thread.id, actor_of(author)
    with transaction():
        services.close_poll(queries.get_thread(number, actor), actor)
    view = queries.find_poll(queries.get_thread(number, actor), actor, archived=False)
    assert (view.over, view.closed_by, view.shows_result) == (True, "Ann", True)
    assert announced() == []
    with pytest.raises(PollOver), transaction():
        services.close_poll(queries.get_thread(number, actor), actor)


def test_what_a_moderator_ends_stands_in_the_log(branch, moderator, actor_of, transaction, announced):
    thread, actor = open_poll(branch), actor_of(moderator)
    with transaction():
        services.close_poll(queries.get_thread(thread.id, actor), actor, "It asks about a person.")
    (act,) = announced()
    assert isinstance(act, ModeratorActed)
    assert (act.action, act.reason) == ("close_poll", "It asks about a person.")


def test_the_log_takes_down_the_end_of_a_poll(branch, moderator, actor_of, transaction, drain, client):
    thread, actor = open_poll(branch, seen_by=PUBLIC), actor_of(moderator)
    with transaction():
        services.close_poll(queries.get_thread(thread.id, actor), actor, "It asks about a person.")
    drain()
    assert "It asks about a person." in client.get("/moderation/log").text


def test_others_end_no_poll(branch, member, actor_of, transaction):
    thread, actor = open_poll(branch), actor_of(member)
    with pytest.raises(Denied), transaction():
        services.close_poll(queries.get_thread(thread.id, actor), actor)


def test_the_clock_has_people_told_once(branch, member, vote, clock, drain, transaction, actor_of):
    author, follower, other = UserFactory(), UserFactory(), UserFactory()
    thread = open_poll(branch, author=author, closes_at=clock.now + timedelta(hours=1))
    number, people = thread.id, (author.id, member.id, follower.id)
    vote(number, member.id, 0)
    with transaction():
        services.watch(number, actor_of(follower))
    assert tell_ended_polls() == 0
    clock.advance(hours=1)
    assert [tell_ended_polls(), tell_ended_polls()] == [1, 0]
    drain()
    told = db.session.scalars(select(Notification.user_id).where(Notification.kind == "forum.poll_ended")).all()
    assert sorted(told) == sorted(people)
    assert other.id not in told


# Turnout


def test_turnout_counts_everybody_once_in_the_branch_joined_first(root, branch, other_branch, vote):
    people = [UserFactory(branch=branch) for _number in range(6)] + [
        UserFactory(branch=other_branch) for _n in range(5)
    ]
    from accounts.models import Membership

    db.session.add(Membership(user_id=people[0].id, branch_id=other_branch.id))
    db.session.commit()
    thread = open_poll(root)
    UserFactory(branch=branch)
    number, ids = thread.id, [person.id for person in people]
    for person in ids[:3]:
        vote(number, person, 0)
    thread = db.session.get_one(Thread, number)
    assert list_turnout(thread, MEMBERS) == [
        Turnout(name=branch.name, eligible=6, voted=3),
        Turnout(name=other_branch.name, eligible=5, voted=0),
    ]
    own = list_turnout(thread, branch_audience(other_branch.id))
    assert [(line.name, line.eligible) for line in own] == [(other_branch.name, 6)]
    assert list_turnout(thread, "course:3") == []


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ((6, 5), [6, 5]),
        ((6, 3, 4), [6, 7]),
        ((6, 3, 8), [8, 9]),
        ((2, 2), [4]),
        ((3,), [3]),
    ],
)
def test_small_branches_are_summed_up_so_that_nobody_stands_alone(root, sizes, shown):
    for at, size in enumerate(sizes):
        place = BranchFactory(name=Faces(f"支部{at}"))
        for _number in range(size):
            UserFactory(branch=place)
    lines = list_turnout(open_poll(root), MEMBERS)
    assert [line.eligible for line in lines] == shown
    assert [line.name is None for line in lines][-1] is (min(sizes) < 5)


# Pages


@pytest.fixture
def english(sign_in):
    """Return ``english(user)``: a browser in English."""

    def enter(user):
        one = sign_in(user)
        one.set_cookie("lang", "en", domain="localhost")
        return one

    return enter


FORM = {
    "kind": "poll",
    "title": "Accounts every month?",
    "body": "Say it.",
    "key": "k",
    "poll_options": "Yes\n\nNo\n",
    "poll_max": "1",
    "poll_secret": "open",
    "poll_closes": "",
}


def test_a_poll_is_written_voted_and_read(english, member, branch):
    BoardFactory(slug="talk")
    other = UserFactory(branch=branch)
    author = english(member)
    sent = author.post("/forum/boards/talk/new", data=FORM)
    assert sent.status_code == 303
    url = sent.headers["Location"]
    page = english(other).get(url).text
    assert page.count('type="radio" name="option"') == 2
    assert "Open: names are shown." in page
    assert "<table" not in page
    ids = options_of(int(url.rsplit("/", 1)[1]))

    browser = english(other)
    assert browser.post(f"{url}/vote", data={"option": ids[0]}).status_code == 303
    page = browser.get(url).text
    assert '<rect width="100" height="10"/>' in page
    assert "Yes · your choice" in page
    assert "1 person has voted" in page
    assert "Change my vote" in page
    assert f">{other.display_name}</a>" in browser.get(f"{url}/poll").text


def test_a_secret_poll_shows_its_result_when_it_is_over_and_no_names(english, member, branch, clock):
    thread = open_poll(branch, secret=True, closes_at=clock.now + timedelta(hours=1))
    url, ids = f"/forum/threads/{thread.id}", options_of(thread.id)
    browser, name = english(member), member.display_name
    assert "Secret: only sums are kept" in browser.get(url).text
    browser.post(f"{url}/vote", data={"option": ids[1]})
    page = browser.get(url).text
    assert ("<table" in page, 'name="option"' in page) == (False, False)
    assert "Your vote is counted. The result is shown when the poll is over." in page
    words = db.session.scalars(select(PollOption.words).where(PollOption.thread_id == thread.id)).all()
    assert set(words) <= set(re.findall(r"<li>(?:<span[^>]*>)?([^<]+)", page))
    assert browser.get(f"{url}/poll.csv").status_code == 403
    clock.advance(hours=1)
    page = browser.get(url).text
    assert "<table" in page
    assert "your choice" not in page
    assert name not in browser.get(f"{url}/poll").text.split("<main")[1]


def test_a_visitor_sees_the_result_of_an_open_poll_and_how_to_vote(client, branch, member, vote):
    thread = open_poll(branch, seen_by=PUBLIC)
    number = thread.id
    vote(number, member.id, 0)
    page = client.get(f"/forum/threads/{number}").text
    assert "<table" in page
    assert 'name="option"' not in page
    assert "/account/sign-in?next=/forum/threads/" in page


@pytest.mark.parametrize("option", [None, "x", "0", "9" * 40, "²", "\0"])
def test_a_vote_for_nothing_or_something_foreign_is_refused_in_words(english, member, branch, option):
    thread = open_poll(branch)
    page = english(member).post(f"/forum/threads/{thread.id}/vote", data={"option": option} if option else {})
    assert page.status_code == 422
    assert "Choose" in page.text
    assert sums(thread.id) == [0, 0, 0]


def test_a_second_secret_vote_is_refused_in_words(english, member, branch):
    thread = open_poll(branch, secret=True)
    number, ids, browser = thread.id, options_of(thread.id), english(member)
    answers = [browser.post(f"/forum/threads/{number}/vote", data={"option": ids[0]}) for _turn in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert "Your vote has been counted before" in answers[1].text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"poll_options": "One"}, "Write 2 to 20 options"),
        ({"poll_options": "A\n\u200b\n\u200f \u2060"}, "Write 2 to 20 options"),
        ({"poll_options": "A\na"}, "Two options are the same"),
        ({"poll_options": "A\n" + "b" * 201}, "An option may have 200 characters"),
        ({"poll_max": "3"}, "There are not so many options"),
        ({"poll_max": "99999999999999999999"}, "Number must be between"),
        ({"poll_closes": "2001-01-01T00:00"}, "The end must lie ahead"),
        ({"poll_closes": "9999-12-31T23:59"}, "The end must lie ahead"),
        ({"poll_closes": "tomorrow"}, "Write day and time like this"),
        ({"poll_closes": "0001-01-01T00:00"}, "The end must lie ahead"),
        ({"poll_voters": "branch:99999"}, "Not a valid choice"),
    ],
)
def test_a_poll_with_faults_is_shown_again_with_them(english, member, changes, words):
    BoardFactory(slug="talk")
    page = english(member).post("/forum/boards/talk/new", data={**FORM, **changes})
    assert page.status_code == 422
    assert words in page.text
    assert "Accounts every month?" in page.text
    assert '<details class="module" open>' in page.text


def test_the_end_of_a_poll_is_typed_in_the_zone_of_its_author(english, member):
    BoardFactory(slug="talk")
    db.session.expire_all()
    member.time_zone = "Europe/London"
    db.session.commit()
    year = datetime.now(UTC).year + 1
    sent = english(member).post("/forum/boards/talk/new", data={**FORM, "poll_closes": f"{year}-07-01T18:00"})
    assert sent.status_code == 303
    assert db.session.scalar(select(Poll.closes_at)) == datetime(year, 7, 1, 17, tzinfo=UTC)


def test_the_result_can_be_taken_away_without_formulas(english, member, branch):
    thread = open_poll(branch, options=("=1+1", "No"))
    url, ids, browser = f"/forum/threads/{thread.id}", options_of(thread.id), english(member)
    browser.post(f"{url}/vote", data={"option": ids[0]})
    answer = browser.get(f"{url}/poll.csv")
    assert answer.text == "\ufeffOption,Votes,Share\r\n'=1+1,1,100%\r\nNo,0,0%\r\n"


def test_the_author_changes_the_poll_on_a_page_of_its_own(english, branch):
    author = UserFactory(branch=branch)
    thread = open_poll(branch, author=author)
    url, browser = f"/forum/threads/{thread.id}", english(author)
    assert "Every month\nEvery quarter\nEither" in browser.get(f"{url}/poll/edit").text
    data = {"poll_options": "A\nB", "poll_max": "2", "poll_secret": "secret", "poll_voters": MEMBERS}
    assert browser.post(f"{url}/poll/edit", data={**data, "poll_options": "A"}).status_code == 422
    assert browser.post(f"{url}/poll/edit", data=data).status_code == 303
    assert db.session.scalar(select(Poll.secret)) is True
    browser.post(f"{url}/vote", data={"option": options_of(thread.id)[0]})
    assert [browser.get(f"{url}/poll/edit").status_code, browser.post(f"{url}/poll/edit", data=data).status_code] == [
        409,
        409,
    ]


def test_a_moderator_gives_a_reason_for_ending_a_poll_and_the_author_need_not(english, moderator, branch):
    author = UserFactory()
    thread = open_poll(branch, author=author)
    url, judge = f"/forum/threads/{thread.id}/poll/close", english(moderator)
    assert 'name="reason"' in judge.get(url).text
    assert judge.post(url, data={}).status_code == 422
    browser = english(author)
    assert 'name="reason"' not in browser.get(url).text
    assert browser.post(url).status_code == 303
    assert browser.get(url).status_code == 409
    assert f"Ended early by {author.display_name}." in browser.get(url.removesuffix("/poll/close")).text


def test_lists_show_how_a_poll_stands(english, member, branch, clock):
    thread = open_poll(branch, closes_at=clock.now + timedelta(hours=1))
    slug, browser = thread.board.slug, english(member)
    browser.post(f"/forum/threads/{thread.id}/vote", data={"option": options_of(thread.id)[0]})
    page = browser.get(f"/forum/boards/{slug}").text
    assert "<b>1</b> vote" in page
    assert "Poll open</span>" in page
    clock.advance(hours=1)
    assert "Poll ended</span>" in browser.get(f"/forum/boards/{slug}").text


def test_the_poll_stands_on_the_first_page_only(english, member, branch):
    thread = open_poll(branch)
    for _number in range(24):
        PostFactory(thread=thread)
    browser, url = english(member), f"/forum/threads/{thread.id}?view=flat"
    assert ['id="poll"' in browser.get(f"{url}&page={page}").text for page in (1, 2)] == [True, False]


@pytest.mark.parametrize("options", [2, 12])
def test_a_poll_costs_a_page_one_query_more(english, client, member, branch, count_queries, options):
    thread = open_poll(branch, seen_by=PUBLIC, options=tuple(map(str, range(options))))
    url, costs = f"/forum/threads/{thread.id}", []
    for one in (english(member), client):
        one.get(url)
        with count_queries() as seen:
            one.get(url)
        costs.append(len(seen))
    assert costs == [7, 3]


@pytest.mark.parametrize("people", [1, 3])
def test_the_details_of_a_poll_cost_the_same_at_any_length(english, member, branch, vote, count_queries, people):
    voters = [UserFactory(branch=branch).id for _number in range(people)]
    number = open_poll(branch).id
    for person in (*voters, member.id):
        vote(number, person, 0)
    browser = english(member)
    browser.get(f"/forum/threads/{number}/poll")
    with count_queries() as seen:
        page = browser.get(f"/forum/threads/{number}/poll")
    assert (page.text.count("/members/user"), len(seen)) == (people, 8)
