"""Fixtures of the search room: an index of its own, a shelf of documents instead of the rooms' sources."""

import pytest

import core.documents
from search.engines import FACETS, Request
from search.engines.whoosh import WhooshEngine
from search.parsing import parse
from tests.factories.search import Shelf


@pytest.fixture
def engine(tmp_path):
    """An empty index."""
    made = WhooshEngine(tmp_path / "index")
    made.rebuild([], lambda refs: {}, lambda number: None)
    yield made
    made.close()


@pytest.fixture
def put(engine):
    """Return ``put(*documents)``: into the index in one batch."""
    return lambda *documents: engine.apply({one.ref: one for one in documents})


@pytest.fixture
def find(engine):
    """Return ``find(text, tokens={"public"}, **narrowing) -> Found``."""

    def search(text, tokens=("public",), **narrowing):
        chosen = {name: narrowing.pop(name) for name in FACETS if name in narrowing}
        return engine.find(Request(query=parse(text), tokens=frozenset(tokens), chosen=chosen, **narrowing))

    return search


@pytest.fixture
def ids(find):
    """Return ``ids(text, …)``: the numbers of the documents found, best first."""
    return lambda *args, **narrowing: [hit.ref.id for hit in find(*args, **narrowing).hits]


@pytest.fixture
def shelf(app, monkeypatch) -> Shelf:
    """The only document source of the application."""
    made = Shelf()
    monkeypatch.setattr(core.documents, "_sources", {made.kind: made})
    return made
