"""Tags and choices on threads, pins, the digest and the closing day."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

import core.db
from core.clock import utcnow
from core.db import db
from core.documents import document_for
from core.errors import Denied
from core.events import ContentEvent, ModeratorActed
from core.faces import Faces
from core.permissions import PUBLIC, Actor, HeldRole, Role
from forum import queries, services, timers
from forum.enums import ThreadState
from forum.errors import (
    AlreadyLocked,
    ChoiceMissing,
    ChoicesMoved,
    DayPast,
    MergedIntoItself,
    SetByModerator,
    TagTaken,
    ThreadLocked,
    TooManyFields,
    TooManyTemplates,
    UnknownChoice,
    UnknownTags,
)
from forum.models import Tag, Thread, ThreadChoice, ThreadTag
from forum.services.plans import TemplatePlan
from forum.sorting import BoardField
from tests.factories.forum import BoardFactory, ThreadFactory

FEES = Faces("会费", "Fees")
HELD = HeldRole(role=Role.ADMINISTRATOR, branch_id=1, path="/1/")
MATTER = BoardField(key="", label=Faces("事项", "Matter"), choices=(FEES, Faces("章程", "Rules")))


@pytest.fixture
def judge(moderator, actor_of):
    return actor_of(moderator)


@pytest.fixture
def chief(administrator, actor_of):
    return actor_of(administrator)


@pytest.fixture
def local_judge(branch, actor_of):
    """A moderator of a branch, not of the site."""
    from tests.factories.accounts import UserFactory, grant

    user = UserFactory(branch=branch)
    grant(user, Role.MODERATOR, branch)
    return actor_of(user)


@pytest.fixture
def act(transaction):
    """Return ``act(thread, service, …)``: a service on a held thread in a transaction of its own."""

    def run(thread, service, actor, *arguments, **named):
        with transaction():
            return service(queries.get_thread(thread.id, actor, lock=True), actor, *arguments, **named)

    return run


def tag(slug, name=FEES):
    made = Tag(slug=slug, name=name)
    with core.db.transaction():
        db.session.add(made)
    return made


def plan_field(board, field):
    """Give a board a field, as its manager does."""
    manager = Actor(
        id=1, tokens=frozenset({PUBLIC}), roles=(HeldRole(role=Role.ADMINISTRATOR, branch_id=1, path="/1/"),)
    )
    with core.db.transaction():
        services.save_field(queries.get_board(board.slug, manager, lock=True), manager, field)


def acts(events):
    return [(event.action, event.reason) for event in events if isinstance(event, ModeratorActed)]


def carried(thread):
    return sorted(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread.id)))


# Tags


def test_authors_put_tags_that_exist_by_name_or_address(thread, author, act):
    fees, rules = tag("fees"), tag("rules", Faces("章程", ""))
    act(thread, services.sort_thread, author, ["FEES", "章程"], {})
    assert thread.tags == [{"slug": "fees", "zh": "会费", "en": "Fees"}, {"slug": "rules", "zh": "章程"}]
    for one in (fees, rules):
        db.session.refresh(one)
    assert (carried(thread), fees.thread_count, rules.thread_count) == ([fees.id, rules.id], 1, 1)
    act(thread, services.sort_thread, author, ["rules"], {})
    db.session.refresh(fees)
    assert (carried(thread), fees.thread_count) == ([rules.id], 0)


def test_authors_make_no_tags(thread, author, act):
    with pytest.raises(UnknownTags, match="odd, new"):
        act(thread, services.sort_thread, author, ["odd", "new"], {})


def test_who_holds_an_office_makes_tags_by_typing_them(thread, judge, act, announced):
    act(thread, services.sort_thread, judge, ["会费", "Open day"], {})
    assert [(one["slug"], one.get("zh"), one.get("en")) for one in thread.tags] == [
        ("会费", "会费", None),
        ("open-day", None, "Open day"),
    ]
    assert acts(announced()) == [("sort", "会费, Open day")]


def test_sorting_ones_own_thread_is_indexed_and_not_in_the_log(thread, author, act, announced):
    tag("fees")
    act(thread, services.sort_thread, author, ["fees"], {})
    act(thread, services.sort_thread, author, ["fees"], {})
    assert announced() == [ContentEvent(subject=thread.ref)]
    assert document_for(thread.ref).text.splitlines()[-2:] == ["会费", "Fees"]


def test_others_sort_nothing(thread, member, actor_of, act):
    with pytest.raises(Denied):
        act(thread, services.sort_thread, actor_of(member), [], {})


def test_authors_sort_no_locked_thread(thread, author, judge, act):
    act(thread, services.lock_thread, judge, "Enough.")
    with pytest.raises(ThreadLocked):
        act(thread, services.sort_thread, author, [], {})


def test_new_threads_carry_tags_and_choices(board, author, judge, draft, transaction):
    tag("fees")
    plan_field(board, MATTER)
    opening = services.Opening(title="Dues", tags=["Fees"], choices={"f1": 1})
    with transaction():
        post = services.start_thread(queries.get_board(board.slug, author), author, opening, draft("How much?"))
    thread = queries.get_thread(post.thread_id, author)
    assert (thread.tags[0]["slug"], thread.fields) == ("fees", {"f1": 1})


def test_a_renamed_tag_keeps_its_address_and_is_shown_by_its_new_name(thread, author, judge, act, transaction, drain):
    fees = tag("fees")
    act(thread, services.sort_thread, author, ["fees"], {})
    with transaction():
        services.edit_tag(fees, judge, Faces("社费", "Dues"))
    drain()
    assert thread.tags == [{"slug": "fees", "zh": "社费", "en": "Dues"}]


def test_a_merged_tag_leads_to_the_one_that_took_its_threads(judge, act, transaction, drain):
    first, second = ThreadFactory(), ThreadFactory()
    fees, dues, old = tag("fees"), tag("dues", Faces(en="Dues")), tag("old", Faces(en="Old"))
    act(first, services.sort_thread, judge, ["fees"], {})
    act(second, services.sort_thread, judge, ["fees", "dues"], {})
    with transaction():
        services.merge_tag(old, judge, fees)
        services.merge_tag(fees, judge, dues)
    drain()
    assert (first.tags, second.tags) == ([{"slug": "dues", "en": "Dues"}], [{"slug": "dues", "en": "Dues"}])
    db.session.refresh(dues)
    assert (carried(first), carried(second), dues.thread_count) == ([dues.id], [dues.id], 2)
    assert [queries.tags_by_name()[name].id for name in ("会费", "fees", "old", "dues")] == [dues.id] * 4
    assert [one.id for one in queries.list_tags()] == [dues.id]


def test_tags_are_not_merged_into_themselves_nor_called_alike(judge, transaction):
    fees, dues = tag("fees"), tag("dues", Faces(en="Dues"))
    with pytest.raises(MergedIntoItself):
        services.merge_tag(fees, judge, fees)
    with pytest.raises(TagTaken):
        services.edit_tag(dues, judge, Faces("会费", "Dues"))


@pytest.mark.parametrize("service", [services.edit_tag, services.merge_tag])
def test_tags_are_everybodys_so_only_moderators_of_the_site_change_them(local_judge, service):
    fees = tag("fees")
    with pytest.raises(Denied):
        service(fees, local_judge, FEES if service is services.edit_tag else fees)


# Fields and templates


def test_choices_are_stored_by_place_and_those_of_retired_fields_stay(board, thread, author, act, transaction):
    plan_field(board, MATTER)
    act(thread, services.sort_thread, author, [], {"f1": 1})
    plan_field(board, BoardField(key="f1", label=FEES, choices=MATTER.choices, retired=True))
    plan_field(board, MATTER)
    act(thread, services.sort_thread, author, [], {"f2": 0})
    assert thread.fields == {"f1": 1, "f2": 0}
    rows = db.session.execute(select(ThreadChoice.key, ThreadChoice.choice).order_by(ThreadChoice.key)).all()
    assert rows == [("f1", 1), ("f2", 0)]


@pytest.mark.parametrize("choices", [{"f9": 0}, {"f1": 2}, {"f1": -1}])
def test_choices_that_are_not_offered_are_refused(board, thread, author, act, choices):
    plan_field(board, MATTER)
    with pytest.raises(UnknownChoice):
        act(thread, services.sort_thread, author, [], choices)


def test_what_must_be_chosen_is_asked_for(board, thread, author, act):
    plan_field(board, BoardField(key="", label=MATTER.label, choices=MATTER.choices, required=True))
    with pytest.raises(ChoiceMissing):
        act(thread, services.sort_thread, author, [], {})


def test_choices_of_a_field_do_not_move(board):
    plan_field(board, MATTER)
    with pytest.raises(ChoicesMoved):
        plan_field(board, BoardField(key="f1", label=MATTER.label, choices=tuple(reversed(MATTER.choices))))


def test_a_board_has_few_fields_and_templates(board, chief, draft):
    for _number in range(5):
        plan_field(board, MATTER)
    with pytest.raises(TooManyFields):
        plan_field(board, MATTER)
    board = queries.get_board(board.slug, chief)
    plan = TemplatePlan(title=FEES, thread_title="", body="Say it.")
    for _number in range(10):
        services.create_template(board, chief, plan)
    with pytest.raises(TooManyTemplates):
        services.create_template(board, chief, plan)


def test_moderators_plan_no_boards(board, judge):
    with pytest.raises(Denied):
        services.save_field(queries.get_board(board.slug, judge), judge, MATTER)


# Pins and digest


def test_pins_and_digest_are_in_the_log_once(thread, judge, act, announced):
    for _twice in range(2):
        act(thread, services.pin_thread, judge, services.Pin())
        act(thread, services.mark_digest, judge, digest=True)
    act(thread, services.pin_thread, judge, None)
    act(thread, services.mark_digest, judge, digest=False)
    assert acts(announced()) == [("pin", ""), ("digest", ""), ("unpin", ""), ("undigest", "")]


def test_only_moderators_of_the_site_pin_everywhere(local_judge, judge, branch, act):
    thread = ThreadFactory(board=BoardFactory(branch=branch))
    act(thread, services.pin_thread, local_judge, services.Pin())
    with pytest.raises(Denied):
        act(thread, services.pin_thread, local_judge, services.Pin(everywhere=True))
    act(thread, services.pin_thread, judge, services.Pin(everywhere=True))
    with pytest.raises(Denied):
        act(thread, services.pin_thread, local_judge, None)


def test_what_is_pinned_everywhere_heads_every_board_and_is_on_no_list_twice(judge, act):
    thread, other = ThreadFactory(), ThreadFactory()
    act(thread, services.pin_thread, judge, services.Pin(everywhere=True))
    assert [row.id for row in queries.list_pinned_everywhere(judge)] == [thread.id]
    lists = [queries.list_threads(one.board_id, judge, queries.Sieve(), None).items for one in (thread, other)]
    assert [[row.id for row in rows] for rows in lists] == [[], [other.id]]


def test_the_clock_ends_a_pin_when_it_is_due_and_not_before(thread, judge, act, clock):
    until = utcnow() + timedelta(days=1)
    act(thread, services.pin_thread, judge, services.Pin(everywhere=True, until=until))
    clock.set(until - timedelta(seconds=1))
    assert (timers.end_pins(), thread.pinned) == (0, True)
    clock.set(until)
    assert (timers.end_pins(), timers.end_pins()) == (1, 0)
    assert (thread.pinned, thread.pinned_everywhere, thread.pinned_until) == (False, False, None)


def test_no_pin_ends_in_the_past(thread, judge, act):
    with pytest.raises(DayPast):
        act(thread, services.pin_thread, judge, services.Pin(until=utcnow()))


# Closing day


def test_the_clock_closes_a_thread_at_the_moment_its_author_chose(thread, author, act, clock, draft, announced):
    at = utcnow() + timedelta(days=1)
    act(thread, services.set_timer, author, at)
    clock.set(at - timedelta(seconds=1))
    assert (timers.close_threads(), thread.state) == (0, ThreadState.OPEN)
    clock.set(at)
    with pytest.raises(ThreadLocked):  # Before the clock has come by.
        act(thread, services.reply, author, draft("Too late."))
    assert (timers.close_threads(), timers.close_threads()) == (1, 0)
    assert (thread.state, thread.lock_reason, thread.closes_at) == (ThreadState.LOCKED, "", at)
    act(thread, services.unlock_thread, author)
    assert (thread.state, thread.closes_at, timers.close_threads()) == (ThreadState.OPEN, None, 0)
    assert acts(announced()) == []


def test_what_a_moderator_set_the_author_does_not_take_back(thread, author, judge, act, clock, announced):
    at = utcnow() + timedelta(days=1)
    act(thread, services.set_timer, judge, at)
    with pytest.raises(SetByModerator):
        act(thread, services.set_timer, author, None)
    clock.set(at)
    timers.close_threads()
    with pytest.raises(Denied):
        act(thread, services.unlock_thread, author)
    act(thread, services.unlock_thread, judge)
    act(thread, services.set_timer, judge, at + timedelta(days=1))
    act(thread, services.set_timer, judge, None)
    assert [action for action, _reason in acts(announced())] == ["timer", "unlock", "timer", "untimer"]


def test_a_thread_that_was_taken_back_from_the_clock_stays_open(thread, author, act, clock):
    act(thread, services.set_timer, author, utcnow() + timedelta(days=1))
    act(thread, services.set_timer, author, None)
    clock.advance(days=2)
    assert (timers.close_threads(), thread.state) == (0, ThreadState.OPEN)


def test_a_lock_by_hand_leaves_the_clock_nothing_to_do(thread, author, judge, act):
    act(thread, services.set_timer, author, utcnow() + timedelta(days=1))
    act(thread, services.lock_thread, judge, "Settled.")
    assert (thread.closes_at, thread.closes_by_id) == (None, None)
    with pytest.raises(AlreadyLocked):
        act(thread, services.set_timer, judge, datetime(2999, 1, 1, tzinfo=UTC))


def test_others_set_no_closing_day(thread, member, actor_of, act):
    with pytest.raises(Denied):
        act(thread, services.set_timer, actor_of(member), None)


def test_what_fails_for_one_thread_does_not_hold_up_the_others(judge, act, clock, caplog):
    first, second = ThreadFactory(), ThreadFactory()
    for one in (first, second):
        act(one, services.pin_thread, judge, services.Pin(until=utcnow() + timedelta(days=1)))
    clock.advance(days=2)

    def fail(_mapper, _connection, thread):
        if thread.id == first.id:
            raise RuntimeError("The disk is full.")

    event.listen(Thread, "before_update", fail)
    try:
        assert timers.end_pins() == 1
    finally:
        event.remove(Thread, "before_update", fail)
    assert f"thread {first.id}" in caplog.text
