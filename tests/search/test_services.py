import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.events import ContentEvent
from core.faces import Faces
from core.outbox import announce
from core.permissions import VISITOR, Actor
from core.refs import Ref
from search import queries, services
from search.engines import FACETS
from search.queries import Narrowing
from tests.factories.search import Shelf, document

INSIDER = Actor(id=1, tokens=frozenset({"public", "members", "branch:7"}))


@pytest.fixture
def publish(shelf, transaction):
    """Return ``publish(*documents)``: on the shelf, and announced."""

    def act(*documents):
        for one in documents:
            shelf.put(one)
        with transaction():
            for one in documents:
                announce(ContentEvent(subject=one.ref))

    return act


def found(text, actor=VISITOR, **narrowing):
    chosen = {name: narrowing.pop(name) for name in FACETS if name in narrowing}
    return [hit.ref.id for hit in queries.search(text, actor, Narrowing(chosen=chosen, **narrowing)).hits]


def test_the_first_change_builds_the_index(publish, drain):
    assert services.index_fault() == "There is no index; run `xuetan search rebuild`."
    publish(document(1, "账目公布"))

    drain()

    assert found("账目") == [1]
    assert services.index_fault() == ""


def test_what_is_announced_is_found_once_delivered(publish, shelf, transaction, drain):
    publish(document(1, "账目公布"))
    drain()
    publish(document(1, "会议记录"), document(2, "账目"))
    drain()
    assert (found("公布"), found("账目"), found("会议")) == ([], [2], [1])

    del shelf.held[2]
    with transaction():
        announce(ContentEvent(subject=Ref("post", 2)))
        announce(ContentEvent(subject=Ref("report", 9)))
    drain()

    assert found("账目") == []
    assert not services.compare()


def test_a_hit_is_checked_again_in_the_database(publish, shelf, drain):
    publish(document(1, "账目"), document(2, "账目"))
    drain()
    # Hidden and made private in the database; the outbox has not been delivered yet.
    del shelf.held[1]
    shelf.put(document(2, "账目", audience="branch:7"))

    assert found("账目") == []
    assert queries.search("账目", VISITOR).total == 0
    assert found("账目", INSIDER) == [2]


def test_a_result_names_its_place_and_the_page_of_the_hit(publish, drain):
    publish(
        document(
            1, "封面\f账目公布的办法", "办法\nMethod", place=Faces(zh="课程"), author_name="赵敏", external_id="m-1"
        )
    )
    drain()

    hit = queries.search("账目公布", VISITOR).hits[0]

    assert hit.url == "/forum/posts/1#page-2"
    assert (hit.place, hit.author_name, str(hit.snippet)) == ("课程", "赵敏", "账目公布的办法")
    assert json.loads(json.dumps(hit.as_json())) == {
        "kind": "post",
        "id": 1,
        "external_id": "m-1",
        "title": "办法",
        "url": "/forum/posts/1#page-2",
        "score": hit.score,
        "snippet": "<mark>账目公布</mark>的办法",
    }


def test_without_an_index_titles_are_searched_and_it_is_said(shelf):
    shelf.put(document(1, "text", "账目公布"))
    shelf.put(document(2, "text", "账目", audience="branch:7"))

    results = queries.search("账目", VISITOR)

    assert ([hit.ref.id for hit in results.hits], results.total, results.titles_only) == ([1], 1, True)
    assert results.as_json()["titles_only"] is True
    assert queries.search("", VISITOR).hits == []


def test_a_damaged_index_gives_titles_and_is_built_anew_by_the_next_change(app, publish, drain):
    publish(document(1, "里面的字", "账目"))
    drain()
    for path in services.engine().store.current().iterdir():
        if path.suffix in (".seg", ".toc"):
            path.unlink()
    app.extensions.pop("search")[1].close()

    assert queries.search("账目", VISITOR).titles_only
    publish(document(2, "账目"))
    drain()

    assert sorted(found("账目")) == [1, 2]
    assert found("里面") == [1]


def test_every_difference_is_named(publish, shelf, drain):
    publish(document(1, "一"), document(2, "二"), document(3, "三"))
    drain()
    del shelf.held[1]
    shelf.put(document(2, "二 改"))
    shelf.put(document(4, "四"))

    differences = services.compare()

    assert differences.as_json() == {"missing": ["post:4"], "extra": ["post:1"], "stale": ["post:2"]}
    services.rebuild()
    assert not services.compare()


def test_reading_everything_goes_through_all_batches(shelf, monkeypatch):
    monkeypatch.setattr(services, "READ_BATCH", 3)
    for number in range(1, 11):
        shelf.put(document(number, "账目"))

    assert services.rebuild() == 10
    assert services.count_documents() == 10


@pytest.mark.parametrize("size", [1, 3])
def test_a_search_reads_the_database_once_a_kind(publish, drain, count_queries, size):
    publish(*(document(number, "账目") for number in range(1, size + 1)))
    drain()

    with count_queries() as seen:
        assert len(found("账目")) == size

    # The shelf is no database; the engine asks none. Which editions stand behind others is asked once.
    assert [statement for statement in seen if "study_editions" not in statement] == []
    assert len(seen) == 1


AUDIENCES = st.sampled_from(["public", "members", "branch:7"])
TEXTS = st.sampled_from(["账目公布", "会议记录", "公布 会议", "open accounts", "账目"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(1, 5), TEXTS, AUDIENCES),
        st.tuples(st.just("drop"), st.integers(1, 5)),
        st.tuples(st.just("drain")),
        st.tuples(st.just("rebuild")),
    ),
    max_size=12,
)


def _step(step, shelf: Shelf, publish, transaction, drain) -> None:
    match step:
        case ("put", number, text, audience):
            publish(document(number, text, audience=audience))
        case ("drop", number):
            shelf.held.pop(number, None)
            with transaction():
                announce(ContentEvent(subject=Ref("post", number)))
        case ("drain",):
            drain()
        case ("rebuild",):
            services.rebuild()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_history_ends_in_an_index_equal_to_a_fresh_one(shelf, publish, transaction, drain, steps):
    shelf.held.clear()
    services.rebuild()
    for step in steps:
        _step(step, shelf, publish, transaction, drain)
    drain()

    drained = services.engine().versions()
    answers = {
        (text, actor): sorted(found(text, actor))
        for text in ("账目", "会议 公布", "open", '"公布 会议"')
        for actor in (VISITOR, INSIDER)
    }
    assert not services.compare()
    services.rebuild()

    assert services.engine().versions() == drained
    assert {key: sorted(found(*key)) for key in answers} == answers
