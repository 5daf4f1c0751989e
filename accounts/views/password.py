"""Forgotten passwords, and new addresses confirmed by mail."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from accounts import passwords
from accounts.enums import LinkPurpose
from accounts.errors import PasswordCommon
from accounts.forms import AskResetForm, ConfirmForm, ResetForm
from accounts.services import credentials, links
from accounts.views import bp
from accounts.views.sign_in import client_ip
from core.db import transaction
from core.i18n import _


@bp.route("/account/reset", methods=["GET", "POST"])
def ask_reset() -> ResponseReturnValue:
    """Ask for a mail with a link that sets a new password. The answer is the same whoever asks for whom."""
    form = AskResetForm()
    if request.method == "GET" or not form.validate():
        return render_template("accounts/ask_reset.html", form=form), 200 if request.method == "GET" else 422
    welcome = credentials.count_mail(form.name.data, client_ip())
    with transaction():
        credentials.ask_reset(form.name.data if welcome else "")
    return redirect("/account/reset/sent", 303)


@bp.get("/account/reset/sent")
def show_reset_sent() -> ResponseReturnValue:
    """Say that a mail is on its way, if there is such an account."""
    return render_template("accounts/reset_sent.html")


@bp.route("/account/reset/<token>", methods=["GET", "POST"])
def reset(token: str) -> ResponseReturnValue:
    """Set a new password with a mailed link, which is checked again at the very end."""
    form = ResetForm()
    user = credentials.person_of_reset(token)
    if request.method == "GET" or not _fits(form, user.username, user.display_name, user.email or ""):
        status = 200 if request.method == "GET" else 422
        return render_template("accounts/reset.html", form=form, person=user), status
    new_hash = passwords.hash_password(form.password.data)
    with transaction():
        credentials.reset_password(token, new_hash)
    flash(_("The new password is set, and you are signed out everywhere. Sign in with it."), "success")
    return redirect("/account/sign-in", 303)


def _fits(form: ResetForm, *known: str) -> bool:
    """Check the form, and that the password is not a name or address of the person."""
    if not form.validate():
        return False
    try:
        passwords.check_new(form.password.data, *known)
    except PasswordCommon as fault:
        form.add_error("password", fault)
        return False
    return True


@bp.route("/account/email/<token>", methods=["GET", "POST"])
def confirm_email(token: str) -> ResponseReturnValue:
    """Take a new address over. A GET changes nothing: mail programs open links by themselves."""
    links.look_up(token, LinkPurpose.CONFIRM_EMAIL)
    if request.method == "GET":
        return render_template("accounts/confirm_email.html", form=ConfirmForm())
    with transaction():
        credentials.confirm_email(token)
    flash(_("Mail goes to the new address from now on."), "success")
    return redirect("/account/", 303)
