"""The catalogue and the page of a course."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import LANGUAGES, _
from study import urls, wording
from study.enums import LearningState
from study.permissions import StudyPermission, may_author
from study.queries.courses import CatalogueLine, get_course, list_catalogue
from study.queries.outlines import outline_of
from study.services import enrolments as services
from study.views import bp


@bp.get("/")
def show_catalogue() -> ResponseReturnValue:
    """Show the courses this reader takes, may take and has finished."""
    reader = current_actor()
    lines = list_catalogue(reader)
    language, category = request.args.get("language", ""), request.args.get("category", "")
    chosen = [line for line in lines if _fits(line, language, category)]
    taken = [line for line in chosen if line.enrolled]
    return render_template(
        "study/courses.html",
        urls=urls,
        going=[line for line in taken if line.state is not LearningState.DONE],
        done=[line for line in taken if line.state is LearningState.DONE],
        open_=[line for line in chosen if not line.enrolled],
        facets=_facets(lines, language, category),
        is_author=reader.may_anywhere(StudyPermission.AUTHOR),
        is_officer=bool(reader.scopes(StudyPermission.SEE_PROGRESS)),
    )


def _fits(line: CatalogueLine, language: str, category: str) -> bool:
    return (not language or language in line.languages) and (not category or category == line.category_slug)


def _facets(lines: list[CatalogueLine], language: str, category: str) -> dict[str, list[tuple[str, str, int, bool]]]:
    """Return the filters as (words, address, number of courses, is chosen)."""
    subjects = {line.category_slug: line.category_name.pick() for line in lines if line.category_slug}
    chosen = [line for line in lines if _fits(line, language, "")]
    rows = [("", _("All"), len(chosen))]
    rows += [
        (slug, name, sum(line.category_slug == slug for line in chosen)) for slug, name in sorted(subjects.items())
    ]
    chosen = [line for line in lines if _fits(line, "", category)]
    names = {"zh-Hans": _("Chinese"), "en": _("English")}
    tongues = [("", _("All"), len(chosen))]
    tongues += [(tag, names[tag], sum(tag in line.languages for line in chosen)) for tag in LANGUAGES]
    return {
        "category": [
            (name, urls.for_catalogue(category=slug, language=language), count, slug == category)
            for slug, name, count in rows
        ],
        "language": [
            (name, urls.for_catalogue(category=category, language=tag), count, tag == language)
            for tag, name, count in tongues
        ],
    }


@bp.get("/courses/<slug>")
def show_course(slug: str) -> ResponseReturnValue:
    """Show a course, what it holds and how far the reader is."""
    reader = current_actor()
    course = get_course(slug, reader)
    return render_template(
        "study/course.html",
        urls=urls,
        wording=wording,
        course=course,
        outline=outline_of(course, reader),
        is_author=may_author(reader, course.branch.path),
    )


@bp.post("/courses/<slug>/enrol")
@login_required
def enrol(slug: str) -> ResponseReturnValue:
    """Take a course."""
    with transaction():
        course = get_course(slug, current_actor())
        services.enrol(course, current_actor())
    flash(_("You now take this course. Your progress is kept from here on."), "success")
    return redirect(urls.for_course(slug), 303)


@bp.post("/courses/<slug>/leave")
@login_required
def leave(slug: str) -> ResponseReturnValue:
    """Stop taking a course."""
    with transaction():
        course = get_course(slug, current_actor())
        services.leave(course, current_actor())
    flash(_("You no longer take this course. What you did in it is kept for when you come back."), "success")
    return redirect(urls.HOME, 303)
