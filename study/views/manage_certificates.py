"""Certificates as staff see them: what a course's says, who has one, revoking."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.i18n import _, _l
from core.permissions import Actor
from study import certificate_wording, urls
from study.enums import CertificateAct
from study.forms.certificates import RevokeForm, RuleForm
from study.models import Certificate
from study.permissions import may_author
from study.queries import certificates as queries
from study.queries.courses import get_own_course
from study.queries.outlines import outline_of
from study.services import certificates as services
from study.views import bp


@bp.route("/manage/courses/<slug>/certificate", methods=["GET", "POST"])
@login_required
def edit_certificate(slug: str) -> ResponseReturnValue:
    """Decide about the certificate of a course, or show the form again with what is wrong."""
    course = get_own_course(slug, current_actor())
    form = RuleForm()
    if not form.is_submitted():
        form.show(queries.find_rule(course.id), outline_of(course, current_actor()).minutes)
    if not form.validate_on_submit():
        page = render_template("study/certificate_form.html", urls=urls, form=form, course=course)
        return page, 422 if form.errors else 200
    with transaction():
        services.set_rule(get_own_course(slug, current_actor()), current_actor(), form.content())
    flash(_("Saved. Certificates issued before stay as they are."), "success")
    return redirect(urls.to_manage(slug), 303)


@bp.get("/manage/courses/<slug>/certificates")
@login_required
def list_certificates(slug: str) -> ResponseReturnValue:
    """List the certificates issued for a course."""
    course = queries.get_course_to_check(slug, current_actor())
    return render_template(
        "study/certificates.html",
        urls=urls,
        wording=certificate_wording,
        course=course,
        page=queries.page_of_issued(course, request.args.get("cursor")),
        is_author=may_author(current_actor(), course),
    )


@bp.get("/manage/certificates/<int:certificate_id>")
@login_required
def show_issued(certificate_id: int) -> ResponseReturnValue:
    """Show one certificate to staff, with everything that was done with it."""
    return _issued_page(queries.get_issued(certificate_id, current_actor()), RevokeForm(formdata=None))


def _issued_page(certificate: Certificate, form: RevokeForm) -> ResponseReturnValue:
    page = render_template(
        "study/certificate_issued.html",
        urls=urls,
        wording=certificate_wording,
        certificate=certificate,
        course=certificate.course,
        records=queries.list_records(certificate),
        form=form,
    )
    return page, 422 if form.errors else 200


_ACTS: dict[str, tuple[Callable[[Certificate, Actor, str], None], Any]] = {
    CertificateAct.RESTORED.value: (services.restore, _l("The certificate is valid again.")),
    CertificateAct.REVOKED.value: (services.revoke, _l("The certificate is revoked.")),
    CertificateAct.RENEWED.value: (services.renew, _l("The certificate is renewed from today.")),
}


@bp.post("/manage/certificates/<int:certificate_id>/state")
@login_required
def revoke_certificate(certificate_id: int) -> ResponseReturnValue:
    """Renew or revoke a certificate, or restore one that was revoked; always with a reason that the holder reads."""
    form, known = RevokeForm(), _ACTS.get(request.form.get("act", ""))
    certificate = queries.get_issued(certificate_id, current_actor())
    if known is None:
        raise NotFound
    if not form.validate_on_submit():
        return _issued_page(certificate, form)
    act, said = known
    with transaction():
        act(queries.get_issued(certificate_id, current_actor()), current_actor(), form.reason.data or "")
    flash(str(said), "success")
    return redirect(urls.to_issued(certificate_id), 303)
