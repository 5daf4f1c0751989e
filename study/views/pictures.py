"""Pictures and recordings of courses: sent by their authors, shown to those who may read what they stand in."""

from collections.abc import Mapping
from pathlib import Path

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import FileStorage

from accounts.web import current_actor
from core.attachments import markdown_at, prepare_medium
from core.db import transaction
from core.errors import DomainError, TooMany
from core.files import FileEmpty, clean_name
from core.files_http import send
from core.forms import Form, one_line
from core.i18n import _
from core.limits import Limit, count
from study import urls
from study.models.pictures import ALT_MAX
from study.queries.courses import get_own_course
from study.queries.pictures import get_picture_file
from study.services.pictures import add_picture
from study.views import bp

SENT = Limit(name="study.pictures", amount=300, seconds=3600)
"""More than the largest course is given in an hour, few enough that decoding them hurts nobody."""


def picture_upload(slug: str, upload: FileStorage, alt: str) -> tuple[int, str]:
    """Take a picture into a course; return its id and the Markdown that shows it.

    Raises:
        DomainError: it is not taken, and says why.
    """
    actor = current_actor()
    get_own_course(slug, actor)
    if not count(SENT, actor.id):
        raise TooMany
    prepared = prepare_medium(upload.stream, upload.filename or "")  # type: ignore[arg-type]  # Seekable, as werkzeug makes it.
    with transaction():
        row = add_picture(get_own_course(slug, actor), actor, prepared, one_line(alt)[:ALT_MAX])
        # A recording goes by its name where nobody says more.
        said = row.alt or ("" if prepared.thumbnail else Path(row.name).stem)
        return row.id, markdown_at(urls.for_picture(row.id), row.name, said, is_picture=True)


@bp.post("/manage/courses/<slug>/pictures")
@login_required
def send_picture(slug: str) -> ResponseReturnValue:
    """Take one picture from a script, which gets its id and Markdown. Browsers send it with the form of the lesson."""
    get_own_course(slug, current_actor())
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise FileEmpty
        ident, markdown = picture_upload(slug, upload, request.form.get("alt", ""))
    except DomainError as error:
        return jsonify(error=str(error)), error.status
    return jsonify(id=ident, markdown=markdown), 201


def take_into(form: Form, slug: str, texts: Mapping[str, str]) -> bool:
    """Put a picture that came with a form at the end of one of its texts; tell whether one was meant.

    ``texts`` are the fields by the name of their button. What is wrong with the picture stands beside the text.
    """
    uploads = [one for one in request.files.getlist("attached") if one.filename]
    if not uploads and "attach" not in request.form:
        return False
    field = form[texts.get(request.form.get("attach", ""), next(iter(texts.values())))]
    if not uploads:
        form.add_error(field.name, _("Choose a picture or a recording first."))
    for upload in uploads:
        try:
            _ident, markdown = picture_upload(slug, upload, request.form.get("alt", ""))
        except DomainError as error:
            form.add_error(field.name, f"{clean_name(upload.filename or '')}: {error}")
        else:
            field.data = f"{(field.data or '').rstrip()}\n\n{markdown}\n".lstrip("\n")
    return True


@bp.get("/pictures/<int:picture_id>")
def show_picture(picture_id: int) -> Response:
    """Send a picture to who may read what it stands in."""
    file, name = get_picture_file(picture_id, current_actor())
    return send(file, name=name)


@bp.get("/pictures/<int:picture_id>/thumbnail")
def show_picture_thumbnail(picture_id: int) -> Response:
    """Send the small form of a picture."""
    file, name = get_picture_file(picture_id, current_actor(), thumbnail=True)
    return send(file, name=name)
