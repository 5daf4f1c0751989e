"""What templates may use beside their own arguments."""

from typing import Any, cast

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from markupsafe import Markup

from accounts.web import current_actor
from app.compiling import Templates
from app.places import places_of
from core import i18n
from core.addresses import absolute
from core.clock import utcnow
from core.composing_words import composer_words
from core.faces import face
from core.permissions import VISITOR
from core.saving import without_pictures

THEMES = ("light", "dark")

MACROS = {
    "macros/parts.html": ("ic", "tag", "sec"),
    "macros/forms.html": ("token",),
    "forum/_titled.html": ("titled",),
    "forum/_level.html": ("level_form",),
}
"""Macros that the most visited pages use without importing them: each import costs a page some 16 µs."""


def _safe_html(html: str) -> Markup:
    """Trust stored columns that ``core/markup.py`` rendered; nothing else may be passed here."""
    return Markup(html)  # noqa: S704 -- the one door between rendered columns and pages


def _saves_data() -> bool:
    """Tell whether pictures shall wait until they are asked for: by the reader's choice, else by the browser's."""
    chosen = request.cookies.get("saver")
    return chosen == "on" if chosen in {"on", "off"} else request.headers.get("Save-Data", "").lower() == "on"


def _look() -> dict[str, Any]:
    theme = request.cookies.get("theme", "")
    return {
        "theme": theme if theme in THEMES else "auto",
        "text": "large" if request.cookies.get("text") == "large" else "normal",
        "saver": _saves_data(),
    }


def _actor() -> Any:
    return current_actor() if request else VISITOR


def _csrf_token() -> str:
    """Return the token of this page; every form asks for it, and Flask-WTF makes a signer each time before it looks."""
    return str(g.get("csrf_token") or generate_csrf())


def init_app(app: Flask) -> None:
    """Set Jinja up: undefined names are errors, translation and dates are at hand."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        _=i18n._,
        ngettext=i18n.ngettext,
        between=i18n.between,
        when=i18n.when,
        day=i18n.day,
        full_time=i18n.full,
        stamps=i18n.stamps,
        clock_time=i18n.clock_time,
        utcnow=utcnow,
        page_language=i18n.current_locale,
        look=_look,
        actor=_actor,
        places=places_of,
        absolute=absolute,
        csrf_token=_csrf_token,
        composer_words=composer_words,
    )
    env.filters.update(face=face, safe_html=_safe_html, without_pictures=without_pictures)


def offer_macros(app: Flask) -> None:
    """Put the macros of every page at hand. Comes after the rooms, whose filters they use."""
    env = cast(Templates, app.jinja_env)
    for language in i18n.LANGUAGES:
        with app.app_context(), i18n.in_language(language):
            for name, macros in MACROS.items():
                module = env.get_template(name).module
                env.offer(**{macro: getattr(module, macro) for macro in macros})
