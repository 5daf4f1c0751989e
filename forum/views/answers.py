"""The accepted answer of a question: marked, and taken back."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from forum import queries, services, urls
from forum.views import bp


@bp.post("/posts/<int:post_id>/accept")
@login_required
def accept_answer(post_id: int) -> ResponseReturnValue:
    """Mark a reply as the answer, or take the mark back."""
    actor = current_actor()
    with transaction():
        post = queries.get_post(post_id, actor, lock=True)
        if request.form.get("accept") == "no":
            services.withdraw_answer(post, actor)
            words = _("The question counts as open again.")
        else:
            services.accept_answer(post, actor)
            words = _("The answer is accepted and stands under the question.")
    flash(words, "success")
    return redirect(urls.for_thread(post.thread_id), 303)
