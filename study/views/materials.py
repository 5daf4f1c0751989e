"""Materials as readers see them: the text by page, and the original file."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from core.errors import NotFound
from core.files_http import send
from core.media_types import AUDIO, PDF, PLAYED, PPTX
from study import urls, wording
from study.contents import at_home, document_headings, window
from study.enums import ExtractionFault, MaterialState
from study.models import Lesson, Material, Reading
from study.permissions import may_teach
from study.queries.lessons import check_material
from study.queries.materials import get_material, get_version, list_pages, list_versions
from study.queries.outlines import Outline
from study.queries.readings import find_reading, get_picture
from study.views import bp
from study.views.reading import reading_part

NO_PAGES: dict[str, Any] = {
    "pages": [],
    "shown": range(0),
    "rich": None,
    "has_slides": False,
    "is_pdf": False,
    "is_broken": False,
}
"""What a page shows that has no document."""


NO_WAYS: dict[str, Any] = {"ways": {}, "page_talk": "", "page_threads": {}}
"""What a page shows whose document nobody can talk about there."""


def _as_it_is(html: str) -> str:
    return html


def pages_of(material: Material, reading: Reading | None) -> list[str]:
    """Return the parts of a document, or the words of its pages; nothing of what is played."""
    is_played = material.file is not None and material.file.media_type in PLAYED
    return reading.parts if reading else [] if is_played else list_pages(material)


def page_window(
    material: Material, reading: Reading | None, pages: list[str], dressed: Callable[[str], str] = _as_it_is
) -> dict[str, Any]:
    """Return the parts of a document, or the pages of its words, and the numbers of those to show.

    The rest stand as links.
    """
    shown = window(pages, request.args.get("page", 1, type=int))
    here = urls.for_material(material.id)
    # A file of pictures alone has no words and can be opened all the same.
    is_broken = material.state is MaterialState.FAILED and material.fault is not ExtractionFault.NO_TEXT
    return {
        "pages": pages,
        "shown": shown,
        "rich": {n: dressed(at_home(reading.parts[n - 1], here)) for n in shown} if reading else None,
        "has_slides": material.file is not None and material.file.media_type == PPTX,
        "is_pdf": material.file is not None and material.file.media_type == PDF and not is_broken,
        "is_broken": is_broken,
    }


@bp.get("/materials/<int:material_id>")
def show_material(material_id: int) -> ResponseReturnValue:
    """Show the text of a material page by page."""
    material = get_material(material_id, current_actor())
    shown_in = check_material(material, current_actor())
    media_type = material.file.media_type if material.file else ""
    reading = find_reading(material)
    found = page_window(material, reading, pages_of(material, reading))
    return render_template(
        "study/material.html",
        urls=urls,
        wording=wording,
        material=material,
        versions=list_versions(material),
        course=material.course,
        is_played=media_type in PLAYED,
        is_audio=media_type in AUDIO,
        is_author=may_teach(current_actor(), material.course),
        **NO_WAYS,
        headings=document_headings(reading.contents) if reading else [],
        **found,
        **_place_in(shown_in, found["pages"], is_pdf=found["is_pdf"]),
    )


def _place_in(shown_in: tuple[Lesson, Outline] | None, pages: Sequence[str], *, is_pdf: bool) -> dict[str, Any]:
    """Return where the reader stopped, which is one place with that of the lesson, and where the next one is noted."""
    asked = request.args.get("page", 0, type=int)
    told: dict[str, Any] = {"place": asked, "left_at": 0, "report": ""}
    if shown_in is None or not shown_in[1].is_enrolled:
        return told
    lesson = shown_in[0]
    told["report"] = f"{urls.for_lesson(lesson.id)}/page"
    # Of a file without words nobody knows here how many pages it has.
    return told if asked and not pages else told | reading_part(lesson, pages, is_pdf=is_pdf, tracked=True)


@bp.get("/materials/<int:material_id>/file")
def send_file(material_id: int) -> ResponseReturnValue:
    """Send the original file, to be opened or, with ``?download=1``, saved."""
    material = get_material(material_id, current_actor())
    check_material(material, current_actor())
    if material.file is None:
        raise NotFound
    return send(material.file, download=request.args.get("download") == "1")


@bp.get("/materials/<int:material_id>/versions/<int:number>")
def send_version(material_id: int, number: int) -> ResponseReturnValue:
    """Send the file that a material had as one of its versions, to be saved."""
    material = get_material(material_id, current_actor())
    check_material(material, current_actor())
    return send(get_version(material, number), download=True)


@bp.get("/materials/<int:material_id>/pictures/<int:number>", defaults={"size": "whole"})
@bp.get("/materials/<int:material_id>/pictures/<int:number>/<any(small):size>")
def show_document_picture(material_id: int, number: int, size: str) -> ResponseReturnValue:
    """Show one picture of a document, whole or for slow links."""
    return send(get_picture(material_id, number, current_actor(), small=size == "small"))
