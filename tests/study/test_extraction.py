"""Reading text out of files that these tests make themselves."""

import io
import zipfile

import pytest

from core.media_types import DOCX, PDF
from study.enums import ExtractionFault
from study.extraction import checks, extract, runner
from study.extraction.parts import clean_page, join_lines

pytestmark = pytest.mark.no_database

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf_bytes(*pages: str, trailer: str = "") -> bytes:
    """Write a small PDF by hand: one line of Helvetica a page."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for text in pages:
        stream = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        content = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    out += "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    return out.encode("latin-1")


def encrypted_pdf() -> bytes:
    """Write a PDF whose keys fit no password, so that none opens it."""
    keys = f"/Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4"
    return pdf_bytes("secret", trailer=f"/Encrypt << {keys} >> /ID [<{'43' * 16}> <{'43' * 16}>]")


def docx_bytes(body: str, prologue: str = "", **parts: str) -> bytes:
    """Write the parts of a DOCX that readers need."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"{prologue}<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_pdf_is_read_page_by_page_in_a_child_process(kept):
    found = runner.read(kept(pdf_bytes("Bring the minutes", "Publish the accounts")), PDF)
    assert found.pages == ("Bring the minutes", "Publish the accounts")


@pytest.mark.parametrize("read", [runner.read, runner.check, extract, checks.check])
def test_an_encrypted_pdf_is_named_as_such(kept, read, fault_of):
    path = kept(encrypted_pdf())
    assert fault_of(lambda: read(path, PDF)) is ExtractionFault.ENCRYPTED


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnot really", pdf_bytes("cut off")[:200]])
@pytest.mark.parametrize("read", [runner.check, checks.check])
def test_a_broken_pdf_is_named_as_such(kept, content, read, fault_of):
    path = kept(content)
    assert fault_of(lambda: read(path, PDF)) is ExtractionFault.BROKEN


@pytest.mark.parametrize("content", [b"PK rubbish", docx_bytes("<w:p>")])
def test_a_broken_docx_is_named_as_such(kept, content, fault_of):
    path = kept(content)
    assert fault_of(lambda: checks.check(path, DOCX)) is ExtractionFault.BROKEN


def test_a_kind_we_do_not_read_is_named_as_such(kept, fault_of):
    path = kept(b"x")
    for read in (extract, checks.check):
        assert fault_of(lambda read=read: read(path, "video/x-msvideo")) is ExtractionFault.KIND_REFUSED


def test_readable_files_pass_the_quick_look(kept):
    checks.check(kept(pdf_bytes("fine"), "a"), PDF)
    checks.check(kept(docx_bytes(paragraph("fine")), "b"), DOCX)
    checks.check(kept(b"fine", "c"), "text/plain")


def test_a_pdf_of_pictures_has_no_text(kept, fault_of):
    path = kept(pdf_bytes(""))
    assert fault_of(lambda: extract(path, PDF)) is ExtractionFault.NO_TEXT
    runner.check(path, PDF)


def test_a_docx_gives_paragraphs_tables_and_notes(kept):
    table = f"<w:tbl><w:tr><w:tc>{paragraph('凭据')}</w:tc><w:tc>{paragraph('0911')}</w:tc></w:tr></w:tbl>"
    notes = f"<w:endnotes {W}><w:endnote>{paragraph('见九月例会')}</w:endnote></w:endnotes>"
    body = paragraph("账目公布") + table + '<w:p><w:r><w:br w:type="page"/><w:t>第二页</w:t></w:r></w:p>'
    path = kept(docx_bytes(body, endnotes=notes))
    for read in (runner.read, extract):
        assert read(path, DOCX).pages == ("账目公布\n凭据\t0911", "第二页\n见九月例会")


def test_deleted_words_of_a_docx_are_not_read(kept):
    body = "<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText><w:t>删</w:t></w:r></w:del></w:p>"
    assert extract(kept(docx_bytes(body)), DOCX).pages == ("留",)


def test_a_docx_with_entities_is_refused(kept, fault_of):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    for path in (kept(docx_bytes(paragraph("&b;"), bomb), "used"), kept(docx_bytes(paragraph("x"), bomb), "unused")):
        for check in (runner.check, checks.check):
            assert fault_of(lambda path=path, check=check: check(path, DOCX)) is ExtractionFault.ENTITIES


def test_a_docx_that_unpacks_to_too_much_is_refused_before_unpacking(kept, monkeypatch, fault_of):
    from study.extraction import archives

    monkeypatch.setattr(archives, "UNPACKED_MAX", 1_000_000)
    path = kept(docx_bytes(paragraph("x"), media="0" * 2_000_000))
    assert path.stat().st_size < 10_000
    assert fault_of(lambda: extract(path, DOCX)) is ExtractionFault.TOO_LARGE_INSIDE


def test_a_child_that_needs_too_much_memory_is_stopped(kept, monkeypatch, fault_of):
    monkeypatch.setattr(runner, "MEMORY_BYTES", 250_000_000)
    path = kept(docx_bytes("<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 500_000))
    assert path.stat().st_size < 200_000
    assert fault_of(lambda: runner.check(path, DOCX)) is ExtractionFault.TOO_MUCH_MEMORY


def test_a_child_that_takes_too_long_is_stopped(kept, monkeypatch, fault_of):
    monkeypatch.setitem(runner.WALL_SECONDS, "check", 0.001)
    assert fault_of(lambda: runner.check(kept(pdf_bytes("x")), PDF)) is ExtractionFault.TOO_LONG


def test_markdown_gives_its_words_and_first_heading(kept):
    source = "---\nlayout: page\n---\n# 会前准备 {#prepare}\n\n写清**三件事**，见[样张](a.pdf)。\n\n```\ngit log\n```\n"
    found = extract(kept(source.encode()), "text/markdown")
    assert (found.title, found.pages) == ("会前准备", ("会前准备\n写清三件事，见样张。\ngit log",))


def test_html_gives_its_words_without_scripts(kept):
    page = "<head><title>须知</title><style>p{}</style></head><body><p>带<b>证件</b></p><script>x()</script></body>"
    found = extract(kept(page.encode()), "text/html")
    assert (found.title, found.pages) == ("须知", ("带证件",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_text_is_read_in_the_encodings_people_use(kept, encoding):
    path = kept("会议记录要让没到会的人也看得懂。".encode(encoding))
    assert extract(path, "text/plain").pages == ("会议记录要让没到会的人也看得懂。",)


def test_text_in_an_unknown_encoding_is_refused(kept, fault_of):
    path = kept("Žluťoučký kůň úpěl ďábelské ódy".encode("cp1250"))
    assert fault_of(lambda: extract(path, "text/plain")) is ExtractionFault.NOT_UTF8


def test_lines_broken_inside_a_chinese_sentence_are_joined():
    page = "账目公布不是把账本贴出来，账本给会计看，公布的账\n目给每一位成员看。\n一、大项单列"
    assert join_lines(page) == "账目公布不是把账本贴出来，账本给会计看，公布的账目给每一位成员看。\n一、大项单列"


def test_lines_broken_inside_an_english_sentence_are_joined_with_a_blank():
    page = "Show where the money came from and\nwhere it went, and who agreed to pub-\nlish it.\nNext"
    assert join_lines(page) == "Show where the money came from and where it went, and who agreed to publish it.\nNext"


def test_the_rows_of_a_table_are_left_alone():
    page = "活动室房租（3 个月） 年初预算 1,200.00\n更换活动室门窗 九月例会同意 780.00"
    assert join_lines(page) == page


def test_short_lines_and_lists_are_left_alone():
    page = "成功\n• 之后会看到网页已经出现了您的提交，内容是最新的一次\n• 状态会变"
    assert join_lines(page) == page


def test_radicals_become_the_characters_they_show():
    assert clean_page("⼀个⽂件\f") == "一个文件"


def children(monkeypatch) -> list[str]:
    """Note which children are started from now on."""
    modes, run = [], runner.subprocess.run

    def noted(command, **options):
        modes.append(command[3])
        return run(command, **options)

    monkeypatch.setattr(runner.subprocess, "run", noted)
    return modes


def test_what_a_child_has_said_of_a_file_is_not_asked_again(kept, monkeypatch, fault_of):
    modes = children(monkeypatch)
    assert fault_of(lambda: runner.read(kept(docx_bytes(paragraph(""))), DOCX)) is ExtractionFault.NO_TEXT
    assert modes == ["read"]


def test_a_child_that_came_to_its_limits_is_followed_by_one_that_reads_the_words(kept, monkeypatch):
    modes = children(monkeypatch)
    monkeypatch.setitem(runner.WALL_SECONDS, "read", 0.001)
    assert runner.read(kept(docx_bytes(paragraph("Bring a pen."))), DOCX).text == "Bring a pen."
    assert modes == ["read", "words"]
