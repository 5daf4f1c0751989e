"""Passwords are hashed cheaply here."""

import pytest

from accounts import passwords
from core.db import db

passwords.weaken_for_tests()

PASSWORD = "梅花三弄 in the courtyard"


@pytest.fixture
def with_password(app):
    """Return ``with_password(user) -> user``: the person can sign in with ``PASSWORD``."""

    def give(user, password=PASSWORD):
        user.password_hash = passwords.hash_password(password)
        db.session.commit()
        return user

    return give
