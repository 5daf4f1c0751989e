"""Copying a course, as its authors do it."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.forms import faces_of
from core.i18n import _
from core.permissions import require
from study import urls
from study.errors import EditionThere, SlugTaken
from study.forms.copying import EDITION, CopyForm
from study.models import Course
from study.permissions import StudyPermission
from study.queries.courses import get_own_course
from study.services.copying import copy_course
from study.views import bp


@bp.route("/manage/courses/<slug>/copy", methods=["GET", "POST"])
@login_required
def copy(slug: str) -> ResponseReturnValue:
    """Copy a course, or show the form again with what is wrong."""
    course = get_own_course(slug, current_actor())
    require(current_actor(), StudyPermission.AUTHOR, course.branch.path)
    form = CopyForm(title_zh=course.title.zh, title_en=course.title.en)
    if not form.validate_on_submit():
        return _page(form, course)
    try:
        with transaction():
            made = copy_course(
                get_own_course(slug, current_actor()),
                current_actor(),
                form.slug.data or "",
                faces_of(form, "title"),
                as_edition=form.kind.data == EDITION,
            )
    except (SlugTaken, EditionThere) as error:
        form.add_error("slug" if isinstance(error, SlugTaken) else "kind", error)
        return _page(form, get_own_course(slug, current_actor()))
    flash(_("The course is copied as a draft. Nobody but its authors sees it yet."), "success")
    return redirect(urls.to_manage(made.slug), 303)


def _page(form: CopyForm, course: Course) -> ResponseReturnValue:
    page = render_template("study/copy_form.html", urls=urls, form=form, course=course)
    return page, 422 if form.errors else 200
