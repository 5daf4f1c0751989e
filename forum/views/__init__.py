"""Pages of the forum."""

from flask import Blueprint

from core.days import last_day_words
from core.text import detect_language, excerpt, plain
from forum.removal import removed_by, removed_words
from forum.sorting import face_of

bp = Blueprint("forum", __name__, url_prefix="/forum")
# A title has no column for its language: it is short enough to look at each time it is shown.
bp.add_app_template_filter(detect_language, "language")
bp.add_app_template_filter(face_of, "faces")
bp.add_app_template_filter(last_day_words, "last_day")
bp.add_app_template_global(removed_by)
bp.add_app_template_global(removed_words)
bp.add_app_template_filter(lambda html: excerpt(plain(html)), "beginning")

from forum.views import (  # noqa: E402 -- They add their pages to bp.
    answers,
    arrange,
    attachments,
    boards,
    discuss,
    drafts,
    exports,
    feeds,
    following,
    keeping,
    lists,
    live,
    manage,
    plans,
    polls,
    posts,
    receipts,
    removal,
    similar,
    sorting,
    tags,
    threads,
    translations,
)

__all__ = [
    "answers",
    "arrange",
    "attachments",
    "boards",
    "bp",
    "discuss",
    "drafts",
    "exports",
    "feeds",
    "following",
    "keeping",
    "lists",
    "live",
    "manage",
    "plans",
    "polls",
    "posts",
    "receipts",
    "removal",
    "similar",
    "sorting",
    "tags",
    "threads",
    "translations",
]
