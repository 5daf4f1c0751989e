"""Signing in and out."""

from flask import current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.wrappers import Response

from accounts.errors import AccountSuspended, AccountWaiting, SignInRefused, TooManyTries
from accounts.forms import SignInForm
from accounts.services import credentials, sessions
from accounts.views import bp
from accounts.web import (
    SIGNED_IN,
    STAY_SIGNED_IN,
    current_actor,
    drop_session_cookie,
    session_token,
    set_session_cookie,
)
from core.db import transaction
from core.i18n import LANGUAGE_COOKIE, LANGUAGES
from core.redirects import safe_next


def client_ip() -> str:
    """Return the address the request came from, as the trusted proxies (by default none) tell it."""
    return request.remote_addr or ""


def enter(proof: credentials.Proof, target: str, *, keep: bool = False) -> Response:
    """Start a session for somebody who has just proved who they are, and go to a page."""
    lifetime = STAY_SIGNED_IN if keep else SIGNED_IN
    with transaction():
        credentials.renew_hash(proof)
        token = sessions.start_session(
            proof.user_id,
            lifetime=lifetime,
            user_agent=request.headers.get("User-Agent", ""),
            ip=client_ip(),
            replaces=session_token(),
        )
    session.clear()  # Nothing planted before survives.
    response = redirect(target, 303)
    if proof.locale in LANGUAGES and LANGUAGE_COOKIE not in request.cookies:
        secure = current_app.config["BASE_URL"].startswith("https:")
        response.set_cookie(LANGUAGE_COOKIE, proof.locale, max_age=STAY_SIGNED_IN, samesite="Lax", secure=secure)
    return set_session_cookie(response, token, STAY_SIGNED_IN if keep else None)


@bp.route("/account/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for name and password, and start a session."""
    target = safe_next(request.values.get("next", ""))
    form = SignInForm()
    if request.method == "GET":
        return redirect(target, 303) if current_actor().is_authenticated else _page(form, target)
    if not form.validate():
        return _page(form, target), 422
    try:
        proof = credentials.prove(form.name.data, form.password.data, client_ip())
    except (SignInRefused, AccountWaiting, AccountSuspended, TooManyTries) as refusal:
        form.add_error("name", refusal)
        return _page(form, target), refusal.status
    return enter(proof, target, keep=form.keep.data)


def _page(form: SignInForm, target: str) -> str:
    return render_template("accounts/sign_in.html", form=form, target=target)


@bp.post("/account/sign-out")
@login_required
def sign_out() -> ResponseReturnValue:
    """End this browser's session."""
    with transaction():
        sessions.end_session(session_token())
    session.clear()
    return drop_session_cookie(redirect("/", 303))
