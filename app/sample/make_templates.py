"""Writes files/minutes-and-replies.docx, the two blank forms of the sample course, in Chinese and English.

Run it after changing the forms and commit what it writes: ``python -m app.sample.make_templates``.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

TARGET = Path(__file__).parent / "files" / "minutes-and-replies.docx"

MINUTES_ZH = [
    ("支部、会议", "＿＿＿＿支部　＿＿月例会"),
    ("时间、地点", "＿＿月＿＿日（星期＿）＿＿:＿＿–＿＿:＿＿　地点："),
    ("人数", "应到＿＿人　实到＿＿人　委托＿＿人　够不够表决：□ 够　□ 不够"),
    ("主持、记录", "主持：＿＿＿＿　记录：＿＿＿＿"),
]
ITEM_ZH = [
    ("事项", ""),
    ("说明", "是什么事，要花多少钱，不办会怎样"),
    ("主要意见", "同意的理由；不同意的理由，各一句"),
    ("决定", "要表决的话，一字不差：做什么、多少钱、从哪里列支"),
    ("表决", "同意＿＿　不同意＿＿　弃权＿＿　□ 通过　□ 未通过"),
    ("经办", "谁：＿＿＿＿　＿＿月＿＿日以前"),
]
MINUTES_EN = [
    ("Branch, meeting", "________ branch, meeting of ________"),
    ("Time and place", "____day, __ ________, __:__ to __:__, at ________"),
    ("Present", "members __   present __   proxies __   enough to vote:  □ yes  □ no"),
    ("Chair, minutes", "chair ________   minutes ________"),
]
ITEM_EN = [
    ("Matter", ""),
    ("Background", "what it is, what it costs, what happens if nothing is done"),
    ("Main views", "reasons for and against, one sentence each"),
    ("Decision", "the motion word for word: what, how much, from which fund"),
    ("Vote", "for __   against __   abstaining __    □ carried  □ not carried"),
    ("Who", "________, by __ ________"),
]
END_ZH = "下次会议：＿＿月＿＿日　主持人签名：＿＿＿＿　记录人签名：＿＿＿＿"
END_EN = "Next meeting: ________   Signed: chair ________   minutes ________"
REPLY_ZH = [
    ("1 复述问题", "＿＿您好：您问的是……"),
    ("2 事实和凭据", "查到了什么，根据什么：数字、日期、凭据号"),
    ("3 怎么办", "做什么、谁来做、哪天以前；不能办的，写明为什么、还有什么办法"),
    ("4 署名和日期", "姓名、职务、日期；还有疑问找谁，不同意可以向片区提出"),
]
REPLY_EN = [
    ("1 The question", "Dear ________, you ask …"),
    ("2 Facts and evidence", "what was found and where: figures, dates, voucher numbers"),
    ("3 What will be done", "what, by whom, by when; if nothing, why, and which other way there is"),
    ("4 Name and date", "name, office, date; whom to ask further; that one may take it to the region"),
]
CHECK_ZH = [
    "三个数都记了：同意、不同意、弃权",
    "散会前念过一遍",
    "三天内发在支部版块，并贴在活动室",
    "没有写进家庭困难、电话、住址",
]
CHECK_EN = [
    "all three numbers are there: for, against, abstaining",
    "the decisions were read out before closing",
    "out within three days, on the board and in the hall",
    "nothing about a family's hardship, no telephone numbers, no addresses",
]


def _style(document: WordDocument) -> None:
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Bullet"):
        font = document.styles[name].font
        font.name = "Noto Sans"
        document.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Noto Sans CJK SC")
    document.styles["Normal"].font.size = Pt(10.5)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)


def _form(document: WordDocument, rows: Sequence[tuple[str, str]]) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for label, hint in rows:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(3.8), Cm(13.2)
        cells[0].paragraphs[0].add_run(label).bold = True
        cells[1].text = hint
    document.add_paragraph()


def _page_break(document: WordDocument) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _minutes(document: WordDocument, title: str, head: Sequence[tuple[str, str]], item: str, end: str) -> None:
    document.add_heading(title, 1)
    _form(document, head)
    rows = ITEM_ZH if head is MINUTES_ZH else ITEM_EN
    for number in (1, 2):
        document.add_heading(item.format(number), 2)
        _form(document, rows)
    document.add_paragraph(end)


def _checks(document: WordDocument, title: str, lines: Sequence[str]) -> None:
    document.add_heading(title, 2)
    for line in lines:
        document.add_paragraph(line, style="List Bullet")


def write(target: Path = TARGET) -> None:
    """Write the document."""
    document = Document()
    _style(document)
    properties = document.core_properties
    properties.title = "会议记录与答复模板 · Templates for minutes and replies"
    properties.author = "青禾社 Qinghe Society"
    properties.comments = ""
    properties.created = properties.modified = datetime(2026, 11, 1)  # noqa: DTZ001 -- the format knows no zones
    document.add_heading("会议记录与答复模板", 0)
    document.add_paragraph(
        "两份空白样式，一张纸记一次会，一封信答一个问题。可以自由复制、修改。"
        "Two blank forms: one sheet for a meeting, one letter for a question. Copy and change them freely."
    )
    _minutes(
        document,
        "一、会议记录",
        MINUTES_ZH,
        "第 {} 件事",
        "下次会议：＿＿月＿＿日　主持人签名：＿＿＿＿　记录人签名：＿＿＿＿",
    )
    _checks(document, "发出之前", CHECK_ZH)
    _page_break(document)
    _minutes(
        document,
        "Minutes of a meeting",
        MINUTES_EN,
        "Item {}",
        END_EN,
    )
    _checks(document, "Before they go out", CHECK_EN)
    _page_break(document)
    document.add_heading("二、答复", 1)
    document.add_paragraph("提问日期：＿＿月＿＿日　最迟答复：＿＿月＿＿日（五个工作日）　交给：＿＿＿＿")
    _form(document, REPLY_ZH)
    document.add_heading("A reply", 1)
    document.add_paragraph("Asked on: ________   Answer by (five working days): ________   Given to: ________")
    _form(document, REPLY_EN)
    document.save(str(target))


if __name__ == "__main__":
    write()
