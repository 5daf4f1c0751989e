"""The catalogue and the page of a course."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts import urls as account_urls
from accounts.web import current_actor
from core.db import transaction
from core.i18n import LANGUAGES, _
from study import release_wording, urls, wording
from study.enums import LearningState
from study.errors import CourseBefore, NewerEdition
from study.permissions import StudyPermission, may_author, may_teach, writes_courses
from study.queries.ahead import list_ahead
from study.queries.catalogue import A_PAGE, Choice, Wish, choices
from study.queries.courses import CatalogueLine, get_course, list_catalogue
from study.queries.fronts import course_front
from study.queries.outlines import outline_of
from study.queries.programmes import list_programmes
from study.services import enrolments as services
from study.views import bp


@bp.get("/")
def show_catalogue() -> ResponseReturnValue:
    """Show the courses this reader takes, may take and has finished."""
    reader = current_actor()
    lines = list_catalogue(reader)
    wish = Wish.of(request.args)
    found = wish.sift(lines)
    taken = [line for line in found if line.enrolled]
    open_ = [line for line in found if not line.enrolled]
    return render_template(
        "study/courses.html",
        urls=urls,
        wording=wording,
        wish=wish,
        programmes=list_programmes(reader) if wish.is_empty else [],
        ahead=list_ahead(reader),
        due_words=wording.due_words,
        going=[line for line in taken if line.state is not LearningState.DONE],
        done=[line for line in taken if line.state is LearningState.DONE],
        open_=open_,
        leaf=_leaf(open_),
        facets=_facets(lines, wish),
        is_author=writes_courses(reader),
        is_officer=bool(reader.scopes(StudyPermission.SEE_PROGRESS)),
    )


def _leaf(lines: Sequence[CatalogueLine]) -> dict[str, Any]:
    """Return one page of a long list and the numbers of the pages beside it."""
    last = max(1, -(-len(lines) // A_PAGE))
    number = min(max(request.args.get("page", 1, int), 1), last)
    return {
        "lines": lines[(number - 1) * A_PAGE : number * A_PAGE],
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if number < last else None,
    }


def _facets(lines: list[CatalogueLine], wish: Wish) -> list[tuple[str, list[Choice]]]:
    """Return the filters that tell courses apart, each with its words and its links."""
    subjects = sorted({line.category_slug: line.category_name.pick() for line in lines if line.category_slug}.items())
    names = {"zh-Hans": _("Chinese"), "en": _("English")}
    tongues = [(tag, names[tag]) for tag in LANGUAGES]
    offered: list[tuple[str, str, Iterable[tuple[str, Any]]]] = [
        ("category", _("Subject"), subjects),
        ("level", _("Level"), wording.LEVELS.items()),
        ("time", _("Time"), wording.TIMES.items()),
        ("language", _("Language"), tongues),
    ]
    return [
        (words, found) for name, words, values in offered if (found := choices(wish, lines, name, values, _("All")))
    ]


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
        keys=release_wording.keys,
        front=course_front(course, reader),
        account_urls=account_urls,
        is_officer=reader.may_anywhere(StudyPermission.ASSIGN),
        is_author=may_author(reader, course),
        teaches=may_teach(reader, course),
        revokes=reader.may(StudyPermission.REVOKE, course.branch.path),
    )


@bp.post("/courses/<slug>/enrol")
@login_required
def enrol(slug: str) -> ResponseReturnValue:
    """Take a course."""
    try:
        with transaction():
            course = get_course(slug, current_actor())
            services.enrol(course, current_actor())
    except (NewerEdition, CourseBefore) as error:
        flash(str(error), "error")
        return redirect(urls.for_course(error.slug), 303)
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
