"""The session cookie and Flask-Login: how a request becomes an actor."""

from datetime import timedelta
from typing import cast

from flask import Flask, Request, current_app, request
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response as BaseResponse

from accounts.actors import find_by_session
from core.i18n import use_time_zone
from core.permissions import VISITOR, Actor

SESSION_COOKIE = "xuetan_session"
STAY_SIGNED_IN = timedelta(days=30)
SIGNED_IN = timedelta(hours=12)

login_manager = LoginManager()
login_manager.login_view = "accounts.sign_in"
login_manager.login_message = ""
login_manager.anonymous_user = lambda: VISITOR


@login_manager.request_loader
def _load(incoming: Request) -> Actor | None:
    token = incoming.cookies.get(SESSION_COOKIE, "")
    if not 20 <= len(token) <= 100:
        return None
    actor = find_by_session(token)
    if actor is not None:
        use_time_zone(actor.time_zone)
    return actor


def current_actor() -> Actor:
    """Return who is behind this request; a visitor when nobody is signed in."""
    return cast(Actor, current_user._get_current_object())


def set_session_cookie(response: BaseResponse, token: str, lifetime: timedelta | None) -> BaseResponse:
    """Give the browser its token; without a lifetime it is forgotten when the browser closes."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=lifetime,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["BASE_URL"].startswith("https:"),
        path="/",
    )
    return response


def drop_session_cookie(response: BaseResponse) -> BaseResponse:
    """Take the token away from the browser."""
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


def session_token() -> str:
    """Return the token this browser sent, or ``""``."""
    return request.cookies.get(SESSION_COOKIE, "")


def init_app(app: Flask) -> None:
    """Wire Flask-Login; it finds the actor once a request and keeps no cookie of its own."""
    # All that its init_app does beside this is to look after its own remember cookie at the end of every request.
    app.login_manager = login_manager  # type: ignore[attr-defined]
