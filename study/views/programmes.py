"""The page of a programme."""

from flask import render_template
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from study import urls, wording
from study.permissions import StudyPermission
from study.queries import programmes as queries
from study.views import bp


@bp.get("/programmes/<slug>")
def show_programme(slug: str) -> ResponseReturnValue:
    """Show a programme, its courses and how far the reader is with them."""
    reader = current_actor()
    programme = queries.get_programme(slug, reader)
    return render_template(
        "study/programme.html",
        urls=urls,
        wording=wording,
        page=queries.programme_page(programme, reader),
        is_author=reader.may(StudyPermission.AUTHOR, programme.branch.path),
    )
