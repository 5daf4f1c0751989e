"""Small documents that tests make themselves, as their programs write them."""

import io
import zipfile

from PIL import Image

from core.files import store
from study.enums import LessonKind, MaterialState
from study.file_reading import read_file
from tests.factories.study import LessonFactory, MaterialFactory

PARTS = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)


def png_bytes(width: int = 800, height: int = 400, colour: str = "teal") -> bytes:
    """Return a picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def zip_bytes(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    """Return a part of relations: id, kind and target each; web addresses are outside."""
    outside = ' TargetMode="External"'
    inner = "".join(
        f'<Relationship Id="{ident}" Type="{OFFICE}/{kind}" Target="{target}"{outside if ":" in target else ""}/>'
        for ident, kind, target in rows
    )
    return f'<Relationships xmlns="{PARTS}/relationships">{inner}</Relationships>'


def words(text: str, style: str = "", marks: str = "") -> str:
    """Return a paragraph of Word; ``marks`` are elements such as ``<w:b/>``."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}<w:r><w:rPr>{marks}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def drawing(alt: str) -> str:
    """Return a paragraph with the picture of the document."""
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="{alt}"/><a:graphic><a:graphicData>'
        '<pic:pic><pic:blipFill><a:blip r:embed="rId8"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )


LINK = '<w:p><w:hyperlink r:id="rId9"><w:r><w:t>The rules</w:t></w:r></w:hyperlink></w:p>'
SLY = '<w:p><w:hyperlink r:id="rId7"><w:r><w:t>Sly</w:t></w:r></w:hyperlink></w:p>'
TABLE = (
    "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>Fees</w:t></w:r></w:p></w:tc></w:tr>"
    "<w:tr><w:tc><w:p><w:r><w:t>May</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1,260</w:t></w:r></w:p></w:tc></w:tr>"
    "</w:tbl>"
)
GUIDE = (
    words("Keeping minutes", "Heading1")
    + words("Bring a pen.", marks="<w:b/>")
    + words("When", "Heading2")
    + words("Before the meeting begins.")
    + TABLE
    + LINK
    + SLY
    + drawing("A page of minutes")
)


def word_bytes(body: str = GUIDE, picture: bytes | None = None, numbering: str = "") -> bytes:
    """Return a DOCX with headings of two levels, a picture and two links; ``numbering`` says how lists count."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2)
    )
    return zip_bytes(
        {
            "[Content_Types].xml": f'<Types xmlns="{PARTS}/content-types"><Default Extension="png" '
            'ContentType="image/png"/><Default Extension="xml" ContentType="application/xml"/></Types>',
            "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/numbering.xml": numbering or f"<w:numbering {W}/>",
            "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
            "word/_rels/document.xml.rels": relations(
                ("rId1", "styles", "styles.xml"),
                ("rId2", "numbering", "numbering.xml"),
                ("rId7", "hyperlink", "javascript:alert(1)"),
                ("rId8", "image", "media/image1.png"),
                ("rId9", "hyperlink", "https://example.org/rules"),
            ),
            "word/media/image1.png": png_bytes() if picture is None else picture,
        }
    )


def document_lesson(course, content: bytes | None = None, *, name: str = "guide.docx"):
    """Return a lesson that shows a document, which was read as the worker reads it."""
    file = store(io.BytesIO(word_bytes() if content is None else content), name)
    material = MaterialFactory(
        course=course, file=file, text="", page_count=0, external_id=name, state=MaterialState.WAITING
    )
    lesson = LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)
    assert read_file(material.id)
    return lesson
