"""Things the forum's tests share."""

import pytest

from accounts.actors import actor_for
from forum.composing import compose
from tests.factories.forum import BoardFactory, ThreadFactory


@pytest.fixture
def board(app):
    return BoardFactory()


@pytest.fixture
def thread(board):
    return ThreadFactory(board=board)


@pytest.fixture
def author(thread):
    return actor_for(thread.author_id)


@pytest.fixture
def draft(app):
    """Return ``draft(text) -> Draft``."""
    return compose
