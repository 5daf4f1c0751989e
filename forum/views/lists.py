"""All boards, and what is new."""

from datetime import timedelta
from itertools import groupby

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.db import transaction
from core.i18n import _, current_zone
from core.news import news_for
from forum import moments, queries, services, urls
from forum.enums import SubscriptionLevel
from forum.permissions import ForumPermission
from forum.queries.levels import LOUDNESS, NORMAL
from forum.queries.reading import UNREAD_MAX
from forum.views import bp

MARKED_MAX = 100
NEWS_FOR = timedelta(days=30)
"""How long a new or changed lesson is news."""
NEWS_MAX = 10


@bp.get("/")
def show_boards() -> ResponseReturnValue:
    """All boards, by branch, the archived ones last."""
    actor, now = current_actor(), utcnow()
    rows = queries.list_boards(actor)
    open_boards = [row for row in rows if not row.archived]
    return render_template(
        "forum/boards.html",
        until=moments.written(now),
        groups=[list(group) for _id, group in groupby(open_boards, key=lambda row: row.branch_id)],
        archived=[row for row in rows if row.archived],
        unread=queries.unread_by_board(actor),
        unread_max=UNREAD_MAX,
        pinned=queries.list_pinned_everywhere(actor),
        unanswered=queries.list_unanswered(actor),
        manages=actor.may_anywhere(ForumPermission.MANAGE),
    )


SHOWN_AT = {"follow": LOUDNESS[SubscriptionLevel.FOLLOWING], "watch": LOUDNESS[SubscriptionLevel.WATCHING]}
"""How loud a thread must be for each filter of what is new."""


@bp.get("/new")
@login_required
def show_new() -> ResponseReturnValue:
    """What concerns this reader, and the threads with posts they have not seen, day by day."""
    show, now, actor = request.args.get("show", ""), utcnow(), current_actor()
    cursor = request.args.get("cursor")
    page = queries.list_new_threads(actor, cursor=cursor, heard=SHOWN_AT.get(show, NORMAL))
    is_first = show not in SHOWN_AT and not cursor
    days = groupby(page.items, key=lambda row: row.last_posted_at.astimezone(current_zone()).date())
    return render_template(
        "forum/new.html",
        until=moments.written(now),
        addressed=queries.list_addressed(actor) if is_first else [],
        lessons=news_for(actor, now - NEWS_FOR, NEWS_MAX) if is_first else [],
        page=page,
        days=[list(rows) for _day, rows in days],
        show=show if show in SHOWN_AT else "",
    )


@bp.post("/new/read")
@login_required
def mark_these_read() -> ResponseReturnValue:
    """Count some threads as read, each up to the post that was its last when the page was made."""
    actor = current_actor()
    assert actor.id is not None  # noqa: S101 -- only those signed in come here
    through = {}
    for number, _sign, last in (value.partition(":") for value in request.form.getlist("thread")[:MARKED_MAX]):
        if all(part.isascii() and part.isdecimal() and len(part) < 10 for part in (number, last)):
            through[int(number)] = int(last)
    with transaction():
        rows = queries.last_numbers(through, actor)
        services.advance_positions({(actor.id, one): min(through[one], last) for one, last in rows.items()})
    flash(_("These threads are marked as read."), "success")
    return redirect(urls.NEW, 303)


@bp.get("/new/next")
@login_required
def next_unread() -> ResponseReturnValue:
    """The first unread post of the next thread that has one."""
    after = request.args.get("after", "")
    known = {int(after)} if after.isascii() and after.isdecimal() and len(after) < 10 else set()
    row = queries.next_unread(current_actor(), known)
    if row is None:
        return redirect(urls.NEW)
    return redirect(urls.for_number(row.id, min(row.read_number + 1, row.last_number)))


@bp.post("/read")
@login_required
def mark_all_read() -> ResponseReturnValue:
    """Count everything as read that was there when the page was made."""
    actor, until = current_actor(), moments.parsed(request.form.get("until", ""))
    with transaction():
        services.mark_all_read(queries.list_readable_board_ids(actor), actor, until)
    flash(_("Everything is marked as read."), "success")
    return redirect(urls.INDEX, 303)
