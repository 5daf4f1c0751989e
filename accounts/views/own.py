"""One's own account: settings, password, address, sessions, leaving."""

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts import devices, passwords, queries
from accounts.errors import LastAdministrator, PasswordCommon, PasswordWrong, TooManyMails, TooManyTries
from accounts.forms import EmailForm, EraseForm, PasswordForm, SettingsForm
from accounts.permissions import AccountPermission
from accounts.services import credentials, people, sessions
from accounts.views import bp
from accounts.views.sign_in import client_ip
from accounts.web import STAY_SIGNED_IN, current_actor, drop_session_cookie
from core.db import transaction
from core.i18n import LANGUAGE_COOKIE, _

REFUSALS = (PasswordWrong, TooManyTries)
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Europe/London", "UTC")
"""Offered while typing; every zone the machine knows is taken."""


@bp.get("/account/")
@login_required
def show_account() -> ResponseReturnValue:
    """Show what one can do with one's account."""
    actor = current_actor()
    return render_template(
        "accounts/account.html",
        user=queries.get_user(actor.id or 0),
        memberships=queries.list_memberships(actor.id or 0),
        grants=queries.list_grants(actor.id or 0),
        admits=actor.may_anywhere(AccountPermission.ADMIT),
        staff=actor.may_anywhere(AccountPermission.GRANT),
        shapes=actor.may_anywhere(AccountPermission.MANAGE_BRANCHES),
    )


@bp.route("/account/settings", methods=["GET", "POST"])
@login_required
def change_settings() -> ResponseReturnValue:
    """Change how one is shown, and language and time zone."""
    user = queries.get_user(current_actor().id or 0)
    form = SettingsForm(obj=user)
    if request.method == "GET" or not form.validate():
        page = render_template("accounts/settings.html", form=form, zones=ZONES)
        return page, 200 if request.method == "GET" else 422
    with transaction():
        people.change_settings(
            current_actor(),
            display_name=form.display_name.data,
            about=form.about.data,
            locale=form.locale.data,
            time_zone=form.time_zone.data or "",
        )
    flash(_("Your settings are saved."), "success")
    secure = current_app.config["BASE_URL"].startswith("https:")
    response = redirect("/account/settings", 303)
    response.set_cookie(LANGUAGE_COOKIE, form.locale.data, max_age=STAY_SIGNED_IN, samesite="Lax", secure=secure)
    return response


@bp.route("/account/password", methods=["GET", "POST"])
@login_required
def change_password() -> ResponseReturnValue:
    """Set a new password; other devices are signed out."""
    form = PasswordForm()
    if request.method == "GET" or not _may_change(form):
        page = render_template("accounts/password.html", form=form, person=current_actor())
        return page, 200 if request.method == "GET" else 422
    new_hash = passwords.hash_password(form.password.data)
    with transaction():
        credentials.change_password(current_actor(), new_hash)
    flash(_("The new password is set. Other devices are signed out."), "success")
    return redirect("/account/", 303)


def _may_change(form: PasswordForm) -> bool:
    actor = current_actor()
    if not form.validate() or not _knows_password(form):
        return False
    try:
        passwords.check_new(form.password.data, actor.username, actor.display_name)
    except PasswordCommon as fault:
        form.add_error("password", fault)
        return False
    return True


def _knows_password(form: PasswordForm | EmailForm | EraseForm) -> bool:
    """Ask for the present password before an act that matters."""
    try:
        credentials.check_password(current_actor(), form.old_password.data, client_ip())
    except REFUSALS as refusal:
        form.add_error("old_password", refusal)
        return False
    return True


@bp.route("/account/email", methods=["GET", "POST"])
@login_required
def change_email() -> ResponseReturnValue:
    """Ask for mail at another address, which is confirmed by a mail to it."""
    form = EmailForm()
    if request.method == "GET" or not (form.validate() and _knows_password(form)):
        page = render_template("accounts/email.html", form=form, user=queries.get_user(current_actor().id or 0))
        return page, 200 if request.method == "GET" else 422
    if not credentials.count_mail(form.email.data, client_ip()):
        raise TooManyMails
    with transaction():
        credentials.ask_email_change(current_actor(), form.email.data)
    flash(_("A mail with a link is on its way to the new address. Until you open it, the old one stays."), "success")
    return redirect("/account/email", 303)


@bp.get("/account/sessions")
@login_required
def show_sessions() -> ResponseReturnValue:
    """List where one is signed in."""
    actor = current_actor()
    rows = queries.list_sessions(actor.id or 0)
    return render_template("accounts/sessions.html", sessions=rows, this_session=actor.session_id, device=devices.words)


@bp.post("/account/sessions/<int:session_id>/end")
@login_required
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one device out."""
    with transaction():
        sessions.end_own_session(current_actor(), session_id)
    flash(_("That device is signed out."), "success")
    return redirect("/account/sessions", 303)


@bp.post("/account/sessions/end-others")
@login_required
def end_other_sessions() -> ResponseReturnValue:
    """Sign all other devices out."""
    actor = current_actor()
    with transaction():
        sessions.end_sessions(actor.id or 0, besides=actor.session_id)
    flash(_("All other devices are signed out."), "success")
    return redirect("/account/sessions", 303)


@bp.route("/account/delete", methods=["GET", "POST"])
@login_required
def erase() -> ResponseReturnValue:
    """Erase the personal data of one's account; posts stay without the name."""
    form = EraseForm()
    if request.method == "GET" or not (form.validate() and _knows_password(form)):
        return render_template("accounts/erase.html", form=form), 200 if request.method == "GET" else 422
    try:
        with transaction():
            people.erase(current_actor().id or 0, current_actor())
    except LastAdministrator as refusal:
        form.add_error("sure", refusal)
        return render_template("accounts/erase.html", form=form), refusal.status
    flash(_("Your account and your personal data are erased."), "success")
    return drop_session_cookie(redirect("/", 303))
