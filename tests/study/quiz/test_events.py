"""Changes of answers as a page with scripts sends them: none lost, none doubled, the late and the forged refused."""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.actors import actor_for
from core.db import db, transaction
from study.enums import AttemptState, QuestionKind, Refusal
from study.models import AnswerEvent, Attempt, AttemptSlot, ProgressEvent, Quiz, RefusedAnswer
from study.quiz.kinds import Given
from study.quiz.services import attempts, events, papers
from study.quiz.services.events import Change
from study.timers import submit_overdue
from tests.factories.accounts import UserFactory
from tests.factories.quiz import choice, enrolled, quiz_with, short, truth
from tests.threads import at_once


@pytest.fixture
def quiz(member):
    made = quiz_with(choice(0, 1000, 0), short("five"), truth(), time_limit_minutes=10)
    enrolled(member, made.course)
    return made


@pytest.fixture
def paper(quiz, member, actor_of, transaction):
    with transaction():
        return papers.start(quiz, quiz.course_id, actor_of(member)).id


@pytest.fixture
def url(paper):
    return f"/study/attempts/{paper}/events"


def change(position=1, sequence=1, client="aa", ago=0, **values):
    return {"position": position, "client": client, "sequence": sequence, "ago": ago, "at": 1_790_000_000_000, **values}


def send(browser, url, *changes):
    return browser.post(url, data={"changes": json.dumps(list(changes))})


def ledger() -> list[tuple[int, str, int]]:
    rows = db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.id))
    return [(event.position, event.client_id, event.sequence) for event in rows]


def refused() -> list[tuple[int, int, Refusal]]:
    rows = db.session.scalars(select(RefusedAnswer).order_by(RefusedAnswer.id))
    return [(one.position, one.sequence, one.reason) for one in rows]


def test_a_change_is_kept_and_acknowledged_with_the_time(sign_in, member, url, clock):
    answer = send(sign_in(member), url, change(values={"": ["2"]}), change(2, 2, values={"": ["five"]}))

    event = db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.id)).first()
    moment = (clock.now + timedelta(hours=8)).strftime("%H:%M:%S")
    assert answer.get_json() == {
        "open": True,
        "kept": [[1, "aa", 1], [2, "aa", 2]],
        "refused": [],
        "counting": [[1, "aa", event.id, moment], [2, "aa", event.id + 1, moment]],
    }
    assert (event.answer, event.client_time.year) == ({"keys": ["b"]}, 2026)
    assert [slot.answered for slot in db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position))] == [
        True,
        True,
        False,
    ]


def test_a_change_sent_twice_is_kept_once_and_acknowledged_twice(sign_in, member, url):
    browser = sign_in(member)
    first, again = (send(browser, url, change(values={"": ["2"]})) for _turn in (1, 2))

    assert first.get_json() == again.get_json()
    assert ledger() == [(1, "aa", 1)]


def test_a_lost_acknowledgement_is_given_again_after_the_paper_was_handed_in(sign_in, member, url, paper):
    browser = sign_in(member)
    send(browser, url, change(values={"": ["2"]}))
    browser.post(f"/study/attempts/{paper}", data={"go": "end", "sure": "1"})

    answer = send(browser, url, change(values={"": ["2"]})).get_json()

    assert (answer["open"], answer["kept"], answer["refused"]) == (False, [[1, "aa", 1]], [])
    assert refused() == []


def test_an_older_answer_that_comes_late_does_not_undo_a_newer_one_and_the_page_is_told(sign_in, member, url, clock):
    browser = sign_in(member)
    clock.advance(minutes=5)
    newer = send(browser, url, change(client="desk", values={"": ["2"]})).get_json()["counting"][0]

    answer = send(browser, url, change(client="phone", ago=60_000, values={"": ["1"]})).get_json()

    assert answer["kept"] == [[1, "phone", 1]]
    assert answer["counting"] == [newer]


def test_an_answer_taken_back_counts_as_none(sign_in, member, url):
    browser = sign_in(member)
    send(browser, url, change(2, 1, values={"": ["five"]}), change(2, 2, values={"": [""]}))

    assert db.session.scalars(select(AttemptSlot.answered).order_by(AttemptSlot.position)).all() == [False] * 3


def test_within_the_grace_answers_count_and_after_it_the_paper_is_handed_in_with_what_it_has(
    sign_in, member, url, clock
):
    browser = sign_in(member)
    clock.advance(minutes=10, seconds=29)
    assert send(browser, url, change(values={"": ["2"]})).get_json()["kept"] == [[1, "aa", 1]]
    clock.advance(seconds=2)

    answer = send(browser, url, change(2, 2, values={"": ["five"]})).get_json()

    attempt = db.session.scalars(select(Attempt)).one()
    assert (answer["open"], answer["refused"]) == (False, [[2, "aa", 2, "late"]])
    assert (attempt.state, attempt.mark, attempt.submitted_at) == (AttemptState.SUBMITTED, 1000, attempt.due_at)
    assert refused() == [(2, 2, Refusal.LATE)]
    assert db.session.scalars(select(RefusedAnswer)).one().answer == {"text": "five"}


@pytest.mark.parametrize("position", [0, 4, 99])
def test_an_answer_to_what_is_not_asked_is_refused_and_logged(sign_in, member, url, position):
    answer = send(sign_in(member), url, change(position, values={"": ["1"]})).get_json()

    assert answer["refused"] == [[position, "aa", 1, "forged"]]
    assert (ledger(), refused()) == ([], [(position, 1, Refusal.FORGED)])


def test_another_answer_under_a_used_name_is_refused(sign_in, member, url):
    browser = sign_in(member)
    send(browser, url, change(values={"": ["2"]}))

    answer = send(browser, url, change(values={"": ["1"]})).get_json()

    assert answer["refused"] == [[1, "aa", 1, "forged"]]
    assert db.session.scalars(select(AnswerEvent)).one().answer == {"keys": ["b"]}


def test_too_many_changes_are_refused(sign_in, member, url, monkeypatch):
    monkeypatch.setattr(events, "EVENTS_MAX", 3)
    sent = [change(2, number, values={"": [str(number)]}) for number in range(1, 6)]

    answer = send(sign_in(member), url, *sent).get_json()

    assert [one[2] for one in answer["kept"]] == [1, 2, 3]
    assert [one[3] for one in answer["refused"]] == ["flood", "flood"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "{",
        "{}",
        "[1]",
        '[{"position": 1}]',
        '[{"position": "1", "client": "a", "sequence": 1}]',
        '[{"position": 1, "client": "", "sequence": 1}]',
        '[{"position": 1, "client": "a b", "sequence": 1}]',
        '[{"position": 1, "client": "a", "sequence": true}]',
        '[{"position": 1, "client": "a", "sequence": 1, "values": {"": [1]}}]',
        '[{"position": 1, "client": "a", "sequence": 1, "values": []}]',
        "[" * 5000,
        "[" + ",".join(['{"position": 1, "client": "a", "sequence": 1}'] * 101) + "]",
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_words(sign_in, member, url, typed):
    answer = sign_in(member).post(url, data={"changes": typed}, headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert ledger() == []


def test_wild_numbers_and_signs_do_no_harm(sign_in, member, url):
    wild = change(2, 2**80, ago=2**80, values={"": ["a\x00b\ud800c"], "x" * 999: ["y"]})

    answer = send(sign_in(member), url, {**wild, "at": 10**30}).get_json()

    event = db.session.scalars(select(AnswerEvent)).one()
    attempt = db.session.scalars(select(Attempt)).one()
    assert answer["kept"] == [[2, "aa", 2**31 - 1]]
    assert (event.answer, event.made_at, event.client_time) == ({"text": "abc"}, attempt.started_at, None)


def test_a_message_of_refused_answers_costs_what_one_costs_and_the_log_has_an_end(
    sign_in, member, url, count_queries, monkeypatch
):
    browser, costs = sign_in(member), []
    for count in (1, 40):
        with count_queries() as seen:
            answer = send(browser, url, *(change(99, number) for number in range(1, count + 1))).get_json()
        assert len(answer["refused"]) == count
        costs.append(len(seen))
    monkeypatch.setattr(attempts, "REFUSED_MAX", 45)
    send(browser, url, *(change(99, number) for number in range(50, 90)))

    assert costs[0] == costs[1]
    assert len(refused()) == 45


def test_another_members_paper_is_not_there(sign_in, url):
    assert send(sign_in(UserFactory()), url, change(values={"": ["1"]})).status_code == 404
    assert (ledger(), refused()) == ([], [])


def test_a_plain_page_that_comes_too_late_is_logged(sign_in, member, paper, clock):
    browser = sign_in(member)
    clock.advance(minutes=11)

    browser.post(f"/study/attempts/{paper}", data={"client": "c", "seen2": "0", "q2": "five", "go": "save"})

    assert refused() == [(2, 1, Refusal.LATE)]


def test_the_receipt_says_nothing_of_marks_or_keys(sign_in, member, url):
    right, wrong = (
        send(sign_in(member), url, change(sequence=number, values={"": [chosen]}))
        for number, chosen in ((1, "2"), (2, "1"))
    )

    assert len(right.data) == len(wrong.data)
    assert set(right.get_json()) == {"open", "kept", "refused", "counting"}


@pytest.mark.parametrize("count", [1, 3])
def test_a_message_costs_the_same_reads_however_many_changes_it_holds(sign_in, member, url, count_queries, count):
    browser = sign_in(member)
    sent = [change(number, number, values={"": ["1"]}) for number in range(1, count + 1)]
    with count_queries() as seen:
        send(browser, url, *sent)

    assert len([one for one in seen if one.startswith("SELECT")]) == 7


@pytest.mark.parametrize("seed", range(6))
def test_any_order_any_repetition_and_any_cut_of_messages_give_the_same_paper(
    member, quiz, paper, actor_of, transaction, clock, seed
):
    rng = random.Random(seed)
    clock.advance(minutes=5)
    actor = actor_of(member)
    made = [
        (client, sequence, rng.randint(1, 3), rng.choice(["1", "2", "five"]), rng.randint(1, 300))
        for client in ("desk", "phone")
        for sequence in range(1, 8)
    ]
    expected = _replayed(made)
    sent = made + rng.sample(made, 6)
    rng.shuffle(sent)

    kept = 0
    while sent:
        cut = rng.randint(1, 4)
        message, sent = sent[:cut], sent[cut:]
        with transaction():
            receipt = events.take(paper, actor, [_change(*one) for one in message])
        assert receipt.refused == []
        kept += len(receipt.kept)

    assert (kept, len(ledger())) == (len(made) + 6, len(made))
    with transaction():
        everything = events.take(paper, actor, [_change(*one) for one in made])
        attempts.save(paper, actor, "", [], final=True)
    found = {position: (event.client_id, event.sequence) for position, event in everything.counting.items()}
    assert found == expected
    # What is marked is what counts: option 2, the word, and what is true.
    answers = {one[2]: one[3] for one in made if expected[one[2]] == one[:2]}
    slots = {slot.position: slot.mark for slot in db.session.scalars(select(AttemptSlot))}
    right = {1: "2", 2: "five", 3: "1"}
    assert slots == {position: 1000 * (answers.get(position) == said) for position, said in right.items()}


def _change(client, sequence, position, said, ago) -> Change:
    given = Given(chosen=[int(said)] if said.isdecimal() else [], text=said)
    return Change(position=position, client_id=client, sequence=sequence, ago_ms=ago * 1000, given=given)


def _replayed(made) -> dict[int, tuple[str, int]]:
    """Say what should count: of each page its last change of a question, of those the one made last."""
    best: dict[int, tuple[int, str, int]] = {}
    for position in {one[2] for one in made}:
        lasts = []
        for client in ("desk", "phone"):
            own = [one for one in made if one[0] == client and one[2] == position]
            if own:
                last = max(own, key=lambda one: one[1])
                lasts.append((-last[4], client, last[1]))
        best[position] = max(lasts)
    return {position: (client, sequence) for position, (_ago, client, sequence) in best.items()}


@pytest.fixture
def place(live_site):
    """A paper on a real database, and who writes it."""
    import core.db

    token = core.db._writing.set(True)
    quiz = quiz_with(choice(1000, 0, kind=QuestionKind.SINGLE_CHOICE), short("five"), time_limit_minutes=1)
    user = UserFactory()
    enrolled(user, quiz.course)
    ids = (quiz.id, quiz.course_id, user.id)
    db.session.remove()
    core.db._writing.reset(token)
    with transaction():
        paper = papers.start(db.session.get(Quiz, ids[0]), ids[1], actor_for(ids[2])).id
    return live_site, paper, ids[2]


def test_the_same_changes_from_many_sides_at_once_are_kept_once_each(place):
    site, paper, user_id = place

    def bring() -> int:
        with transaction():
            sent = [
                Change(position=2, client_id="c", sequence=number, given=Given(text=str(number)))
                for number in range(1, 6)
            ]
            return len(events.take(paper, actor_for(user_id), sent).kept)

    assert at_once(site, [bring] * 6) == [5] * 6
    assert db.session.scalar(select(func.count()).select_from(AnswerEvent)) == 5
    db.session.rollback()


def test_at_the_deadline_worker_and_pages_hand_in_once_and_every_acknowledged_answer_is_marked(place, clock):
    site, paper, user_id = place
    with transaction():
        kept = events.take(
            paper, actor_for(user_id), [Change(position=2, client_id="c", sequence=1, given=Given(text="five"))]
        )
    assert len(kept.kept) == 1
    db.session.rollback()
    clock.advance(minutes=1, seconds=31)

    def late() -> str:
        with transaction():
            one = Change(position=1, client_id="c", sequence=2, given=Given(chosen=[1]))
            receipt = events.take(paper, actor_for(user_id), [one])
            return receipt.refused[0][1].value

    def form() -> str:
        with transaction():
            return attempts.save(paper, actor_for(user_id), "f", [], final=True).value

    found = at_once(site, [late, late, form, submit_overdue, submit_overdue])

    assert found.count("late") >= 2
    assert db.session.scalar(select(func.count()).select_from(ProgressEvent)) == 1
    assert db.session.scalars(select(Attempt)).one().mark == 1000
    db.session.rollback()
