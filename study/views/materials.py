"""Materials as readers see them: the text by page, and the original file."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from core.errors import NotFound
from core.files_http import send
from core.media_types import AUDIO, PLAYED
from study import urls, wording
from study.contents import window
from study.models import Material
from study.permissions import may_teach
from study.queries.lessons import check_material
from study.queries.materials import get_material
from study.views import bp


def page_window(material: Material) -> dict[str, Any]:
    """Return the pages of a material's text and the numbers of those to show; the rest stand as links."""
    pages = material.text.split("\f") if material.text else []
    around = request.args.get("page", 1, type=int)
    return {"pages": pages, "shown": window(pages, around)}


@bp.get("/materials/<int:material_id>")
def show_material(material_id: int) -> ResponseReturnValue:
    """Show the text of a material page by page."""
    material = get_material(material_id, current_actor())
    check_material(material, current_actor())
    media_type = material.file.media_type if material.file else ""
    return render_template(
        "study/material.html",
        urls=urls,
        wording=wording,
        material=material,
        course=material.course,
        is_played=media_type in PLAYED,
        is_audio=media_type in AUDIO,
        is_author=may_teach(current_actor(), material.course),
        **page_window(material),
    )


@bp.get("/materials/<int:material_id>/file")
def send_file(material_id: int) -> ResponseReturnValue:
    """Send the original file, to be opened or, with ``?download=1``, saved."""
    material = get_material(material_id, current_actor())
    check_material(material, current_actor())
    if material.file is None:
        raise NotFound
    return send(material.file, download=request.args.get("download") == "1")
