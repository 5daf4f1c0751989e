import pytest

from tests.factories.accounts import UserFactory
from tests.factories.moderation import new_leaflets


@pytest.fixture
def leaflets(app):
    """An empty shelf of leaflets on which moderators may act."""
    return new_leaflets()


@pytest.fixture
def author(branch):
    return UserFactory(username="author", display_name="Author Canary", branch=branch)


@pytest.fixture
def leaflet(leaflets, author, branch):
    return leaflets.add(1, author=author, branch=branch)


@pytest.fixture
def judge(moderator, actor_of):
    """The moderator as an actor."""
    return actor_of(moderator)
