"""Writes a course as EPUB 3: the type first and unpacked, a package, a table of contents, well-formed leaves."""

import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from markupsafe import Markup

from core.addresses import absolute
from core.clock import utcnow
from core.files import path_of
from core.i18n import _, current_locale
from core.media_types import EPUB
from core.pictures import as_old_programs_show
from study import urls
from study.certificate_wording import long_day
from study.offline.leaves import MATHML, clean_text, leaf
from study.offline.parcel import Leaf, Parcel, leaves, places_of

STYLE = Path(__file__).with_name("style.css")
CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>'
    "</container>\n"
)
_PAGE = Markup(
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
    ' lang="{language}" xml:lang="{language}">\n'
    '<head>\n<meta charset="utf-8"/>\n<title>{title}</title>\n'
    '<link rel="stylesheet" type="text/css" href="style.css"/>\n</head>\n<body>\n{body}\n</body>\n</html>\n'
)
_PACKAGE = Markup(
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">\n'
    '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
    '<dc:identifier id="id">{ident}</dc:identifier>\n<dc:title>{title}</dc:title>\n'
    "<dc:language>{language}</dc:language>\n<dc:creator>{creator}</dc:creator>\n<dc:source>{source}</dc:source>\n"
    '<meta property="dcterms:modified">{modified:%Y-%m-%dT%H:%M:%SZ}</meta>\n</metadata>\n'
    "<manifest>\n{manifest}\n</manifest>\n<spine>\n{spine}\n</spine>\n</package>\n"
)
_ITEM = Markup('<item id="{}" href="{}" media-type="{}"{}/>')
_REF = Markup('<itemref idref="{}"/>')
XHTML = "application/xhtml+xml"


def write_epub(out: IO[bytes], parcel: Parcel) -> None:
    """Write the parcel into a file that can be gone back in."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        # Programs tell the kind of the file by these bytes at this place.
        archive.writestr(zipfile.ZipInfo("mimetype", utcnow().timetuple()[:6]), EPUB, zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.write(STYLE, "EPUB/style.css")
        archive.writestr("EPUB/nav.xhtml", _contents(parcel))
        drawn = list(_put_pictures(archive, parcel))
        pictures = {address: f"{one.stem}{one.ending}" for one in drawn for address in one.addresses}
        front = _front(parcel, pictures)
        archive.writestr("EPUB/front.xhtml", front)
        items = [_item("front", "front.xhtml", front)]
        for one in leaves(parcel, "xhtml", "front.xhtml", None, pictures):
            page = _leaf_page(one)
            archive.writestr(f"EPUB/{one.number:03}.xhtml", page)
            items.append(_item(f"leaf-{one.number}", f"{one.number:03}.xhtml", page))
        archive.writestr("EPUB/package.opf", _package(parcel, drawn, items))


class _Drawn(NamedTuple):
    """A picture in the book."""

    stem: str
    ending: str
    media_type: str
    addresses: tuple[str, str]


def _put_pictures(archive: zipfile.ZipFile, parcel: Parcel) -> Iterator[_Drawn]:
    """Write the pictures one by one: many reading programs know no WebP, which our own pages prefer.

    Recordings stay behind, as those of lessons do.
    """
    for shot in parcel.taken(is_small=True):
        shown = as_old_programs_show(path_of(shot.file).read_bytes())
        archive.writestr(f"EPUB/{shot.stem}{shown.ending}", shown.content, zipfile.ZIP_STORED)
        yield _Drawn(shot.stem, shown.ending, shown.media_type, (shot.address, shot.small_address))


def _item(ident: str, name: str, page: str) -> Markup:
    more = Markup(' properties="mathml"') if MATHML in page else ""
    return _ITEM.format(ident, name, XHTML, more)


def _package(parcel: Parcel, drawn: Sequence[_Drawn], items: list[Markup]) -> str:
    course, address = parcel.course, absolute(urls.for_course(parcel.course.slug))
    fixed = [
        _ITEM.format("nav", "nav.xhtml", XHTML, Markup(' properties="nav"')),
        _ITEM.format("style", "style.css", "text/css", ""),
        *(_ITEM.format(f"picture-{one.stem}", f"{one.stem}{one.ending}", one.media_type, "") for one in drawn),
    ]
    spine = [_REF.format("front"), *(_REF.format(f"leaf-{number}") for number in range(1, len(items)))]
    return _PACKAGE.format(
        language=current_locale(),
        ident=uuid.uuid5(uuid.NAMESPACE_URL, address).urn,
        title=clean_text(course.title.pick()),
        creator=clean_text(course.branch.name.pick()),
        source=address,
        modified=utcnow(),
        manifest=Markup("\n").join([*fixed, *items]),
        spine=Markup("\n").join(spine),
    )


def _page(title: str, body: Markup) -> str:
    return _PAGE.format(language=current_locale(), title=title, body=body)


def _contents(parcel: Parcel) -> str:
    """Return the table of contents; a module with nothing open in it is left out, since a heading needs entries."""
    title, modules = clean_text(parcel.course.title.pick()), []
    for module in parcel.outline.modules:
        rows = [
            Markup('<li><a href="{:03}.xhtml">{}</a></li>').format(number, clean_text(line.title.pick()))
            for number, line in enumerate(parcel.lessons, start=1)
            if line.module_id == module.id
        ]
        if rows:
            heading = clean_text(module.title.pick())
            modules.append(Markup("<li><span>{}</span><ol>{}</ol></li>").format(heading, Markup("").join(rows)))
    front = Markup('<li><a href="front.xhtml">{}</a></li>').format(title)
    body = Markup('<nav epub:type="toc" id="toc"><h1>{}</h1><ol>{}{}</ol></nav>')
    return _page(title, body.format(_("Contents"), front, Markup("").join(modules)))


def _front(parcel: Parcel, pictures: Mapping[str, str]) -> str:
    course = parcel.course
    title = clean_text(course.title.pick())
    words = _("Taken along on %(day)s", day=long_day(utcnow()))
    parts = [
        Markup('<p class="kick">{} · {}</p>').format(clean_text(course.branch.name.pick()), words),
        Markup("<h1>{}</h1>").format(title),
    ]
    if course.summary:
        parts.append(Markup("<p>{}</p>").format(clean_text(course.summary.pick())))
    if html := course.html.pick():
        parts.append(leaf(html, places_of(parcel, "xhtml", ""), pictures, form="xml"))
    return _page(title, Markup("\n").join(parts))


def _leaf_page(one: Leaf) -> str:
    heading = Markup('<h1 lang="{0}" xml:lang="{0}">{1}</h1>\n<p class="quiet">{2}</p>\n')
    return _page(one.title, heading.format(one.language, one.title, one.notes) + one.body)
