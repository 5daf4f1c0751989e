"""A member's own progress."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.i18n import site_zone
from study import certificate_wording, point_wording, urls, wording
from study.enums import LearningState
from study.pointing import are_on
from study.points import A_DAY
from study.queries.certificates import list_own_certificates
from study.queries.points import get_own_points
from study.queries.progress import list_lately, list_own_outlines
from study.queries.rhythm import get_rhythm
from study.views import bp


@bp.get("/progress")
@login_required
def show_progress() -> ResponseReturnValue:
    """Show what the reader has done, and how it is counted."""
    outlines = list_own_outlines(current_actor())
    return render_template(
        "study/progress.html",
        urls=urls,
        wording=wording,
        going=[outline for outline in outlines if outline.tally.state is not LearningState.DONE],
        done=[outline for outline in outlines if outline.tally.state is LearningState.DONE],
        rhythm=get_rhythm(current_actor()),
        lately=list_lately(current_actor()),
        certificates=list_own_certificates(current_actor()),
        certificate_words=certificate_wording,
        points=get_own_points(current_actor(), site_zone()) if are_on() else None,
        point_words=point_wording,
        most=A_DAY,
    )
