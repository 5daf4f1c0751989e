"""Going through the cards in the browser, without scripts: asked, told, rated, and taken back."""

import csv
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update

from core.db import db, is_writing
from core.faces import Faces
from study.enums import CardAct, CardStage, QuestionKind, VersionState
from study.models import CardReview, Question, QuestionVersion, ReviewCard
from study.notebook.daily import Turn
from study.notebook.queries.cards import find_next
from study.notebook.views import cards as cards_views
from study.quiz.kinds import Option, QuestionContent, fraction_of
from tests.conftest import BASE_URL
from tests.factories.quiz import CANARY, add_version, choice, short, truth
from tests.study.notebook.conftest import EN, answered, place_of, rate, version_of
from tests.study.quiz.test_kinds_in_pages import GAPS, ITEMS, NUMBER, PAIRS

TODAY = "/study/notebook/today"


def stored(card_id: int) -> ReviewCard:
    db.session.expire_all()
    return db.session.get(ReviewCard, card_id)


def acts() -> list[CardAct]:
    return list(db.session.scalars(select(CardReview.act).order_by(CardReview.id)))


def test_a_card_is_asked_told_and_rated(browser, card, lesson):
    own = card()
    asked = browser.get(TODAY, headers=EN).text
    assert (CANARY in asked, 'name="recall"' in asked, asked.count('name="q1"')) == (False, False, 2)
    told = browser.get(answered(browser, own, "选项2"), headers=EN).text
    assert (f"说明2 {CANARY}" in told, f"总说明 {CANARY}" in told, "Right answer" in told) == (True,) * 3
    assert f'href="/study/lessons/{lesson.id}"' in told
    buttons = re.findall(r'<button class="btn rate( main)?" name="recall" value="(\w+)".*?<small>([^<]*)</small>', told)
    assert buttons == [
        (" main", "again", "1 min"),
        ("", "hard", "6 min"),
        ("", "good", "10 min"),
        ("", "easy", "8 days"),
    ]
    assert acts() == []
    sent = rate(browser, own, "easy", 0)
    assert (sent.status_code, sent.location) == (303, TODAY)
    assert (stored(own.id).stage, stored(own.id).turn, acts()) == (CardStage.REVIEW, 1, [CardAct.RATED])
    assert "Done for today" in browser.get(TODAY, headers=EN).text


@pytest.mark.parametrize(
    ("words", "preset", "verdict"), [("选项1", "good", "Right"), ("选项2", "again", "Wrong")], ids=["right", "wrong"]
)
def test_the_answer_suggests_a_rating_and_is_kept_with_it(words, preset, verdict, browser, card):
    own = card()
    address = answered(browser, own, words)
    told = browser.get(address, headers=EN).text
    assert f'value="{preset}" data-preset' in told
    assert f"{verdict}</span></strong>" in told
    action = re.search(r'<form method="post" action="([^"]*/rating[^"]*)"', told)[1].replace("&amp;", "&")
    browser.post(action, data={"recall": preset, "turn": "0"})
    assert db.session.scalars(select(CardReview.fraction)).one() == (1000 if preset == "good" else 0)


@pytest.mark.parametrize("content", [truth(), short("five"), NUMBER, PAIRS, ITEMS, GAPS])
def test_every_kind_is_asked_and_the_answer_shown_on_demand(content, browser, card):
    own = card(content)
    asked = browser.get(f"/study/notebook/cards/{own.id}", headers=EN).text
    shown = browser.get(f"/study/notebook/cards/{own.id}?version={version_of(own)}&turn=0&show=1", headers=EN).text
    assert ("in-the-key" in asked, 'name="recall"' in asked, 'name="recall"' in shown) == (False, False, True)
    assert 'value="again" data-preset' in shown
    assert "5天" not in asked


def test_nothing_chosen_says_so_and_shows_nothing(browser, card):
    own = card()
    page = browser.get(f"/study/notebook/cards/{own.id}?version={version_of(own)}&turn=0", headers=EN).text
    assert ("Choose or write an answer first." in page, CANARY in page) == (True, False)


def test_a_changed_question_is_asked_anew_in_its_latest_version(browser, card):
    own = card()
    address = answered(browser, own, "选项1")
    add_version(db.session.get(Question, own.question_id), choice(0, 1000, text="新的问法？"), 2)
    page = browser.get(address, headers=EN).text
    assert ("新的问法？" in page, CANARY in page, "The card has changed since" in page) == (True, False, True)


def test_a_rating_sent_twice_or_from_two_windows_counts_once(browser, card):
    own = card()
    rate(browser, own, "good", 0)
    due = stored(own.id).due_at
    for recall in ("good", "again"):
        rate(browser, own, recall, 0)
    assert (stored(own.id).due_at, stored(own.id).turn, len(acts())) == (due, 1, 1)
    assert "rated already" in browser.get(TODAY, headers=EN).text


def test_the_last_rating_is_taken_back_once(browser, card):
    own = card()
    before = vars(stored(own.id)).copy()
    rate(browser, own, "good", 0)
    page = browser.get(TODAY, headers=EN).text
    review = re.search(r'name="review" value="(\d+)"', page)[1]
    sent = browser.post("/study/notebook/undo", data={"review": review})
    assert sent.location == f"/study/notebook/cards/{own.id}"
    after = vars(stored(own.id)).copy()
    for name in ("stage", "step", "stability", "difficulty", "due_at", "reviewed_at"):
        assert after[name] == before[name]
    assert browser.post("/study/notebook/undo", data={"review": review}).location == TODAY
    assert (acts(), stored(own.id).turn) == ([CardAct.RATED, CardAct.UNDONE], 2)
    rate(browser, own, "good", 2)
    assert len(acts()) == 3
    page = browser.get("/study/notebook", headers=EN).text
    assert re.search(r"Done today</dt><dd>1</dd>", page)


def test_a_rating_is_taken_back_with_the_taking_out_that_followed(browser, card):
    own = card()
    before = vars(stored(own.id)).copy()
    rate(browser, own, "good", 0)
    browser.post(f"/study/notebook/cards/{own.id}/state", data={"act": "remove"})
    page = browser.get(TODAY, headers=EN).text
    review = re.search(r'name="review" value="(\d+)"', page)[1]
    sent = browser.post("/study/notebook/undo", data={"review": review})
    assert sent.location == f"/study/notebook/cards/{own.id}"
    assert browser.get(sent.location).status_code == 200
    after = vars(stored(own.id)).copy()
    for name in ("stage", "step", "stability", "difficulty", "due_at", "reviewed_at", "removed_at", "suspended_at"):
        assert after[name] == before[name]


def test_no_page_offers_to_take_back_what_cannot_be(browser, card, clock, sign_in, member):
    own, other = card(), card()
    rate(browser, own, "easy", 0)
    assert 'name="review"' in browser.get(TODAY).text
    db.session.execute(update(ReviewCard).where(ReviewCard.id == own.id).values(turn=2))
    db.session.commit()
    assert 'name="review"' not in browser.get(TODAY).text
    rate(browser, other, "easy", 0)
    assert 'name="review"' in browser.get(TODAY).text
    db.session.execute(update(Question).where(Question.id == other.question_id).values(state=VersionState.RETIRED))
    db.session.commit()
    assert 'name="review"' not in browser.get(TODAY).text
    db.session.execute(update(Question).values(state=VersionState.READY))
    db.session.commit()
    clock.advance(days=1)
    assert 'name="review"' not in sign_in(member).get(TODAY).text


def test_bytes_that_are_no_text_in_the_address_break_nothing(browser, card):
    own = card()
    page = browser.get(f"/study/notebook/cards/{own.id}?version={version_of(own)}&turn=0&show=1&q1=%FF&x=\xff")
    assert (page.status_code, 'name="recall"' in page.text) == (200, True)


def test_what_is_done_in_a_list_goes_back_to_what_was_looked_for(browser, card, course):
    own = card()
    page = browser.get(f"/study/notebook/cards?q=题&course={course.slug}&stage=new", headers=EN).text
    form = re.search(rf'<form method="post" action="/study/notebook/cards/{own.id}/state".*?</form>', page, re.DOTALL)[
        0
    ]
    assert "Take out of the notebook<span" in form
    assert re.search(r"Lay aside for now<span class=.vh.>: .*第1题", form)
    data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)) | {"act": "suspend"}
    assert unquote(browser.post(f"/study/notebook/cards/{own.id}/state", data=data).location) == (
        f"/study/notebook/cards?q=题&course={course.slug}&stage=new"
    )


def test_an_answer_is_marked_before_the_database_is_held(browser, card, monkeypatch):
    own = card()
    seen = []

    def marked(content, answer):
        seen.append(is_writing())
        return fraction_of(content, answer)

    monkeypatch.setattr(cards_views, "fraction_of", marked)
    query = answered(browser, own, "选项1").partition("?")[2]
    browser.post(f"/study/notebook/cards/{own.id}/rating?{query}", data={"recall": "good", "turn": "0"})
    assert (seen, db.session.scalars(select(CardReview.fraction)).all()) == ([False], [1000])


def test_what_was_undone_is_not_undone_by_others(browser, card, sign_in, instructor):
    rate(browser, card(), "good", 0)
    review = db.session.scalars(select(CardReview.id)).one()
    assert sign_in(instructor).post("/study/notebook/undo", data={"review": str(review)}).status_code == 404


def test_places_of_answers_change_from_time_to_time(browser, card):
    own = card(choice(1000, *[0] * 9))
    places = set()
    for turn in range(6):
        places.add(place_of(browser.get(f"/study/notebook/cards/{own.id}").text, "选项1<"))
        rate(browser, own, "again", turn)
    assert len(places) > 1


def test_cards_are_laid_aside_begun_anew_and_taken_out(browser, card):
    own = card()
    act = f"/study/notebook/cards/{own.id}/state"
    rate(browser, own, "easy", 0)
    assert browser.post(act, data={"act": "reset"}).status_code == 303
    assert (stored(own.id).stage, stored(own.id).turn, acts()[-1]) == (CardStage.NEW, 2, CardAct.RESET)
    browser.post(act, data={"act": "suspend"})
    assert "Done for today" in browser.get(TODAY, headers=EN).text
    assert browser.post(act, data={"act": "resume", "back": "cards"}).location == "/study/notebook/cards"
    assert 'name="q1"' in browser.get(TODAY).text
    browser.post(act, data={"act": "remove"})
    assert browser.get(f"/study/notebook/cards/{own.id}").status_code == 404
    assert browser.post(act, data={"act": "suspend"}).status_code == 404


@pytest.mark.parametrize(
    ("tail", "data"),
    [("rating", {"recall": "best", "turn": "0"}), ("rating", {"turn": "0"}), ("state", {"act": "burn"})],
)
def test_what_no_page_of_ours_sends_is_refused(tail, data, browser, card):
    own = card()
    assert browser.post(f"/study/notebook/cards/{own.id}/{tail}", data=data).status_code == 404
    assert acts() == []


def test_the_daily_set_mixes_and_keeps_to_what_is_settled(browser, card):
    for _n in range(6):
        card()
    assert "Go through 6 cards" in browser.get("/study/notebook", headers=EN).text
    browser.post("/study/notebook/settings", data={"new_a_day": "2", "most_a_day": "50"})
    assert "Go through 2 cards" in browser.get("/study/notebook", headers=EN).text
    for _n in range(2):
        page = browser.get(TODAY).text
        number = int(re.search(r"/study/notebook/cards/(\d+)/state", page)[1])
        rate(browser, stored(number), "easy", 0)
    done = browser.get(TODAY, headers=EN).text
    assert ("Done for today" in done, "4 more wait" in done) == (True, True)
    answer = browser.post("/study/notebook/settings", data={"new_a_day": "-1", "most_a_day": "0"}, headers=EN)
    assert answer.status_code == 422


def test_cards_are_found_by_words_course_tag_and_stage(browser, card, course):
    one, two = card(choice(1000, 0, text="会议由谁主持？")), card(choice(1000, 0, text="账目何时公布？"))
    db.session.execute(update(Question).where(Question.id == one.question_id).values(tags="|会议|"))
    db.session.commit()
    rate(browser, two, "easy", 0)

    def found(query: str) -> list[bool]:
        page = browser.get(f"/study/notebook/cards?{query}").text
        return ["谁主持" in page, "何时公布" in page]

    assert found("") == [True, True]
    assert found("q=主持") == [True, False]
    assert found("tag=会议") == [True, False]
    assert found("stage=review") == [False, True]
    assert found("stage=aside") == [False, False]
    assert found(f"course={course.slug}") == [True, True]
    assert found("course=other&stage=nonsense") == [False, False]


def test_cards_go_out_as_anki_takes_them_with_no_formula_for_spreadsheets(browser, card):
    picture = '<img src="/study/pictures/7/thumbnail" alt="">'
    formula, accepted = Faces(zh='=SUM(A1) "x", y'), Option(fraction=1000, pattern="<b>")
    card(QuestionContent(kind=QuestionKind.SHORT_ANSWER, text=formula, options=[accepted]))
    own = card(truth())
    db.session.execute(update(Question).where(Question.id == own.question_id).values(tags="|=two words|"))
    version = db.session.get(QuestionVersion, version_of(own))
    version.html = Faces(en=picture)
    db.session.commit()
    answer = browser.get("/study/notebook/cards.csv", headers=EN)
    head, rows = answer.text.splitlines()[:4], list(csv.reader(answer.text.splitlines()[4:]))
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/csv", "no-store")
    assert head == ["#separator:Comma", "#html:true", "#columns:Front,Back,Tags", "#tags column:3"]
    assert rows[0] == ['\'=SUM(A1) "x", y', "<ul><li>&lt;b&gt;</li></ul>", "open-branch"]
    assert rows[1][0].startswith(f"{picture.replace('/study', BASE_URL + '/study')}<ul>")
    assert rows[1][1:] == ["<ul><li>True</li></ul>", "open-branch =two_words"]


@pytest.mark.parametrize("cards", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/study/notebook", 5),
        ("/study/notebook/today", 3),
        ("/study/notebook/cards", 2),
        ("/study/notebook/cards.csv", 1),
    ],
)
def test_pages_cost_the_same_queries_with_any_number_of_cards(browser, card, count_queries, cards, address, queries):
    for _n in range(cards):
        card()
    browser.get(address)
    with count_queries() as seen:
        browser.get(address)
    assert len([one for one in seen if "study_" in one and "UNION ALL" not in one]) == queries


@pytest.mark.parametrize("cards", [1, 3])
@pytest.mark.parametrize("turn", Turn)
def test_the_next_card_is_found_with_one_question_whosever_turn_it_is(
    turn, cards, browser, card, count_queries, clock, member, actor_of
):
    made = [card() for _n in range(cards)]
    for one in made if turn is not Turn.NEW else ():
        rate(browser, one, "easy" if turn is Turn.DUE else "good", 0)
    clock.advance(**{Turn.STEPS: {"minutes": 11}, Turn.DUE: {"days": 9}}.get(turn, {}))
    reader = actor_of(member)
    with count_queries() as seen:
        found = find_next(reader, turn)
    assert (len(seen), found is not None and found.card.id in {one.id for one in made}) == (1, True)


@pytest.mark.parametrize("cards", [0, 1, 3])
def test_home_says_what_is_left_with_one_question(browser, card, count_queries, cards):
    for _n in range(cards):
        card()
    browser.get("/")
    with count_queries() as seen:
        page = browser.get("/", headers=EN).text
    assert len([one for one in seen if "study_review_cards" in one]) == 1
    assert (f"{cards} card{'s' * (cards > 1)} today" in page) == bool(cards)


def test_figures_tell_reviews_what_was_remembered_and_what_is_due(browser, card, clock, sign_in, member):
    for recall in ("easy", "easy", "again"):
        rate(browser, card(), recall, 0)
    clock.advance(days=9)
    browser = sign_in(member)
    known = db.session.scalars(select(ReviewCard.id).order_by(ReviewCard.id)).all()[:2]
    rate(browser, stored(known[0]), "good", 1)
    rate(browser, stored(known[1]), "again", 1)
    page = browser.get("/study/notebook", headers=EN).text
    assert "Remembered</dt><dd>50<small> %</small>" in page
    assert "Of 2 cards that were known before, 1 were known still." in page
    assert "5 reviews" in page
    days = re.findall(r'<tr><th scope="row">([^<]*)</th><td class="n">(\d+)</td>(?:<td class="n">(\d+)</td>)?', page)
    assert days[-2:] == [("2 Mar", "3", "1"), ("11 Mar", "2", "1")]
    assert days[0] == ("11 Mar", "2", "")
