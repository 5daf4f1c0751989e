"""Certificates: the public check, and the holder's own pages and files."""

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import db, transaction
from core.errors import Conflict, TooMany
from core.i18n import _, _l
from core.limits import Limit, count, is_open
from study import certificate_wording, urls
from study.enums import CertificateState
from study.forms.certificates import NumberForm, ShownForm
from study.models import Certificate
from study.numbers import read_number
from study.printing.runner import print_certificate
from study.queries import certificates as queries
from study.services import certificates as services
from study.views import bp

MISSES = Limit(name="study.certificate_misses", amount=30, seconds=600)
"""Numbers that lead nowhere, by address: nobody tries his way to somebody's certificate."""

PRINTS = Limit(name="study.certificate_prints", amount=20, seconds=600)


class CertificateRevoked(Conflict):
    """What is revoked is not handed out any more."""

    message = _l("This certificate was revoked, so there is no file of it.")


@bp.get("/certificates/")
def ask_number() -> ResponseReturnValue:
    """Ask for the number of a certificate, and lead to its check page."""
    form = NumberForm(request.args)
    if "number" not in request.args:
        return render_template("study/certificate_check.html", urls=urls, form=NumberForm())
    number = read_number(form.number.data or "") if form.validate() else None
    if form.validate() and number is None:
        form.add_error("number", _("There is a slip in this number: compare it sign by sign with the certificate."))
    if number is None:
        return render_template("study/certificate_check.html", urls=urls, form=form), 422
    return redirect(urls.for_certificate(number), 302)


@bp.get("/certificates/<number>")
def check_certificate(number: str) -> ResponseReturnValue:
    """Say whether a certificate holds, and no more of it than its holder allows."""
    certificate = find_counted(number)
    if certificate is None:
        slip = read_number(number) is None
        return render_template("study/certificate_unknown.html", urls=urls, slip=slip), 404
    return render_template("study/certificate.html", urls=urls, wording=certificate_wording, certificate=certificate)


def find_counted(number: str) -> Certificate | None:
    """Return the certificate with the number that stands in an address; numbers that lead nowhere are counted.

    Raises:
        TooMany: too many led nowhere.
    """
    address = request.remote_addr or ""
    if not is_open(MISSES, address):
        raise TooMany
    known = read_number(number)
    certificate = queries.find_certificate(known) if known else None
    if certificate is None:
        count(MISSES, address)
    return certificate


@bp.get("/progress/certificates/<number>")
@login_required
def show_own_certificate(number: str) -> ResponseReturnValue:
    """Show a certificate to its holder, with its files and what others may see of it."""
    certificate = queries.get_own_certificate(number, current_actor())
    form = ShownForm(formdata=None)
    form.show(certificate)
    return render_template(
        "study/certificate_own.html", urls=urls, wording=certificate_wording, certificate=certificate, form=form
    )


@bp.post("/progress/certificates/<number>/shown")
@login_required
def change_shown(number: str) -> ResponseReturnValue:
    """Change what the check page says of one's own certificate."""
    form = ShownForm()
    if form.validate_on_submit():
        with transaction():
            certificate = queries.get_own_certificate(number, current_actor())
            services.show(certificate.id, current_actor(), form.content())
        flash(_("Saved. The check page now says this much."), "success")
    return redirect(urls.for_own_certificate(number), 303)


@bp.get("/progress/certificates/<number>/pdf")
@login_required
def print_own_certificate(number: str) -> ResponseReturnValue:
    """Send one's own certificate as PDF, drawn for this request."""
    certificate = own_file_of(number)
    sheet = print_certificate(certificate)
    answer = Response(sheet, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="certificate-{certificate.number}.pdf"'
    return answer


def own_file_of(number: str) -> Certificate:
    """Return one's own certificate for a file of it, the database let go: making files takes a second or two.

    Raises:
        NotFound: it is not one's own.
        CertificateRevoked: there is no file of it any more.
        TooMany: too many files in a short time.
    """
    certificate = queries.get_own_certificate(number, current_actor())
    if certificate.state is CertificateState.REVOKED:
        raise CertificateRevoked
    if not count(PRINTS, current_actor().id):
        raise TooMany
    db.session.rollback()
    return certificate
