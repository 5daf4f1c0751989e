"""What a member wants to hear of: threads, boards, tags, courses."""

from typing import Final

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Invalid, NotFound
from core.i18n import _, _l
from core.redirects import safe_next
from forum import queries, services, urls
from forum.enums import FollowedKind, SubscriptionLevel
from forum.views import bp

CHANGES_MAX: Final = 300
KINDS: Final = frozenset({"thread", *FollowedKind})


class LevelUnknown(Invalid):
    """The form names a level that is not offered."""

    message = _l("Choose one of the levels offered.")


def _level(words: str | None) -> SubscriptionLevel | None:
    """Return the level a form asks for; None is "as usual".

    Raises:
        LevelUnknown: it is none of ours.
    """
    if words == "normal":
        return None
    if words not in set(SubscriptionLevel):
        raise LevelUnknown
    return SubscriptionLevel(words)


def _kind(words: str) -> FollowedKind:
    if words not in set(FollowedKind):
        raise NotFound
    return FollowedKind(words)


def _fields() -> list[tuple[str, str]]:
    return list(request.form.items())[:CHANGES_MAX]


def _words(level: SubscriptionLevel | None) -> str:
    if level is SubscriptionLevel.WATCHING:
        return _("You are told of everything new here.")
    if level is SubscriptionLevel.FOLLOWING:
        return _("What is new is listed; you are told when you are answered or mentioned.")
    if level is SubscriptionLevel.MUTED:
        return _("You hear nothing of this any more, and it is not among the unread.")
    return _("You hear of this as usual.")


@bp.post("/threads/<int:thread_id>/follow")
@login_required
def follow(thread_id: int) -> ResponseReturnValue:
    """Choose what to hear of a thread."""
    actor, level = current_actor(), _level(request.form.get("level"))
    with transaction():
        services.set_level(queries.get_thread(thread_id, actor).id, actor, level)
    flash(_words(level), "success")
    return redirect(urls.for_thread(thread_id), 303)


@bp.get("/follow/<kind>/<int:target_id>")
@login_required
def ask_follow(kind: str, target_id: int) -> ResponseReturnValue:
    """What a member hears of the threads of a board, a tag or a course."""
    followed = queries.get_followed(_kind(kind), target_id, current_actor())
    return render_template("forum/follow.html", followed=followed)


@bp.post("/follow/<kind>/<int:target_id>")
@login_required
def set_follow(kind: str, target_id: int) -> ResponseReturnValue:
    """Choose what to hear of the threads of a board, a tag or a course."""
    actor, level = current_actor(), _level(request.form.get("level"))
    with transaction():
        followed = queries.get_followed(_kind(kind), target_id, actor)
        services.set_follow(followed.kind, followed.id, actor, level)
    flash(_words(level), "success")
    return redirect(safe_next(request.form.get("next", ""), followed.url), 303)


@bp.get("/follows")
@login_required
def show_follows() -> ResponseReturnValue:
    """Everything for which a member has chosen a level."""
    actor = current_actor()
    page = queries.list_followed_threads(actor, request.args.get("cursor"))
    return render_template("forum/follows.html", follows=queries.list_follows(actor), page=page)


@bp.post("/follows")
@login_required
def change_follows() -> ResponseReturnValue:
    """Change several levels at once; each field is called ``<kind>:<id>``."""
    actor = current_actor()
    wanted = [
        (kind, int(number), _level(value))
        for (kind, _sign, number), value in ((key.partition(":"), one) for key, one in _fields())
        if kind in KINDS and number.isascii() and number.isdecimal() and len(number) < 10
    ]
    with transaction():
        services.change_chosen(actor, wanted)
    flash(_("Your choice is kept."), "success")
    return redirect(urls.FOLLOWS, 303)
