"""Due dates in one's own calendar: a page that gives out a secret address, and the file behind it."""

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.addresses import absolute
from core.clock import utcnow
from core.days import last_day
from core.db import transaction
from core.errors import TooMany
from core.i18n import _, current_locale, in_language, use_time_zone
from core.limits import Limit, count
from core.permissions import Actor
from study import urls
from study.calendar_file import MEDIA_TYPE, CalendarEvent, write_calendar
from study.queries import calendars as queries
from study.queries.ahead import Ahead, list_ahead
from study.services import calendars as services
from study.views import bp

RENEWALS = Limit(name="study.calendars", amount=10, seconds=3600)
_SHOWN_ONCE = "calendar_token"


@bp.get("/calendar")
@login_required
def show_calendar() -> ResponseReturnValue:
    """Say whether there is an address, and show a new one right after it was made."""
    token = session.pop(_SHOWN_ONCE, "")
    kept = queries.find_token(current_actor().id or 0)
    address = absolute(urls.for_calendar_file(token)) if token and kept else ""
    page = make_response(render_template("study/calendar.html", urls=urls, kept=kept, address=address))
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.post("/calendar")
@login_required
def change_calendar() -> ResponseReturnValue:
    """Make a new address, or end the one there is."""
    if request.form.get("act") == "end":
        with transaction():
            services.end_calendar(current_actor())
        flash(_("The address opens nothing any more."), "success")
        return redirect(urls.CALENDAR, 303)
    if not count(RENEWALS, current_actor().id):
        raise TooMany
    with transaction():
        session[_SHOWN_ONCE] = services.renew_calendar(current_actor())
    return redirect(urls.CALENDAR, 303)


@bp.get("/calendar/<token>.ics")
def send_calendar(token: str) -> ResponseReturnValue:
    """Send what is due, what opens and where one has a seat as a calendar."""
    reader = queries.get_calendar_reader(token)
    use_time_zone(reader.time_zone)  # The secret address signs nobody in.
    with in_language(reader.locale or current_locale()):
        ahead = list_ahead(reader)
        events = [*_due(reader, ahead), *_hand_ins(reader, ahead), *_openings(reader), *_appointments(ahead)]
        text = write_calendar(_("Study"), current_locale(), events)
    answer = Response(text, content_type=f"{MEDIA_TYPE}; charset=utf-8")
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def _due(reader: Actor, ahead: Ahead) -> list[CalendarEvent]:
    return [
        CalendarEvent(
            uid=f"due-{due.course_slug}-{reader.id}@{_host()}",
            at=last_day(due.due_at),
            stamp=utcnow(),
            title=_("Due: %(title)s", title=due.course_title),
            text="\n".join(part for part in (_("Assigned by %(name)s", name=due.assigned_by), due.note) if part),
            url=absolute(urls.for_course(due.course_slug)),
            remind_before="P1D",
        )
        for due in ahead.due
    ]


def _hand_ins(reader: Actor, ahead: Ahead) -> list[CalendarEvent]:
    return [
        CalendarEvent(
            uid=f"work-{one.id}-{reader.id}@{_host()}",
            at=last_day(one.at),
            stamp=utcnow(),
            title=_("Hand in: %(title)s", title=one.title),
            text=one.course_title.pick(),
            url=absolute(urls.for_lesson(one.id)),
            remind_before="P1D",
        )
        for one in ahead.hand_ins
        if not one.is_overdue
    ]


def _openings(reader: Actor) -> list[CalendarEvent]:
    return [
        CalendarEvent(
            uid=f"gate-{one.id}@{_host()}",
            at=one.at,
            stamp=utcnow(),
            title=_("Opens: %(title)s", title=one.title),
            text=one.course_title.pick(),
            url=absolute(urls.for_course(one.course_slug)),
        )
        for one in queries.list_openings(reader)
    ]


def _appointments(ahead: Ahead) -> list[CalendarEvent]:
    return [
        CalendarEvent(
            uid=f"lesson-{one.id}@{_host()}",
            at=one.at,
            stamp=utcnow(),
            title=one.title.pick(),
            text=one.place,
            url=absolute(urls.for_lesson(one.id)),
            minutes=one.minutes,
            remind_before="PT2H",
        )
        for one in ahead.appointments
        if not one.is_waiting
    ]


def _host() -> str:
    return absolute("").partition("://")[2].partition("/")[0]
