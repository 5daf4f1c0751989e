"""From errors to answers: the only place that knows both."""

import logging
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from accounts.web import current_actor, login_manager
from app.oversize import fields_before_files
from core.db import Busy, db
from core.errors import DomainError
from core.i18n import _, _l
from forum.views.typed import keep_typed

log = logging.getLogger(__name__)

TITLES: dict[int, Any] = {
    400: _l("The request was not understood"),
    401: _l("Please sign in"),
    403: _l("You may not do this"),
    404: _l("This page was not found"),
    405: _l("This cannot be done here"),
    409: _l("This has changed in the meantime"),
    413: _l("That is too large"),
    422: _l("This cannot be taken as it is"),
    429: _l("That was too often"),
    500: _l("Something went wrong on our side"),
    503: _l("The site is busy"),
}

WORDS: dict[int, Any] = {
    400: _l("Please go back and try again."),
    401: _l("Sign in to go on."),
    403: _l("Your office or branch does not allow it. Ask an officer of your branch if you think it should."),
    404: _l("The address may be wrong, the page may have moved, or it is open only to members of a branch."),
    405: _l("Please use the buttons and links of the page."),
    413: _l("Please send a smaller file or a shorter text. Go back in your browser: what you typed is still there."),
    429: _l("Please wait a moment and try again."),
    500: _l("The fault has been noted. What was saved before is safe; please try again in a moment."),
    503: _l("Please try again in a moment. Nothing you sent was lost half-way: it was either saved or not taken."),
}

TYPED_LONGEST = 40_000

KEPT = frozenset({403, 404, 409, 422, 429, 500})
"""Answers to a member whose post could not be taken: what was typed becomes a draft. Not 400: it may be forged."""


TEXTS = ("title", "body")
"""The fields of a post that somebody writes: shown again however short."""


EARLY = "xuetan.fields_before_files"


def _fields() -> list[tuple[str, str]]:
    """Return the fields of the form; of one that is too large those before its first file, which are read once."""
    if EARLY not in request.environ:
        try:
            return list(request.form.items(multi=True))
        except RequestEntityTooLarge:
            request.environ[EARLY] = fields_before_files()
    return list(request.environ[EARLY])


def _typed() -> list[tuple[str, str]]:
    """Return what the reader typed in this request, so that no error swallows it."""
    if request.method != "POST" or request.content_length is None:
        return []
    secret = ("csrf_token", "password", "token", "submit")
    return [
        (name, value[:TYPED_LONGEST])
        for name, value in _fields()
        if value.strip() and not any(part in name for part in secret)
    ]


def _texts() -> list[str]:
    """Return what was typed and took time: the texts of a post, and whatever else is long."""
    return [value for name, value in _typed() if name in TEXTS or len(value) > 20]


def _wrote_a_post() -> bool:
    return any(name in TEXTS for name, _value in _typed())


def page(status: int, words: str = "") -> ResponseReturnValue:
    """Return the error page for a status, as JSON where the client asked the API."""
    title = str(TITLES.get(status, TITLES[500 if status >= 500 else 400]))
    words = words or str(WORDS.get(status, ""))
    if request.path.startswith("/api/"):
        return {"error": title, "detail": words}, status
    texts = _texts()
    kept = bool(texts) and status in KEPT and keep_typed()
    answer = render_template("errors/error.html", status=status, title=title, words=words, typed=texts, kept=kept)
    return answer, status


def _domain(error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    return page(error.status, "" if error.status in (403, 404) else str(error))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    answer = current_app.make_response(page(error.code))
    if error.code == 405 and isinstance(getattr(error, "valid_methods", None), (list, tuple, set)):
        answer.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return answer


def _is_ours() -> bool:
    """Tell whether the browser says that the form came from our own pages."""
    source = request.headers.get("Origin") or request.referrer or ""
    return bool(source) and urlsplit(source).netloc in (request.host, urlsplit(current_app.config["BASE_URL"]).netloc)


def _is_foreign() -> bool:
    """Tell whether the browser says that another site, or a page that hides where it is from, sent the form."""
    says = bool(request.headers.get("Origin") or request.referrer or request.headers.get("Sec-Fetch-Site"))
    return says and not _is_ours() and request.headers.get("Sec-Fetch-Site") != "same-origin"


def _has_files() -> bool:
    try:
        return any(isinstance(one, FileStorage) and one.filename for one in request.files.values())
    except RequestEntityTooLarge:
        return True


def _stale(_error: CSRFError) -> ResponseReturnValue:
    """A form that lay open too long, or a forged one: ours is offered again with all that was typed.

    Browsers that say nothing of where a form is from get a post offered too: nothing is written before the reader has
    seen it and presses the button. What another site sent is shown to be copied, without a button.
    """
    ours = _is_ours()
    if (ours and not _has_files()) or (_wrote_a_post() and not _is_foreign()):
        return _send_again(400, kept=ours and keep_typed())
    return page(400, _("The form was too old or came from another site. Please open the page again."))


def _send_again(status: int, *, kept: bool = False) -> ResponseReturnValue:
    """Offer everything that was typed in a form that is sent with one press; files have to be chosen again."""
    path, fields = request.full_path.rstrip("?"), _typed()
    has_files = _has_files()
    if has_files:
        # The composer comes up with the text, so that the files can be put to it before it is published.
        fields = [(name, value) for name, value in fields if name != "attach"] + [("preview", "1")]
    signed_out = status == 401 or (_wrote_a_post() and not current_actor().is_authenticated)
    answer = render_template(
        "errors/stale.html", fields=fields, path=path, kept=kept, signed_out=signed_out, has_files=has_files
    )
    return answer, status


def _busy(_error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    answer = current_app.make_response(page(503))
    answer.headers["Retry-After"] = "5"
    return answer


def _signed_out() -> ResponseReturnValue:
    """Send to the sign-in page; who was writing when the session ended gets the text back, ready to be sent again."""
    if request.method in ("GET", "HEAD"):
        return redirect(f"/account/sign-in?next={quote(request.full_path.rstrip('?'))}")
    if _texts():
        return _send_again(401)
    origin = urlsplit(request.referrer or "")
    back = origin.path if origin.netloc == request.host else "/"
    return redirect(f"/account/sign-in?next={quote(back)}")


def _impossible(_error: Exception) -> ResponseReturnValue:
    """A number or text that no row can hold: nothing of that name can be there."""
    db.session.rollback()
    return page(404 if request.method in ("GET", "HEAD") else 422)


def _database(error: DBAPIError) -> ResponseReturnValue:
    if isinstance(error, DataError):
        return _impossible(error)
    if isinstance(error, OperationalError) and "locked" in str(error.orig):
        return _busy(error)
    return _crash(error)


def _crash(error: Exception) -> ResponseReturnValue:
    # The rule, not the path: an address may hold a secret, such as that of a private feed.
    log.error("Request failed: %s %s", request.method, request.url_rule or "-", exc_info=error)
    db.session.rollback()
    return page(500)


def init_app(app: Flask) -> None:
    """Answer every error with a page in the reader's language."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(OverflowError, _impossible)
    login_manager.unauthorized_handler(_signed_out)
    app.register_error_handler(DBAPIError, _database)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, _crash)
