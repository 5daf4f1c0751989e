"""Documents as HTML: what of their shape is kept, what is left behind, and that words never depend on it."""

import re

import pytest

from core.media_types import DOCX, EPUB, PDF, PPTX
from core.passages import passages_of
from study.extraction import enrich, runner
from study.extraction.flow import ENOUGH
from tests.factories.documents import GUIDE, drawing, png_bytes, relations, word_bytes, words, zip_bytes
from tests.study.test_extraction import docx_bytes, paragraph, pdf_bytes
from tests.study.test_slides_and_books import P, epub_bytes, pptx_bytes, shape, slide

pytestmark = pytest.mark.no_database


@pytest.fixture
def rich(kept):
    return lambda content, media_type: enrich(kept(content), media_type)


def test_a_word_document_keeps_headings_emphasis_tables_links_and_pictures(rich):
    found = rich(word_bytes(), DOCX)

    assert found.parts == (
        '<h2 id="p100001">Keeping minutes</h2>\n'
        '<p id="p100002"><strong>Bring a pen.</strong></p>\n'
        '<h3 id="p100003">When</h3>\n'
        '<p id="p100004">Before the meeting begins.</p>\n'
        '<div class="scroll" tabindex="0" id="p100005"><table><tbody><tr><td colspan="2"><p>Fees</p></td></tr>'
        "<tr><td><p>May</p></td><td><p>1,260</p></td></tr></tbody></table></div>\n"
        '<p id="p100006"><a href="https://example.org/rules" rel="nofollow noopener ugc">The rules</a></p>\n'
        '<p id="p100007">Sly</p>\n'
        '<figure id="p100008"><a class="pic" href="pictures/1"><img src="pictures/1/small" width="640" height="320" '
        'data-kb="1" loading="lazy" alt="A page of minutes"></a></figure>',
    )
    assert [tuple(entry) for entry in found.contents] == [
        (2, 1, "p100001", "Keeping minutes"),
        (3, 1, "p100003", "When"),
    ]
    assert [(one.media_type, one.small_type) for one in found.pictures] == [("image/webp", "image/webp")]


def test_a_picture_that_is_none_leaves_its_words(rich):
    found = rich(word_bytes(drawing("The seal"), picture=b"\x89PNG no"), DOCX)
    assert (found.parts, found.pictures) == (('<p id="p100001">[The seal]</p>',), ())


def test_a_picture_that_stands_twice_is_kept_once(rich):
    found = rich(word_bytes(drawing("one") + drawing("two")), DOCX)
    assert (len(found.pictures), re.findall(r'src="([^"]*)"', found.parts[0])) == (1, ["pictures/1/small"] * 2)


def test_a_long_document_is_parted_at_its_headings(rich):
    long = words("x " * (ENOUGH // 2 + 1))
    found = rich(word_bytes(words("One", "Heading1") + long + words("Two", "Heading2") + long), DOCX)
    assert [(entry.part, entry.words) for entry in found.contents] == [(1, "One"), (2, "Two")]
    assert [part.startswith("<h") for part in found.parts] == [True, True]


def test_what_word_cannot_open_is_still_read_as_words(kept):
    # The parts that say what is what are missing; the words are there.
    found = runner.read(kept(docx_bytes(paragraph("账目"))), DOCX)
    assert found.pages == ("账目",)


def test_a_document_type_hidden_in_any_part_refuses_the_shape_and_not_the_words(kept, tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><w:styles xmlns:w="w">&a;</w:styles>'
    parts = {
        "word/styles.xml": bomb,
        "word/document.xml": f"<w:document xmlns:w='w'><w:body>{GUIDE}</w:body></w:document>",
    }
    assert enrich(kept(zip_bytes(parts)), DOCX) is None


def test_slides_are_parts_with_title_lists_tables_and_notes(rich):
    found = rich(
        pptx_bytes(
            **{
                "ppt/slides/slide2.xml": slide(
                    shape("Fees", place="title"),
                    "<p:sp><p:nvSpPr><p:nvPr><p:ph/></p:nvPr></p:nvSpPr><p:txBody>"
                    '<a:p><a:r><a:rPr b="1"/><a:t>Paid</a:t></a:r></a:p>'
                    '<a:p><a:pPr lvl="1"/><a:r><a:t>in May</a:t></a:r></a:p>'
                    '<a:p><a:r><a:rPr><a:hlinkClick r:id="rId1"/></a:rPr><a:t>See &lt;there&gt;</a:t></a:r></a:p>'
                    "</p:txBody></p:sp>",
                    '<p:graphicFrame><a:tbl><a:tblPr firstRow="1"/><a:tr><a:tc gridSpan="2"><a:p><a:r>'
                    '<a:t>Month</a:t></a:r></a:p></a:tc><a:tc hMerge="1"/></a:tr><a:tr><a:tc><a:p><a:r><a:t>May</a:t>'
                    "</a:r></a:p></a:tc><a:tc><a:p/></a:tc></a:tr></a:tbl></p:graphicFrame>",
                    '<p:pic><p:nvPicPr><p:cNvPr id="4" name="x" descr="The &quot;list&quot;"/></p:nvPicPr><p:blipFill>'
                    '<a:blip r:embed="rId2"/></p:blipFill></p:pic>',
                ),
                "ppt/slides/_rels/slide2.xml.rels": relations(
                    ("rId1", "hyperlink", "https://example.org/a?b=1&amp;c=2"), ("rId2", "image", "../media/a.png")
                ),
                "ppt/media/a.png": png_bytes(),
            }
        ),
        PPTX,
    )

    assert found.parts[0] == (
        '<h2 id="p100001">How money is kept</h2>\n'
        '<ul id="p100002"><li>Keep the</li><li>accounts</li></ul>\n'
        '<p id="p100003">Once</p>\n'
        '<div class="callout" id="p100004"><p><strong>Speaker notes</strong></p><p>Say this slowly</p></div>'
    )
    assert found.parts[1] == (
        '<h2 id="p100005">Fees</h2>\n'
        '<ul id="p100006"><li><strong>Paid</strong></li><ul><li>in May</li></ul><li>'
        '<a href="https://example.org/a?b=1&amp;c=2" rel="nofollow noopener ugc">See &lt;there&gt;</a></li></ul>\n'
        '<div class="scroll" tabindex="0" id="p100007"><table><tbody><tr><th colspan="2">Month</th></tr>'
        "<tr><td>May</td><td></td></tr></tbody></table></div>\n"
        '<figure id="p100008"><a class="pic" href="pictures/1"><img src="pictures/1/small" width="640" height="320" '
        'data-kb="1" loading="lazy" alt="The &quot;list&quot;"></a></figure>'
    )


def test_wide_lines_of_code_are_reached_by_keys(rich):
    found = rich(epub_bytes(**{"OEBPS/text/one chapter.xhtml": "<html><body><pre>a  b</pre></body></html>"}), EPUB)
    assert found.parts[0] == '<pre tabindex="0" id="p100001">a  b</pre>'


def test_a_slide_is_read_as_it_is_seen(rich):
    def box(words: str, x: int, y: int) -> str:
        where = f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/></a:xfrm></p:spPr>'
        return shape(words).replace("<p:txBody>", f"{where}<p:txBody>")

    boxes = slide(box("right", 5_000_000, 410_000), box("below", 0, 4_000_000), box("left", 0, 400_000), shape("first"))
    found = rich(pptx_bytes(**{"ppt/slides/slide2.xml": boxes}), PPTX)
    assert [one.text for one in passages_of(found.parts[1])] == ["first", "left", "right", "below"]


def test_a_heading_that_is_said_twice_stands_once(rich):
    body = '<h1 id="a">Minutes</h1><h1 id="b">Minutes</h1><p><a href="#b">up</a></p><h1>Minutes</h1>'
    found = rich(epub_bytes(**{"OEBPS/text/one chapter.xhtml": f"<html><body>{body}</body></html>"}), EPUB)
    assert found.parts[0] == (
        '<h2 id="p100001">Minutes</h2>\n<p id="p100002"><a href="?page=1#p100001">up</a></p>\n'
        '<h2 id="p100003">Minutes</h2>'
    )


def test_a_slide_without_words_keeps_its_number(rich):
    found = rich(pptx_bytes(**{"ppt/slides/slide1.xml": f"<p:sld {P}><p:cSld><p:spTree/></p:cSld></p:sld>"}), PPTX)
    assert [len(passages_of(part)) for part in found.parts] == [1, 1]


def test_a_book_has_its_chapters_contents_and_links_between_them(rich):
    page = (
        "<html><head><title>x</title><style>p {{}}</style></head><body class='a'>"
        "<div><section id='top'>{0}</section></div>"
        "<script>alert(1)</script></body></html>"
    )
    found = rich(
        epub_bytes(
            **{
                "OEBPS/text/one chapter.xhtml": page.format(
                    '<h1 onclick="x()">Minutes</h1><p>See <a href="two%20chapter.xhtml#fees">fees</a>, '
                    '<a href="#top">up</a>, <a href="three.xhtml">lost</a><a id="here"/>, <i>now</i>.</p><h4>Pens</h4>'
                ),
                "OEBPS/text/two chapter.xhtml": page.format(
                    '<p style="color:red">Words before.</p><p id="fees"><img src="../a.png" alt="Seal"/></p>'
                ),
                "OEBPS/a.png": png_bytes(30, 30),
                "OEBPS/toc.ncx": '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>'
                'Accounts</text></navLabel><content src="text/two%20chapter.xhtml"/></navPoint></navMap></ncx>',
                "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest>'
                '<item id="one" href="text/one%20chapter.xhtml" media-type="application/xhtml+xml"/>'
                '<item id="two" href="text/two%20chapter.xhtml" media-type="application/xhtml+xml"/>'
                '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
                '<spine><itemref idref="one"/><itemref idref="two"/></spine></package>',
            }
        ),
        EPUB,
    )

    assert found.parts == (
        '<h2 id="p100001">Minutes</h2>\n'
        '<p id="p100002">See <a href="?page=2#p100006">fees</a>, <a href="?page=1#p100001">up</a>, lost, '
        "<em>now</em>.</p>\n"
        '<h3 id="p100003">Pens</h3>',
        '<h2 id="p100004">Accounts</h2>\n'
        '<p id="p100005">Words before.</p>\n'
        '<figure id="p100006"><img src="pictures/1/small" width="30" height="30" alt="Seal"></figure>',
    )
    assert [(entry.part, entry.words) for entry in found.contents] == [(1, "Minutes"), (1, "Pens"), (2, "Accounts")]


@pytest.mark.parametrize(
    "body",
    [
        '<p>a<img src="x" onerror="alert(1)">b</p>',
        '<p><a href="java&#10;script:alert(1)">c</a></p>',
        "<svg><script>alert(1)</script></svg><math><mtext><img src=x onerror=alert(1)></mtext></math><p>d</p>",
        '<p class="veil" data-kb="1" id="main">e</p><iframe src="https://example.org"></iframe>',
        '<form action="/x"><input name="q"><button>f</button></form><p>g</p>',
    ],
)
def test_nothing_that_acts_gets_out_of_a_document(rich, body):
    found = rich(epub_bytes(**{"OEBPS/text/one chapter.xhtml": f"<html><body>{body}</body></html>"}), EPUB)
    markup = "".join(found.parts)
    assert not re.search(r"onerror|javascript|<script|<iframe|<form|<input|<button|veil|id=\"main\"", markup)


def test_what_is_too_much_for_the_shape_is_read_as_words(kept, monkeypatch):
    monkeypatch.setattr(runner, "WALL_SECONDS", {"words": 60, "read": 0.01})
    found = runner.read(kept(pptx_bytes()), PPTX)
    assert (found.rich, found.pages[1]) == (None, "Fees\t1,260")


def test_other_kinds_stay_plain(kept):
    assert runner.read(kept(pdf_bytes("One")), PDF).rich is None
