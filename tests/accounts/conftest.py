"""Passwords are hashed cheaply here, and every test counts its wrong tries from nothing."""

import pytest

from accounts import passwords
from core import limits
from core.db import db

passwords.weaken_for_tests()

PASSWORD = "梅花三弄 in the courtyard"


@pytest.fixture(autouse=True)
def _fresh_limits(request):
    if "app" in request.fixturenames:
        request.getfixturevalue("app")
        limits.forget_all()


@pytest.fixture
def with_password(app):
    """Return ``with_password(user) -> user``: the person can sign in with ``PASSWORD``."""

    def give(user, password=PASSWORD):
        user.password_hash = passwords.hash_password(password)
        db.session.commit()
        return user

    return give
