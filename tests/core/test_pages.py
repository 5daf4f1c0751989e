"""Keyset pages: every row once, forwards and back, whatever the cursor says."""

import pytest
from sqlalchemy import select

from accounts.models import User
from core.errors import NotFound
from core.pages import page_of
from tests.factories.accounts import UserFactory


@pytest.fixture
def names(app):
    return [UserFactory(username=f"n{n}", display_name=f"same{n // 3}").username for n in range(7)]


def walk(cursor=None, limit=3, **options):
    statement = select(User).where(User.username.like("n%"))
    return page_of(statement, order=[User.display_name, User.id], cursor=cursor, limit=limit, **options)


def test_walking_forward_meets_every_row_once(names):
    first = walk(descending=False)
    second = walk(first.next, descending=False)
    third = walk(second.next, descending=False)

    seen = [user.username for page in (first, second, third) for user in page.items]
    assert seen == names
    assert (first.previous, third.next) == (None, None)


def test_walking_back_gives_the_same_pages(names):
    first = walk()
    second = walk(first.next)

    back = walk(second.previous)

    assert [user.id for user in back.items] == [user.id for user in first.items]
    assert back.previous is None
    assert back.next is not None


@pytest.mark.parametrize(
    "cursor", ["x", "n", "n!!!!", "nW10", "nWzFd", "nWyJhIiwiYiJd", "nbnVsbA", "n" + "A" * 5000, "n" + "W1tb" * 1700]
)
def test_a_made_up_cursor_finds_nothing(names, cursor):
    with pytest.raises(NotFound):
        walk(cursor)
