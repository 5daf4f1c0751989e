"""Question banks as files to take away."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.errors import NotFound
from study.permissions import may_teach
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.queries.banks import get_seen_bank
from study.quiz.queries.finding import Wish, list_ids
from study.quiz.services.exports import WRITERS, entries_of, export
from study.views import bp


@bp.get("/manage/banks/<int:bank_id>/export")
@login_required
def export_bank(bank_id: int) -> ResponseReturnValue:
    """Say what a file of these questions would hold, or send it."""
    bank = get_seen_bank(bank_id, current_actor())
    format_name = request.args.get("format", "moodle-xml")
    if format_name not in WRITERS:
        raise NotFound
    wish = Wish.read(request.args)
    entries = entries_of(bank, list_ids(bank, wish) if wish.fields else None)
    made, writer = export(entries, format_name), WRITERS[format_name]
    if "file" in request.args:
        answer = Response(made.data, mimetype=writer.media_type)
        answer.headers.set("Content-Disposition", "attachment", filename=f"{bank.name}{writer.ending}")
        return answer
    return render_template(
        "study/question_export.html",
        bank=bank,
        teaches=may_teach(current_actor(), bank.course),
        course=bank.course,
        wish=wish,
        made=made,
        count=len(entries),
        format_name=format_name,
        writers=WRITERS,
        words=quiz_wording,
        urls=quiz_urls,
    )
