"""Writes a course as a ZIP of plain HTML: a front page, a leaf for each lesson, the files beside them; no script."""

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from markupsafe import Markup

from core.clock import utcnow
from core.files import path_of
from core.i18n import _, current_locale
from study.certificate_wording import long_day
from study.offline.leaves import leaf
from study.offline.parcel import Leaf, Parcel, leaves, pictures_in, places_of, size_words

STYLE = Path(__file__).with_name("style.css")

_PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>{title}</title>\n"
    '<link rel="stylesheet" href="{up}style.css">\n</head>\n<body>\n{body}\n</body>\n</html>\n'
)
_PACKED = frozenset(
    {"mp4", "webm", "ogv", "m4a", "mp3", "ogg", "flac", "zip", "docx", "pptx", "epub", "pdf", "jpg", "png"}
)
"""Endings of files that packing would not make smaller."""


def write_website(out: IO[bytes], parcel: Parcel, *, with_files: bool) -> None:
    """Write the parcel into a file that can be gone back in."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(STYLE, "style.css")
        archive.writestr("index.html", _front(parcel, with_files=with_files))
        pictures = pictures_in(parcel, "../pictures/", is_small=not with_files)
        for one in leaves(parcel, "html", "../index.html", "../files/" if with_files else None, pictures):
            archive.writestr(f"lessons/{one.number:03}.html", _leaf_page(parcel, one))
        for shot in parcel.taken(is_small=not with_files):
            file, name = shot.chosen(is_small=not with_files)
            archive.write(path_of(file), f"pictures/{name}", zipfile.ZIP_STORED)
        if with_files:
            for enclosure in parcel.files.values():
                packed = enclosure.name.rpartition(".")[2] in _PACKED
                archive.write(
                    path_of(enclosure.file),
                    f"files/{enclosure.name}",
                    zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED,
                )


def _front(parcel: Parcel, *, with_files: bool) -> str:
    pictures = pictures_in(parcel, "pictures/", is_small=not with_files)
    course, parts = parcel.course, [*_opening(parcel, pictures)]
    for module in parcel.outline.modules:
        parts.append(Markup("<h2>{} {}</h2>").format(module.number, module.title.pick()))
        parts.append(Markup("<ol>{}</ol>").format(Markup("\n").join(_entries(parcel, module.id))))
    if with_files and parcel.files:
        parts.append(Markup("<h2>{}</h2>").format(_("Documents")))
        rows = [
            Markup('<li><a href="files/{}">{}</a> ({})</li>').format(
                one.name, one.file.original_name, size_words(one.file.size)
            )
            for one in parcel.files.values()
        ]
        parts.append(Markup("<ul>{}</ul>").format(Markup("\n").join(rows)))
    body = Markup("\n").join(parts)
    return _PAGE.format(language=current_locale(), title=course.title.pick(), up="", body=body)


def _opening(parcel: Parcel, pictures: Mapping[str, str]) -> Iterator[Markup]:
    course = parcel.course
    words = _("Taken along on %(day)s", day=long_day(utcnow()))
    yield Markup('<p class="kick">{} · {}</p>').format(course.branch.name.pick(), words)
    yield Markup('<h1 lang="{}">{}</h1>').format(course.title.language(), course.title.pick())
    if course.summary:
        yield Markup("<p>{}</p>").format(course.summary.pick())
    if html := course.html.pick():
        places = {own: f"lessons/{there}" for own, there in places_of(parcel, "html", "").items() if there}
        places |= pictures
        yield leaf(html, places, pictures)


def _entries(parcel: Parcel, module_id: int) -> Iterator[Markup]:
    numbers = {line.id: number for number, line in enumerate(parcel.lessons, start=1)}
    for line in parcel.outline.lessons:
        if line.module_id != module_id:
            continue
        if line.id in numbers:
            row = Markup('<li><a href="lessons/{:03}.html">{}</a></li>')
            yield row.format(numbers[line.id], line.title.pick())
        else:
            row = Markup('<li>{} <span class="quiet">{}</span></li>')
            yield row.format(line.title.pick(), _("(not open to you yet)"))


def _leaf_page(parcel: Parcel, one: Leaf) -> str:
    lines = parcel.lessons
    course = Markup('<p class="kick"><a href="../index.html">{}</a></p>').format(parcel.course.title.pick())
    heading = Markup('<h1 lang="{}">{}</h1>\n<p class="quiet">{}</p>').format(one.language, one.title, one.notes)
    turns = []
    if one.number > 1:
        turns.append(_turn("prev", one.number - 1, f"← {lines[one.number - 2].title.pick()}"))
    if one.number < len(lines):
        turns.append(_turn("next", one.number + 1, f"{lines[one.number].title.pick()} →"))
    turn = Markup('<nav class="turn">{}</nav>').format(Markup(" ").join(turns)) if turns else Markup("")
    body = Markup("\n").join((course, heading, one.body, turn))
    return _PAGE.format(language=current_locale(), title=one.title, up="../", body=body)


def _turn(rel: str, number: int, words: str) -> Markup:
    return Markup('<a rel="{}" href="{:03}.html">{}</a>').format(rel, number, words)
