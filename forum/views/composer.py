"""The page on which posts are written: empty, with a preview, or with what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage, MultiDict

from accounts.web import current_actor
from core.db import db
from core.differences import Piece
from core.errors import DomainError
from core.files import clean_name
from core.i18n import _
from core.limits import Limit, count
from core.markup import SourceTooLong
from core.subjects import Subject
from forum.attaching import lacks_description
from forum.composing import Draft, compose
from forum.drafting import DraftPlace, as_form
from forum.models import Board, BoardTemplate, Post, SavedDraft, Tag, Thread
from forum.views.attachments import attach_upload
from forum.views.typed import found_draft, keep_typed

F = TypeVar("F")

PUBLISHED = Limit(name="forum.publish", amount=100, seconds=600)
"""Far more than anybody writes by hand, few enough that a flood stays small."""


@dataclass(frozen=True, kw_only=True)
class Composer:
    """What the page shows beside the form: where the post goes, and how it would look."""

    form: Any
    act: str
    board: Board | None = None
    thread: Thread | None = None
    parent: Post | None = None
    editing: Post | None = None
    subject: Subject | None = None
    draft: Draft | None = None
    templates: Sequence[BoardTemplate] = ()
    known_tags: Sequence[Tag] = ()
    place: DraftPlace | None = None
    """What a draft of this form is kept for."""
    saved: SavedDraft | None = None
    """The draft this form goes on with."""
    similar: Sequence[Mapping[str, object]] = ()
    """Threads like the one that is written here."""
    meanwhile: Sequence[Piece] = ()
    """From what somebody saved meanwhile to what was typed here."""


def begun(place: DraftPlace, new: Callable[[MultiDict[str, str] | None], F]) -> tuple[F, SavedDraft | None]:
    """Return a form to begin with, filled from what this member began before, and that draft.

    ``new`` makes the form from what was sent last, or an empty one.
    """
    saved = found_draft(place)
    return new(as_form(saved.content) if saved else None), saved


def draft_of(form: Any) -> Draft | None:
    """Check a form with a post and render it; None when something is wrong, with the fault beside its field.

    Files that came along are taken in first; their Markdown is put at the end of the text for the writer to look at.
    """
    uploads = [one for one in request.files.getlist("files") if one.filename]
    if uploads or "attach" in request.form:
        _take_in(form, uploads)
        return None
    if not form.validate_on_submit():
        return None
    try:
        draft = compose(form.body.data or "", current_actor())
    except SourceTooLong as error:
        form.add_error("body", error)
        return None
    return None if _asks_for_alt(form, draft) or _is_too_often(form) else draft


def _take_in(form: Any, uploads: Sequence[FileStorage]) -> None:
    actor, alt = current_actor(), request.form.get("alt", "")
    if not uploads:
        form.add_error("body", _("Choose a file first."))
    for upload in uploads:
        try:
            _ident, markdown = attach_upload(upload, alt, actor)
        except DomainError as error:
            form.add_error("body", f"{clean_name(upload.filename or '')}: {error}")
        else:
            form.body.data = f"{(form.body.data or '').rstrip()}\n\n{markdown}\n".lstrip("\n")


def _asks_for_alt(form: Any, draft: Draft) -> bool:
    """Ask once for what the pictures show; who publishes again without it gets the names of the files."""
    if form.alt_asked.data or not lacks_description(draft.body):
        return False
    form.alt_asked.data = "1"
    form.add_error(
        "body",
        _(
            "Write between the square brackets of each picture what it shows, for those who cannot see it. "
            "If you publish again as it is, the file's name is read out."
        ),
    )
    return True


def _is_too_often(form: Any) -> bool:
    if "preview" in request.form or count(PUBLISHED, current_actor().id):
        return False
    form.add_error("body", _("You have published very often. Please wait some minutes and send it again."))
    return True


def show_composer(composer: Composer, conflict: str = "") -> ResponseReturnValue:
    """Return the page: 200 empty or with a preview, 422 with faults, 409 when the thing has changed meanwhile."""
    failed = request.method == "POST" and bool(conflict or composer.form.errors)
    if failed:
        # Keeping the text ends this read, but the page still shows what it has loaded.
        db.session.expunge_all()
    kept = failed and keep_typed(**({"body": composer.form.body.data} if composer.form.body.data else {}))
    page = render_template("forum/compose.html", c=composer, form=composer.form, conflict=conflict, kept=kept)
    if conflict:
        return page, 409
    return page, 422 if composer.form.errors and request.method == "POST" else 200
