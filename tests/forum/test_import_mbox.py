"""Archives of mailing lists come over as threads: names without addresses, quotations, every encoding."""

import base64
import quopri

import pytest

from forum.importing import mbox
from forum.importing.mail_text import flowed, mail_to_markdown, without_signature
from tests.factories.forum import BoardFactory
from tests.forum.importing import take, threads


def mail(number, body, subject="Well water", name="Li Wen", **more):
    headers = {
        "From": f"{name} <li{number}@example.org>",
        "Date": f"Mon, {number:02} Jan 2024 08:00:00 +0800",
        "Subject": subject,
        "Message-ID": f"<m{number}@example.org>",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        **{key.replace("_", "-"): value for key, value in more.items()},
    }
    head = "\n".join(f"{key}: {value}" for key, value in headers.items() if value is not None)
    envelope = f"From li{number}@example.org Mon Jan {number:02} 08:00:00 2024\n"
    return (envelope + head).encode() + b"\n\n" + (body if isinstance(body, bytes) else body.encode()) + b"\n\n"


@pytest.fixture
def board(app):
    return BoardFactory(slug="general")


@pytest.fixture
def file(tmp_path):
    """Return ``file(messages) -> path``."""

    def write(*messages, name="list.mbox"):
        path = tmp_path / name
        path.write_bytes(b"".join(messages))
        return path

    return write


OPENING = mail(1, "The well is dry.\nFrom here on we share.\n-- \nLi Wen\nphone 123")
ANSWER = mail(
    2,
    "On Monday, Li Wen <li1@example.org> wrote:\n> The well is dry.\n> > Since when?\n\n是的，井干了。",
    "Re: [village] Well water",
    "王芳",
    In_Reply_To="<m1@example.org>",
)
DEEPER = mail(3, "Use ours.", "Re: Well water", References="<m1@example.org> <gone@example.org> <m2@example.org>")
BY_SUBJECT = mail(4, "Late to this.", "RE: Re: Well water", "bob@example.org")
OTHER = mail(5, "Another matter.", "=?gb2312?B?" + base64.b64encode("新话题".encode("gb2312")).decode() + "?=")


def test_an_archive_becomes_threads(board, file):
    assert take(file(OPENING, ANSWER, DEEPER, BY_SUBJECT, OTHER)) == (
        0,
        {"threads": 2, "posts": 5, "skipped": 0, "refused": []},
    )
    found = threads()
    assert [row[:2] for row in found["Well water"]] == [(1, None), (2, 1), (3, 2), (4, 1)]
    assert [row[2] for row in found["Well water"]] == ["Li Wen", "王芳", "Li Wen", "有人"]
    assert found["Well water"][0][3] == "The well is dry.\nFrom here on we share."
    assert found["Well water"][1][3] == (
        "On Monday, Li Wen \\[…\\] wrote:\n\n> The well is dry.\n\n> > Since when?\n\n是的，井干了。"
    )
    assert list(found) == ["Well water", "新话题"]
    assert "example.org" not in str(found)


def test_an_archive_that_has_grown_adds_only_what_is_new(board, file):
    take(file(OPENING, ANSWER))
    assert take(file(OPENING, ANSWER, DEEPER, OTHER))[1] == {"threads": 1, "posts": 2, "skipped": 2, "refused": []}
    assert [row[:2] for row in threads()["Well water"]] == [(1, None), (2, 1), (3, 2)]


def test_next_months_archive_goes_on_with_last_months_threads(board, file):
    take(file(OPENING, ANSWER, name="january.mbox"))
    assert take(file(DEEPER, name="february.mbox"))[1]["threads"] == 0
    assert [row[:2] for row in threads()["Well water"]] == [(1, None), (2, 1), (3, 2)]


def test_answers_to_a_mail_that_is_missing_are_one_thread(board, file):
    one = mail(6, "First we have.", "Re: Lost", In_Reply_To="<lost@example.org>")
    two = mail(7, "Second.", "Re: Lost", References="<lost@example.org> <m6@example.org>")
    assert take(file(one, two))[1]["threads"] == 1
    assert [row[:2] for row in threads()["Lost"]] == [(1, None), (2, 1)]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "text/plain; charset=gb2312"}, "農村圖書室開門".encode("gb18030")),
        ({"Content-Type": "text/plain; charset=big5"}, "農村圖書室開門".encode("big5")),
        ({"Content-Type": "text/plain"}, "農村圖書室開門".encode()),
        ({"Content-Type": "text/plain; charset=no-such"}, "農村圖書室開門".encode()),
        ({"Content-Transfer-Encoding": "base64"}, base64.b64encode("農村圖書室開門".encode())),
        ({"Content-Transfer-Encoding": "quoted-printable"}, quopri.encodestring("農村圖書室開門".encode())),
        ({"Content-Type": "text/html; charset=utf-8"}, "<p>農村<b></b>圖書室開門</p>".encode()),
    ],
    ids=range(7),
)
def test_every_encoding_is_read(board, file, headers, body):
    assert take(file(mail(1, body, **{key.replace("-", "_"): value for key, value in headers.items()})))[0] == 0
    assert threads()["Well water"][0][3] == "農村圖書室開門"


PARTS = b"""--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

The plan is attached.
--c
Content-Type: text/html

<p>The plan is <b>attached</b>.</p>
--c--
--b
Content-Type: application/pdf; name="../../plan.pdf"
Content-Disposition: attachment; filename="../../plan.pdf"
Content-Transfer-Encoding: base64

JVBERi0=
--b--
"""


def test_files_are_named_and_left_out(board, file):
    take(file(mail(1, PARTS, Content_Type="multipart/mixed; boundary=b", Content_Transfer_Encoding=None)))
    assert threads()["Well water"][0][3] == "The plan is attached.\n\n附件：plan.pdf"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"Li, Wen"', "Li, Wen"),
        ("=?utf-8?b?546L6Iqz?=", "王芳"),
        ("", "有人"),
        ("li@example.org", "有人"),
        ("li at example.org (Old Li)", "Old Li"),
    ],
)
def test_writers_have_names_and_no_addresses(board, file, name, shown):
    message = mail(1, "Text.")
    sender = name if "(" in name else f"{name} <li1@example.org>"
    take(file(message.replace(b"Li Wen <li1@example.org>", sender.encode(), 1)))
    assert threads()["Well water"][0][2] == shown


@pytest.mark.parametrize(
    "message",
    [
        mail(1, ""),
        mail(1, "x", Date=None).replace(b"Mon Jan 01 08:00:00 2024", b"Mon Foo 99 08:00:00 2024"),
        mail(1, "x" * 400_001),
        mail(1, b"--b\nContent-Type: application/pdf\n", Content_Type="multipart/mixed; boundary=nowhere"),
    ],
    ids=range(4),
)
def test_what_cannot_be_taken_is_named(board, file, message):
    code, result = take(file(message, OTHER))
    assert (code, result["posts"], [fault["line"] for fault in result["refused"]]) == (1, 1, [1])


def test_a_huge_message_is_passed_over_and_the_next_one_read(board, file, monkeypatch):
    monkeypatch.setattr(mbox, "MESSAGE_MAX", 2_000)
    monkeypatch.setattr(mbox, "LINE_MAX", 300)
    code, result = take(file(mail(1, "x" * 5_000 + "\n\nFrom nowhere"), OTHER))
    assert (code, result["posts"], len(result["refused"])) == (1, 1, 1)


def test_headers_with_line_breaks_and_controls_stay_one_line(board, file):
    take(file(mail(1, "Text.", "=?utf-8?q?Title=0D=0ABcc:_x=00?=", "=?utf-8?q?A=0D=0AB?=")))
    assert list(threads()) == ["Title Bcc: x"]
    assert threads()["Title Bcc: x"][0][2] == "A B"


def test_hostile_html_of_a_mail_becomes_words(board, file):
    page = '<p onclick="x()">Hi<script>alert(1)</script> <a href="javascript:alert(1)">you</a> a@example.org</p>'
    take(file(mail(1, page, Content_Type="text/html")))
    assert threads()["Well water"][0][3] == "Hi you \\[…\\]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a \nb\n\nc", "a b\n\nc"),
        ("> a \n> b\nc", "> a b\nc"),
        (" From x", "From x"),
        ("a\nb", "a\nb"),
    ],
)
def test_flowed_text_runs_on(text, expected):
    assert flowed(text, drop_space=False) == expected


def test_lines_that_a_program_broke_run_on():
    broken = "The committee will meet on Thursday evening in the small hall beside\nthe school.\n\n1. a cup\n2. a pen"
    assert mail_to_markdown(broken) == (
        "The committee will meet on Thursday evening in the small hall beside the school.\n\n1\\. a cup\n2\\. a pen"
    )


def test_a_signature_alone_is_kept():
    assert without_signature("-- \nname") == "-- \nname"
    assert without_signature("text\n-- \nname") == "text\n"
