"""Reading slides and books out of archives that these tests make themselves."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import files
from core.media_types import EPUB, PPTX
from study.enums import ExtractionFault
from study.extraction import Unreadable, checks, enrich, extract, runner

pytestmark = pytest.mark.no_database

P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def zip_bytes(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(**targets: tuple[str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="{ident}" Type="{KIND}{kind}" Target="{target}"/>'
        for ident, (kind, target) in targets.items()
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def shape(*lines: str, place: str = "") -> str:
    mark = f'<p:nvPr><p:ph type="{place}"/></p:nvPr>' if place else "<p:nvPr/>"
    text = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    return f"<p:sp><p:nvSpPr>{mark}</p:nvSpPr><p:txBody>{text}</p:txBody></p:sp>"


def slide(*shapes: str) -> str:
    return f"<p:sld {P}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:sld>"


def pptx_bytes(order: str = "rId1 rId2", **more: str) -> bytes:
    shown = "".join(f'<p:sldId id="{n}" r:id="{ident}"/>' for n, ident in enumerate(order.split(), start=256))
    return zip_bytes(
        {
            "ppt/presentation.xml": f"<p:presentation {P}><p:sldIdLst>{shown}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": relations(
                rId1=("slide", "slides/slide1.xml"), rId2=("slide", "/ppt/slides/slide2.xml")
            ),
            "ppt/slides/slide1.xml": slide(
                shape("Keep the", "accounts", place="body"),
                shape("How money is kept", place="title"),
                shape("7", place="sldNum"),
                f"<mc:AlternateContent><mc:Choice>{shape('Once')}</mc:Choice><mc:Fallback>{shape('Twice')}</mc:Fallback>"
                "</mc:AlternateContent>",
            ),
            "ppt/slides/_rels/slide1.xml.rels": relations(rId9=("notesSlide", "../notesSlides/notesSlide1.xml")),
            "ppt/notesSlides/notesSlide1.xml": slide(
                shape("Say this slowly", place="body"), shape("7", place="sldNum")
            ),
            "ppt/slides/slide2.xml": slide(
                "<p:graphicFrame><a:tbl><a:tr><a:tc><a:p><a:r><a:t>Fees</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r>"
                "<a:t>1,260</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:graphicFrame>"
            ),
            **more,
        }
    )


CHAPTER = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1} &amp; more&nbsp;words</p></body></html>"


def epub_bytes(spine: str = "one two", **more: str) -> bytes:
    items = "".join(
        f'<item id="{name}" href="text/{name}%20chapter.xhtml" media-type="application/xhtml+xml"/>'
        for name in ("one", "two")
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in spine.split())
    return zip_bytes(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>支部 手册</dc:title></metadata>'
            f'<manifest>{items}<item id="pic" href="a.png" media-type="image/png"/></manifest>'
            f"<spine>{order}</spine></package>",
            "OEBPS/text/one chapter.xhtml": "<!DOCTYPE html>" + CHAPTER.format("Minutes", "Bring a pen"),
            "OEBPS/text/two chapter.xhtml": CHAPTER.format("Accounts", "Publish them"),
            **more,
        }
    )


def test_slides_are_pages_with_title_text_and_notes_in_a_child_process(kept):
    found = runner.read(kept(pptx_bytes()), PPTX)
    assert found.title == "How money is kept"
    assert found.pages == ("How money is kept\nKeep the\naccounts\nOnce\nSay this slowly", "Fees\t1,260")


def test_slides_stand_in_the_order_in_which_they_are_shown(kept):
    assert extract(kept(pptx_bytes("rId2 rId1 rId7")), PPTX).pages[0].startswith("Fees")


def test_a_slide_of_pictures_keeps_its_number(kept):
    pages = extract(
        kept(
            pptx_bytes(
                "rId1 rId2",
                **{
                    "ppt/slides/slide1.xml": slide(),
                },
            )
        ),
        PPTX,
    ).pages
    assert pages == ("Say this slowly", "Fees\t1,260")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (pptx_bytes(**{"ppt/slides/slide2.xml": "<p:sld"}), ExtractionFault.BROKEN),
        (
            pptx_bytes(**{"ppt/slides/slide2.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            ExtractionFault.ENTITIES,
        ),
        (pptx_bytes(order=""), ExtractionFault.NO_TEXT),
        (zip_bytes({"ppt/other.xml": ""}), ExtractionFault.BROKEN),
        (b"PK\x03\x04 cut", ExtractionFault.BROKEN),
    ],
)
def test_slides_that_cannot_be_read_say_why(kept, content, fault, fault_of):
    path = kept(content)
    assert fault_of(lambda: extract(path, PPTX)) is fault


def test_chapters_of_a_book_are_pages_in_the_order_of_its_spine(kept):
    found = runner.read(kept(epub_bytes("two one pic nothing")), EPUB)
    assert found.title == "支部 手册"
    assert found.pages == ("Accounts\nPublish them & more words", "Minutes\nBring a pen & more words")


DECLARING = """<?xml version="1.0"?>
<!DOCTYPE html [<!-- ] > --><!ENTITY who "the ]> treasurer">
<!ENTITY when 'today'>]>
"""


def test_what_a_chapter_declares_is_not_read_as_its_words(kept):
    made = kept(epub_bytes("one", **{"OEBPS/text/one chapter.xhtml": DECLARING + CHAPTER.format("Minutes", "Pens")}))
    assert extract(made, EPUB).pages == ("Minutes\nPens & more words",)
    shape_ = enrich(made, EPUB)
    assert shape_ is not None
    assert shape_.parts == ('<h2 id="p100001">Minutes</h2>\n<p id="p100002">Pens &amp; more&nbsp;words</p>',)


def test_the_words_of_a_slide_are_read_from_top_to_bottom_and_from_left_to_right(kept):
    def at(x: int, y: int, words: str) -> str:
        return shape(words).replace(
            "<p:txBody>", f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/></a:xfrm></p:spPr><p:txBody>'
        )

    placed = slide(at(0, 4_000_000, "Third"), at(5_000_000, 100, "Second"), at(0, 200, "First"))
    made = kept(pptx_bytes("rId2", **{"ppt/slides/slide2.xml": placed}))
    assert extract(made, PPTX).pages == ("First\nSecond\nThird",)


CHART = (
    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="'
    'http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Dues by '
    "month</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart>{}</c:barChart><c:valAx><c:title><a:p><a:r>"
    "<a:t>yuan</a:t></a:r></a:p></c:title></c:valAx></c:plotArea></c:chart></c:chartSpace>"
)
FRAME = (
    "<p:graphicFrame><a:graphic><a:graphicData><c:chart "
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rId9"/>'
    "</a:graphicData></a:graphic></p:graphicFrame>"
)


def series(name: str, labels: dict[int, str], values: dict[int, str]) -> str:
    """Return a series as PowerPoint writes it, with what it remembers of its sheet."""

    def points(found: dict[int, str]) -> str:
        return "".join(f'<c:pt idx="{place}"><c:v>{one}</c:v></c:pt>' for place, one in found.items())

    return (
        f'<c:ser><c:idx val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache>{points({0: name})}</c:strCache>'
        f"</c:strRef></c:tx><c:cat><c:strRef><c:strCache>{points(labels)}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:numCache>{points(values)}</c:numCache></c:numRef></c:val></c:ser>"
    )


def charted(chart: str) -> bytes:
    """Return slides of which the second shows a chart."""
    return pptx_bytes(
        "rId2",
        **{
            "ppt/slides/slide2.xml": slide(shape("Fees", place="title"), FRAME),
            "ppt/slides/_rels/slide2.xml.rels": relations(rId9=("chart", "../charts/chart1.xml")),
            "ppt/charts/chart1.xml": chart,
        },
    )


def test_the_labels_and_figures_of_a_chart_are_read_and_shown_as_a_table(kept):
    months = {0: "一月", 2: "March &amp; April"}
    first, second = series("已交", months, {0: "12.5", 1: "3.30000000000001"}), series("Late", months, {2: "1"})
    made = kept(charted(CHART.format(first + second)))
    assert extract(made, PPTX).pages == ("Fees\nDues by month · yuan\n已交\tLate\n一月\t12.5\n3.3\nMarch & April\t\t1",)
    shown = enrich(made, PPTX)
    assert shown is not None
    assert shown.parts == (
        '<h2 id="p100001">Fees</h2>\n<p id="p100002"><strong>Dues by month · yuan</strong></p>\n'
        '<div class="scroll" tabindex="0" id="p100003"><table><thead><tr><td></td><th>已交</th><th>Late</th></tr>'
        "</thead><tbody><tr><th>一月</th><td>12.5</td><td></td></tr><tr><th></th><td>3.3</td><td></td></tr>"
        "<tr><th>March &amp; April</th><td></td><td>1</td></tr></tbody></table></div>",
    )


def test_outer_labels_of_a_chart_stand_before_all_they_cover(kept):
    def points(*rows: tuple[int, str]) -> str:
        return "<c:lvl>" + "".join(f'<c:pt idx="{at}"><c:v>{one}</c:v></c:pt>' for at, one in rows) + "</c:lvl>"

    levels = points((0, "Q1"), (1, "Q2")) + points((0, "2025"))
    one = (
        "<c:ser><c:tx><c:v>Sum</c:v></c:tx><c:cat><c:multiLvlStrRef><c:multiLvlStrCache>"
        f'{levels}</c:multiLvlStrCache></c:multiLvlStrRef></c:cat><c:val><c:numLit><c:pt idx="1"><c:v>4</c:v></c:pt>'
        "</c:numLit></c:val></c:ser>"
    )
    assert extract(kept(charted(CHART.format(one))), PPTX).pages == (
        "Fees\nDues by month · yuan\nSum\n2025 Q1\n2025 Q2\t4",
    )


def test_a_slide_whose_chart_is_broken_or_missing_is_read_without(kept):
    assert extract(kept(charted("<c:chartSpace")), PPTX).pages == ("Fees",)
    lost = pptx_bytes("rId2", **{"ppt/slides/slide2.xml": slide(shape("Fees", place="title"), FRAME)})
    assert extract(kept(lost), PPTX).pages == ("Fees",)


def test_the_boxes_of_a_diagram_are_read_as_a_list(kept):
    frame = (
        '<p:graphicFrame><a:graphic><a:graphicData><d:relIds xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/'
        'diagram" r:dm="rId9"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    boxes = "".join(f"<d:pt><d:t><a:p><a:r><a:t>{one}</a:t></a:r></a:p></d:t></d:pt>" for one in ("Ask", "Answer"))
    made = kept(
        pptx_bytes(
            "rId2",
            **{
                "ppt/slides/slide2.xml": slide(shape("Steps", place="title"), frame),
                "ppt/slides/_rels/slide2.xml.rels": relations(rId9=("diagramData", "../diagrams/data1.xml")),
                "ppt/diagrams/data1.xml": '<d:dataModel xmlns:d="d" xmlns:a="http://schemas.openxmlformats.org/drawingml/'
                f'2006/main"><d:ptLst>{boxes}<d:pt type="pres"/></d:ptLst></d:dataModel>',
            },
        )
    )
    assert extract(made, PPTX).pages == ("Steps\nAsk\nAnswer",)
    shown = enrich(made, PPTX)
    assert shown is not None
    assert shown.parts[0].endswith('<ul id="p100002"><li>Ask</li><li>Answer</li></ul>')


LOCK = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:CipherData>'
    '<enc:CipherReference URI="{}"/></enc:CipherData></enc:EncryptedData></encryption>'
)


def test_a_book_with_hidden_fonts_is_read_and_one_with_hidden_chapters_is_not(kept, fault_of):
    fonts = kept(epub_bytes(**{"META-INF/encryption.xml": LOCK.format("OEBPS/font.otf")}))
    assert len(extract(fonts, EPUB).pages) == 2
    chapters = kept(epub_bytes(**{"META-INF/encryption.xml": LOCK.format("OEBPS/text/two%20chapter.xhtml")}))
    assert fault_of(lambda: extract(chapters, EPUB)) is ExtractionFault.ENCRYPTED


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"META-INF/container.xml": "<container/>"}, ExtractionFault.BROKEN),
        ({"OEBPS/book.opf": "<package"}, ExtractionFault.BROKEN),
        ({"META-INF/container.xml": '<c><rootfile full-path="../../etc/passwd"/></c>'}, ExtractionFault.BROKEN),
        ({"OEBPS/book.opf": "<package/>"}, ExtractionFault.NO_TEXT),
    ],
)
def test_books_that_cannot_be_read_say_why(kept, parts, fault, fault_of):
    path = kept(epub_bytes(**parts))
    assert fault_of(lambda: extract(path, EPUB)) is fault


@pytest.mark.parametrize(("make", "media_type", "name"), [(pptx_bytes, PPTX, "a.pptx"), (epub_bytes, EPUB, "a.epub")])
def test_the_kind_is_told_by_the_content_and_the_quick_look_opens_it(kept, make, media_type, name):
    path = kept(make())
    with path.open("rb") as stream:
        assert files.sniff(stream, "a.zip") == media_type
    files.check_type(media_type, name)
    checks.check(path, media_type)
    with pytest.raises(files.FileNotWhatItSays):
        files.check_type(media_type, "a.docx")


DAMAGED = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@DAMAGED
@given(
    made=st.sampled_from([(pptx_bytes(), PPTX), (epub_bytes(), EPUB)]),
    place=st.floats(0, 1),
    garble=st.binary(min_size=1, max_size=6),
    cut=st.booleans(),
)
def test_a_damaged_archive_is_read_or_refused_in_words_and_nothing_else(kept, made, place, garble, cut):
    content, media_type = made
    at = int(place * len(content))
    path = kept(content[:at] if cut else content[:at] + garble + content[at + len(garble) :])
    with suppress(Unreadable):
        assert extract(path, media_type).pages


def test_garbled_data_of_a_part_is_damage(kept, fault_of):
    content = bytearray(epub_bytes())
    start = content.index(b"OEBPS/book.opf") + len("OEBPS/book.opf")
    content[start : start + 8] = b"\xff" * 8
    path = kept(bytes(content))
    assert fault_of(lambda: extract(path, EPUB)) is ExtractionFault.BROKEN
