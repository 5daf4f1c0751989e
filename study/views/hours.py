"""Proof of one's own hours: as a page, on paper, as a table."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.i18n import current_zone
from study import hours_wording, urls, wording
from study.downloads import csv_answer
from study.forms.hours import HoursForm, this_year, usual_periods
from study.queries.hours import get_hours
from study.views import bp


def _asked() -> tuple[HoursForm, bool]:
    """Return the period that is asked for, and whether it is one; the present year where none is."""
    if "first" not in request.args and "last" not in request.args:
        first, last = this_year()
        return HoursForm(None, first=first, last=last), True
    form = HoursForm(request.args)
    return form, form.validate()


def _page(form: HoursForm, *, is_right: bool) -> ResponseReturnValue:
    page = render_template(
        "study/hours.html",
        urls=urls,
        wording=wording,
        words=hours_wording,
        form=form,
        periods=usual_periods(),
        now=utcnow().astimezone(current_zone()).date().isoformat(),
        courses=get_hours(current_actor(), form.first.data, form.last.data) if is_right else [],
        is_right=is_right,
    )
    return page, 200 if is_right else 422


@bp.get("/progress/hours")
@login_required
def show_hours() -> ResponseReturnValue:
    """Show how long the reader studied what in a period."""
    form, is_right = _asked()
    return _page(form, is_right=is_right)


@bp.get("/progress/hours.csv")
@login_required
def download_hours() -> ResponseReturnValue:
    """Hand the hours of a period out as a table."""
    form, is_right = _asked()
    if not is_right:
        return _page(form, is_right=False)
    first, last = form.first.data, form.last.data
    rows = hours_wording.table(get_hours(current_actor(), first, last), first, last)
    return csv_answer(f"hours-{first.isoformat()}-{last.isoformat()}", rows)
