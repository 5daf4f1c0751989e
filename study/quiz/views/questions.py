"""Question banks and questions as their authors see them."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Invalid, NotFound
from core.i18n import _
from study import urls
from study.enums import QuestionKind, VersionState
from study.errors import AskedElsewhere
from study.forms.saving import ChangedMeanwhile
from study.models import Question, QuestionBank
from study.models.questions import BANK_NAME_MAX
from study.permissions import may_author, may_teach
from study.queries.citations import cited_by, count_changed, find_citation, find_standing
from study.queries.courses import get_own_course, get_taught_course
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.arranging import PlaceForm
from study.quiz.forms.meanwhile import Saying
from study.quiz.forms.questions import OFFERED, ROWS, BankForm, QuestionForm
from study.quiz.queries import banks as queries
from study.quiz.queries.doubts import list_doubts
from study.quiz.queries.key_reach import find_reach, may_change
from study.quiz.queries.keys import list_changes
from study.quiz.queries.shared_banks import list_shared
from study.quiz.queries.uses import uses_of
from study.quiz.services import questions as services
from study.quiz.services.picturing import pictures_for
from study.quiz.services.preparing import Prepared, prepare
from study.quiz.showing import to_author
from study.quiz.views.citing import offer, read_cited
from study.services.citations import Wanted, cite
from study.views import bp
from study.views.pictures import take_into

TEXTS = {"zh": "text_zh", "en": "text_en"}
"""Into which texts of the form pictures are put."""


@bp.route("/manage/courses/<slug>/banks", methods=["GET", "POST"])
@login_required
def list_banks(slug: str) -> ResponseReturnValue:
    """List the question banks of a course, or begin one."""
    course = (get_own_course if request.method == "POST" else get_taught_course)(slug, current_actor())
    form = BankForm()
    if not form.validate_on_submit():
        page = render_template(
            "study/banks.html",
            course=course,
            writes=may_author(current_actor(), course),
            banks=queries.list_banks(course),
            changed=count_changed(course),
            shared=list_shared(course, _shared_words()),
            words=_shared_words(),
            form=form,
            urls=quiz_urls,
        )
        return page, 422 if form.errors else 200
    with transaction():
        course = get_own_course(slug, current_actor())
        bank = services.bank_named(course, form.name.data or "", current_actor())
    return redirect(quiz_urls.to_bank(bank.id), 303)


def _shared_words() -> str:
    return " ".join(request.args.get("shared", "").split())[:BANK_NAME_MAX]


@bp.route("/manage/banks/<int:bank_id>/questions/new", methods=["GET", "POST"])
@login_required
def add_question(bank_id: int) -> ResponseReturnValue:
    """Add a question, offer more rows, or show the form again with what is wrong."""
    bank = queries.get_own_bank(bank_id, current_actor())
    kind = _wanted_kind()
    form = QuestionForm()
    if not form.is_submitted():
        form.add_rows(ROWS - len(form.options))
    if form.is_submitted() and take_into(form, bank.course.slug, TEXTS):
        return _form_page(form, kind, queries.get_own_bank(bank_id, current_actor()), None, None)
    prepared = _prepared(form, kind, bank.course_id)
    cited = read_cited(form, bank.course) if prepared else None
    if prepared is None or cited is None or "preview" in request.form:
        return _form_page(form, kind, bank, None, prepared if "preview" in request.form else None)
    with transaction():
        bank = queries.get_own_bank(bank_id, current_actor())
        question = services.add_question(bank, bank.course, prepared, current_actor(), state=_wanted_state())
        cite(question, bank.course, current_actor(), cited)
    flash(_("The question is added."), "success")
    return redirect(quiz_urls.to_bank(bank_id), 303)


def _wanted_kind() -> QuestionKind:
    name = request.args.get("kind", QuestionKind.SINGLE_CHOICE.value)
    if name not in {kind.value for kind in QuestionKind}:
        raise NotFound
    return QuestionKind(name)


def _prepared(form: QuestionForm, kind: QuestionKind, course_id: int) -> Prepared | None:
    """Return the typed question, ready to be stored; None when the form has to be shown (again)."""
    if form.is_submitted() and "more" in request.form:
        form.add_rows(2)
        form.add_gaps(2)
        return None
    if form.is_submitted() and "paragraphs" in request.form:
        return None
    if not form.validate_on_submit():
        return None
    try:
        content = form.content(kind)
        return prepare(content, pictures_for(content, course_id))
    except ValueError as error:
        form.add_error("right", error)
    except Invalid as error:
        form.add_error("right", error)
    return None


def _form_page(
    form: QuestionForm, kind: QuestionKind, bank: QuestionBank, row: Any, looked: Prepared | None
) -> tuple[str, int]:
    offer(form, bank.course)
    page = render_template(
        "study/question_form.html",
        form=form,
        kind=kind,
        bank=bank,
        course=bank.course,
        question=row,
        offered=OFFERED.get(kind, ()),
        looked=to_author(looked.content) if looked else None,
        words=quiz_wording,
        urls=quiz_urls,
        study_urls=urls,
    )
    return page, 422 if form.errors else 200


@bp.route("/manage/questions/<int:question_id>", methods=["GET", "POST"])
@login_required
def edit_question(question_id: int) -> ResponseReturnValue:
    """Write a new version of a question, offer more rows, or show the form again with what is wrong."""
    question, _current = queries.get_own_question(question_id, current_actor())
    version = queries.get_newest_version(question)
    form = QuestionForm()
    if not form.is_submitted():
        form.show(question, version)
        form.show_cited(find_standing(question_id))
        form.remember(_stored(question))
    if form.is_submitted() and take_into(form, question.bank.course.slug, TEXTS):
        question, _current = queries.get_own_question(question_id, current_actor())
        return _form_page(form, version.kind, question.bank, question, None)
    prepared = _prepared(form, version.kind, question.bank.course_id)
    cited = read_cited(form, question.bank.course, question) if prepared else None
    if prepared is None or cited is None or "preview" in request.form:
        looked = prepared if "preview" in request.form else None
        return _form_page(form, version.kind, question.bank, question, looked)
    try:
        with transaction():
            question, _current = queries.get_own_question(question_id, current_actor())
            course = question.bank.course
            # Held before it is read again: else the second of two who save at once would not see the first.
            stored = _stored(services.hold_question(question_id))
            form.check(stored, _typed(prepared, cited, stored))
            services.edit_question(question, course, prepared, current_actor(), state=_wanted_state())
            cite(question, course, current_actor(), cited)
    except ChangedMeanwhile as error:
        question, _current = queries.get_own_question(question_id, current_actor())
        form.refuse(error, _stored(question))
        return _form_page(form, version.kind, question.bank, question, None)[0], error.status
    goal = quiz_urls.to_preview(question_id)
    if _wanted_state() is VersionState.DRAFT:
        flash(_("Saved as a draft. New papers take the version before until this one is ready."), "success")
    else:
        flash(_("Saved. New papers take this version; papers begun before keep theirs."), "success")
    return redirect(goal, 303)


def _stored(question: Question) -> Saying:
    """Return what a question says in its newest version."""
    citation = find_citation(question.id)
    cited = urls.for_passage(citation.lesson_id or 0, citation.mark) if citation else ""
    return Saying(name=question.name, content=queries.get_newest_version(question).content, cited=cited)


def _typed(prepared: Prepared, cited: Wanted, stored: Saying) -> Saying:
    """Return what a question is to say; a paragraph that stays what it was is whatever is stored."""
    found = cited.found
    address = urls.for_passage(found.lesson_id, found.passage.mark) if found else ""
    return Saying(name=prepared.name, content=prepared.content, cited=stored.cited if cited.is_kept else address)


def _wanted_state() -> VersionState:
    return VersionState.DRAFT if "draft" in request.form else VersionState.READY


@bp.get("/manage/questions/<int:question_id>/preview")
@login_required
def preview_question(question_id: int) -> ResponseReturnValue:
    """Show a question with its key, its versions, and where it is used."""
    question, version = queries.get_seen_question(question_id, current_actor())
    course, reader = question.bank.course, current_actor()
    changes, teaches = list_changes(question), may_teach(reader, course)
    form = PlaceForm()
    form.show(question)
    return render_template(
        "study/question_preview.html",
        writes=may_author(reader, course),
        teaches=teaches,
        sees_bank=queries.may_look(reader, question.bank),
        question=question,
        version=version,
        versions=queries.list_versions(question),
        uses=uses_of(question, reader),
        changes=[one for one in changes if one.course_id == course.id or may_teach(reader, one.course)],
        may_see_change=lambda one: may_change(reader, one.course),
        doubts=list_doubts(question, reader),
        may_change_key=find_reach(question, reader) is not None,
        shown=to_author(version.content),
        cited=find_standing(question_id) if teaches else None,
        rests_on=None if teaches else cited_by([question_id], reader).get(question_id),
        bank=question.bank,
        course=course,
        form=form,
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.post("/manage/questions/<int:question_id>/state")
@login_required
def retire_question(question_id: int) -> ResponseReturnValue:
    """Take a question out of the offer for new quizzes, or bring it back."""
    wanted = request.form.get("state", "")
    if wanted not in (VersionState.READY, VersionState.RETIRED):
        raise NotFound
    knows = "knows_elsewhere" in request.form
    try:
        with transaction():
            question, _version = queries.get_own_question(question_id, current_actor())
            course = question.bank.course
            services.set_state(question, course, current_actor(), VersionState(wanted), knows_elsewhere=knows)
    except AskedElsewhere as error:
        flash(str(error), "error")
    else:
        flash(_("Saved."), "success")
    return redirect(quiz_urls.to_preview(question_id), 303)
