"""Files on posts: sent by members, opened by those who may read the post."""

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import FileStorage

from accounts.web import current_actor
from core.attachments import prepare
from core.db import transaction
from core.errors import DomainError
from core.files import FileEmpty
from core.files_http import send
from core.forms import one_line
from core.permissions import Actor
from forum import services
from forum.attaching import markdown_for
from forum.models import ALT_MAX
from forum.queries.attachments import get_attached_file
from forum.views import bp


def attach_upload(upload: FileStorage, alt: str, actor: Actor) -> tuple[int, str]:
    """Take one file in; return its id and the Markdown that shows it.

    Raises:
        DomainError: it is not taken, and says why.
    """
    prepared = prepare(upload.stream, upload.filename or "")  # type: ignore[arg-type]  # Seekable, as werkzeug makes it.
    with transaction():
        row = services.attach(actor, prepared, one_line(alt)[:ALT_MAX])
    return row.id, markdown_for(row.id, row.name, row.alt, is_picture=row.thumbnail_id is not None)


@bp.post("/attachments")
@login_required
def attach() -> ResponseReturnValue:
    """Take one file in: a script gets its id and Markdown, a browser a page that shows them."""
    upload, wants_json = request.files.get("file"), request.accept_mimetypes.best == "application/json"
    try:
        if upload is None or not upload.filename:
            raise FileEmpty
        ident, markdown = attach_upload(upload, request.form.get("alt", ""), current_actor())
    except DomainError as error:
        if not wants_json:
            raise
        return jsonify(error=str(error)), error.status
    if wants_json:
        return jsonify(id=ident, markdown=markdown), 201
    return render_template("forum/attached.html", markdown=markdown), 201


@bp.get("/files/<int:attachment_id>")
def show_file(attachment_id: int) -> Response:
    """Send a file to who may read its post: pictures to be shown, anything else to be saved."""
    file, name = get_attached_file(attachment_id, current_actor())
    return send(file, name=name, download=not file.is_picture)


@bp.get("/files/<int:attachment_id>/thumbnail")
def show_thumbnail(attachment_id: int) -> Response:
    """Send the small form of a picture."""
    file, name = get_attached_file(attachment_id, current_actor(), thumbnail=True)
    return send(file, name=name)
