"""How pages look to one reader: language, theme, size of text. Kept in cookies, so visitors have it too."""

from datetime import timedelta

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue

from core.i18n import LANGUAGE_COOKIE, LANGUAGES
from core.redirects import safe_next

bp = Blueprint("display", __name__)

CHOICES = {"lang": LANGUAGES, "theme": ("auto", "light", "dark"), "text": ("normal", "large"), "saver": ("off", "on")}
COOKIES = {"lang": LANGUAGE_COOKIE, "theme": "theme", "text": "text", "saver": "saver"}


@bp.post("/display")
def choose() -> ResponseReturnValue:
    """Remember what was chosen and go back to the page.

    It changes nothing but the look of the reader's own browser, so it asks for no form token: pages for visitors
    then carry no cookie and can be cached.
    """
    response = redirect(safe_next(request.form.get("next", "")), 303)
    for name, allowed in CHOICES.items():
        value = request.form.get(name, "")
        if value in allowed:
            response.set_cookie(
                COOKIES[name],
                value,
                max_age=timedelta(days=365),
                samesite="Lax",
                httponly=True,
                secure=current_app.config["BASE_URL"].startswith("https:"),
            )
    return response
