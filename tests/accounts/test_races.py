"""What happens when several do the same at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from accounts import passwords
from accounts.enums import LinkPurpose, UserState
from accounts.models import Grant, SignUp, User
from accounts.services import ensure_root, links
from accounts.services.people import give_role
from accounts.services.sessions import start_session
from accounts.web import SESSION_COOKIE
from core import limits
from core.db import db, transaction
from core.permissions import Role
from tests.accounts.conftest import PASSWORD


@pytest.fixture
def at_once(live_site):
    """Return ``at_once(requests) -> statuses``: (path, data, session token) sent by as many browsers at one moment."""
    limits.forget_all()

    def send(requests):
        start = Barrier(len(requests))

        def one(request):
            path, data, token = request
            browser = live_site.test_client()
            if token:
                browser.set_cookie(SESSION_COOKIE, token, domain="localhost")
            start.wait(timeout=30)
            return browser.post(path, data=data).status_code

        db.session.remove()
        with ThreadPoolExecutor(len(requests)) as pool:
            return Counter(pool.map(one, requests))

    return send


@pytest.fixture
def wish(live_site):
    """Return ``wish(username, email) -> path`` of a confirming link."""

    def make(username, email):
        with transaction():
            row = SignUp(
                username=username, display_name="何玉", email=email, password_hash="x", branch_id=ensure_root().id
            )
            db.session.add(row)
            db.session.flush()
            return f"/account/confirm/{links.issue(LinkPurpose.CONFIRM_SIGN_UP, row.id)}"

    return make


def test_one_link_makes_one_account(at_once, wish):
    path = wish("heyu", "heyu@example.org")

    statuses = at_once([(path, {}, "")] * 8)

    assert statuses == {303: 1, 410: 7}
    assert db.session.scalar(select(func.count(User.id))) == 1


def test_one_name_goes_to_one_person(at_once, wish):
    paths = [wish("heyu", f"heyu{number}@example.org") for number in range(4)]

    statuses = at_once([(path, {}, "") for path in paths])

    assert statuses == {303: 1, 422: 3}


def test_one_address_goes_to_one_person(at_once, wish):
    paths = [wish(f"heyu{number}", "heyu@example.org") for number in range(4)]

    statuses = at_once([(path, {}, "") for path in paths])

    assert statuses[303] == 1
    assert db.session.scalar(select(func.count(User.id))) == 1


def test_many_wrong_tries_at_once_are_all_counted(at_once, live_site):
    with transaction():
        db.session.add(User(username="heyu", display_name="何玉", password_hash=passwords.hash_password(PASSWORD)))

    statuses = at_once([("/account/sign-in", {"name": "heyu", "password": f"wrong {n}"}, "") for n in range(30)])

    assert statuses == {422: 20, 429: 10}


def test_last_two_administrators_cannot_both_leave(at_once, live_site):
    with transaction():
        root = ensure_root()
        people = [
            User(username=name, display_name=name, password_hash=passwords.hash_password(PASSWORD))
            for name in ("first", "second")
        ]
        db.session.add_all(people)
        db.session.flush()
        for person in people:
            give_role(person, Role.ADMINISTRATOR, root, None)
    with transaction():
        ids = list(db.session.scalars(select(User.id)))
    tokens = []
    for user_id in ids:
        with transaction():
            tokens.append(session_token(user_id))

    statuses = at_once([("/account/delete", {"old_password": PASSWORD, "sure": "y"}, token) for token in tokens])

    assert statuses == {303: 1, 409: 1}
    assert db.session.scalar(select(func.count(Grant.id))) == 1
    assert db.session.scalar(select(func.count(User.id)).where(User.state == UserState.ACTIVE)) == 1


def session_token(user_id):
    """Start a session inside the present transaction."""
    return start_session(user_id, lifetime=timedelta(hours=1), user_agent="", ip="")
