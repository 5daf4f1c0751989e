"""Lets those who write courses send films: one page takes larger requests than the rest of the site."""

from typing import Final

from flask import Flask, current_app, request

from accounts.web import current_actor
from study.permissions import StudyPermission

ENDPOINT: Final = "study.upload"


def _widen() -> None:
    """Raise the limit before anything reads the form; whoever may not send there keeps the site's own limit."""
    if request.endpoint == ENDPOINT and current_actor().may_anywhere(StudyPermission.AUTHOR):
        # A mebibyte for what stands around the file.
        request.max_content_length = (int(current_app.config["MAX_MEDIA_MIB"]) + 1) * 1024 * 1024


def init_app(app: Flask) -> None:
    """Look at every request before its form token is checked, which reads the form."""
    app.before_request(_widen)
