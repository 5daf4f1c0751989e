"""Joining the site: by asking, by invitation, by a link that staff made."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from accounts import passwords, queries
from accounts.enums import BranchKind, LinkPurpose, SignUpMode
from accounts.errors import (
    EmailInvalid,
    EmailTaken,
    NameMissing,
    NameTooLong,
    UsernameInvalid,
    UsernameReserved,
    UsernameTaken,
)
from accounts.forms import ConfirmForm, InvitedForm, SetUpForm, SignUpForm
from accounts.models import SignUp
from accounts.services import credentials, invitations, joining, links, setting_up
from accounts.services.joining import Wish
from accounts.views import bp
from accounts.views.sign_in import client_ip, enter
from accounts.web import current_actor
from core.db import db, transaction
from core.errors import DomainError
from core.forms import Form
from core.i18n import _, current_locale

NAME_FAULTS = (UsernameTaken, UsernameInvalid, UsernameReserved)
EMAIL_FAULTS = (EmailTaken, EmailInvalid)
FAULTS = (*NAME_FAULTS, *EMAIL_FAULTS, NameMissing, NameTooLong)


def place_fault(form: Form, fault: DomainError) -> None:
    """Put what a service refused beside the field it is about."""
    field = "username" if isinstance(fault, NAME_FAULTS) else "display_name"
    form.add_error("email" if isinstance(fault, EMAIL_FAULTS) else field, fault)


def _mode() -> SignUpMode:
    return SignUpMode(current_app.config["SIGN_UP"])


def _wish(form: Any, email: str = "") -> Wish:
    """Return what was typed, with the password hashed: call it outside the transaction."""
    return Wish(
        username=form.username.data,
        display_name=form.display_name.data,
        email=email,
        password_hash=passwords.hash_password(form.password.data),
        locale=current_locale(),
    )


@bp.route("/account/sign-up", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    """Ask for an account."""
    form = SignUpForm()
    branches = [one for one in queries.list_branches() if one.kind is not BranchKind.SITE] or queries.list_branches()
    form.branch.offer(branches)
    if request.method == "GET" or _mode() is SignUpMode.INVITATION:
        return _sign_up_page(form), 200 if request.method == "GET" else 403
    if not form.validate():
        return _sign_up_page(form), 422
    wish = _wish(form, form.email.data)
    welcome = credentials.count_mail(wish.email, client_ip())
    try:
        with transaction():
            joining.ask_account(wish, form.branch.data, _mode(), mail=welcome)
    except FAULTS as fault:
        place_fault(form, fault)
        return _sign_up_page(form), 422
    return redirect("/account/sign-up/sent", 303)


def _sign_up_page(form: SignUpForm) -> str:
    return render_template("accounts/sign_up.html", form=form, mode=_mode())


@bp.get("/account/sign-up/sent")
def show_sign_up_sent() -> ResponseReturnValue:
    """Say that a mail is on its way."""
    return render_template("accounts/sign_up_sent.html", mode=_mode())


@bp.route("/account/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Confirm the address of a wished account. A GET changes nothing: mail programs open links by themselves."""
    form = ConfirmForm()
    taken = _is_taken(token)
    if request.method == "GET" or not form.validate():
        return _confirm_page(form, taken=taken), 200 if request.method == "GET" else 422
    try:
        with transaction():
            user = joining.confirm_account(token, _mode(), form.username.data or "")
    except NAME_FAULTS as fault:
        form.add_error("username", fault)
        return _confirm_page(form, taken=True), 422
    if user.state.value == "pending":
        return redirect("/account/sign-up/waiting", 303)
    flash(_("Your address is confirmed. You can sign in now."), "success")
    return redirect("/account/sign-in", 303)


def _is_taken(token: str) -> bool:
    """Tell whether the chosen user name has gone to somebody else meanwhile."""
    link = links.look_up(token, LinkPurpose.CONFIRM_SIGN_UP)
    sign_up_row = db.session.get(SignUp, link.subject_id)
    return sign_up_row is not None and queries.is_username_taken(sign_up_row.username)


def _confirm_page(form: ConfirmForm, *, taken: bool) -> str:
    return render_template("accounts/confirm.html", form=form, taken=taken)


@bp.get("/account/sign-up/waiting")
def show_waiting() -> ResponseReturnValue:
    """Say that the branch checks the application now."""
    return render_template("accounts/waiting.html")


@bp.route("/account/invitations/<token>", methods=["GET", "POST"])
def accept_invitation(token: str) -> ResponseReturnValue:
    """Join the branch one is invited to: with a new account, or signed in with the one one has."""
    form = InvitedForm()
    _invitation, known = invitations.look_at_invitation(token)
    if request.method == "GET" or (known and not current_actor().is_authenticated):
        return _invitation_page(token, form)
    if current_actor().is_authenticated:
        return _accept_signed_in(token)
    if not form.validate():
        return _invitation_page(token, form), 422
    wish = _wish(form)
    try:
        with transaction():
            user = invitations.accept_as_new(token, wish)
    except FAULTS as fault:
        place_fault(form, fault)
        return _invitation_page(token, form), 422
    return enter(credentials.Proof(user_id=user.id, locale=user.locale, new_hash=None), "/")


def _invitation_page(token: str, form: InvitedForm) -> str:
    invitation, known = invitations.look_at_invitation(token)
    return render_template(
        "accounts/invitation.html", form=form, invitation=invitation, known=known, address=request.path
    )


def _accept_signed_in(token: str) -> ResponseReturnValue:
    with transaction():
        invitations.accept_as_member(token, current_actor())
    flash(_("You belong to the branch now."), "success")
    return redirect("/account/", 303)


@bp.route("/account/set-up/<token>", methods=["GET", "POST"])
def set_up(token: str) -> ResponseReturnValue:
    """Choose name and password for an account that staff, or the first start, began."""
    first, user = setting_up.look_at_set_up(token)
    form = SetUpForm(obj=user)
    if user is not None and user.email:
        del form.email
    if request.method == "GET" or not form.validate():
        return _set_up_page(form, first=first), 200 if request.method == "GET" else 422
    wish = _wish(form, (form.email.data or "") if "email" in form else "")
    try:
        with transaction():
            made = setting_up.set_up(token, wish)
    except FAULTS as fault:
        place_fault(form, fault)
        return _set_up_page(form, first=first), 422
    return enter(credentials.Proof(user_id=made.id, locale=made.locale, new_hash=None), "/")


def _set_up_page(form: SetUpForm, *, first: bool) -> str:
    return render_template("accounts/set_up.html", form=form, first=first)
