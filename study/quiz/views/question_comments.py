"""A paper as those who mark see it, to comment on its questions."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.db import transaction
from core.i18n import _
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.question_comments import CommentForm
from study.quiz.marking import Verdict
from study.quiz.queries.attempts import paper_of
from study.quiz.queries.question_comments import NOBODY, comments_on, get_reviewed_paper
from study.quiz.services.question_comments import CommentedMeanwhile, comment, rendered
from study.views import bp


@bp.get("/manage/papers/<int:attempt_id>")
@login_required
def review_paper(attempt_id: int) -> ResponseReturnValue:
    """Show a paper that was handed in, question by question, with what was said about each."""
    return _page(attempt_id)


@bp.post("/manage/papers/<int:attempt_id>/comments/<int:position>")
@login_required
def comment_question(attempt_id: int, position: int) -> ResponseReturnValue:
    """Keep what somebody says about a question, or say why not."""
    get_reviewed_paper(attempt_id, current_actor())
    form = CommentForm()
    if not form.validate_on_submit():
        return _page(attempt_id, position, form, 422)
    body = form.comment.data or ""
    html = rendered(body)
    try:
        with transaction():
            attempt, _name = get_reviewed_paper(attempt_id, current_actor())
            comment(attempt, position, current_actor(), body, html, seen=form.seen_id)
    except CommentedMeanwhile as changed:
        flash(str(changed), "error")
        return _page(attempt_id, position, form, changed.status)
    flash(_("The comment is kept.") if body else _("There is no comment of yours any more."), "success")
    return redirect(f"{quiz_urls.to_paper(attempt_id)}#q{position}", 303)


def _page(
    attempt_id: int, position: int = 0, form: CommentForm | None = None, status: int = 200
) -> ResponseReturnValue:
    """Show the paper; one form may be one that was sent, with what is wrong with it."""
    actor = current_actor()
    attempt, name = get_reviewed_paper(attempt_id, actor)
    paper, said = paper_of(attempt), comments_on(attempt_id)
    page = render_template(
        "study/paper.html",
        paper=paper,
        name=name,
        said=said,
        nobody=NOBODY,
        own={at: one.of(actor.id) for at, one in said.items()},
        sent=form,
        sent_at=position,
        shows=attempt.quiz.shows_answers(utcnow()),
        Verdict=Verdict,
        words=quiz_wording,
        urls=quiz_urls,
    )
    return page, status
