"""What a stubborn reader tried: nothing typed is lost, nothing odd in an address is a fault of ours."""

import pytest

from core.forms import one_line, strip
from tests.factories.forum import BoardFactory, PostFactory

LONG = "写了很久的一段话，登录却在这时失效了，请替我留着，别让我重写。"


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9223372036854775808", "9" * 5000, "１"])
@pytest.mark.parametrize("path", ["/forum/threads/{}", "/study/lessons/{}", "/study/attempts/{}", "/moderation/log/{}"])
def test_numbers_that_no_row_has_lead_nowhere(sign_in, member, path, number):
    assert sign_in(member).get(path.format(number)).status_code == 404


@pytest.mark.parametrize("path", ["/forum/boards/%00", "/study/courses/a%00b", "/members/%00", "/branches/%00"])
def test_nul_in_an_address_leads_nowhere(sign_in, member, path):
    assert sign_in(member).get(path).status_code == 404


def test_bytes_sent_as_they_are_are_read_as_if_they_were_quoted(client):
    words = "学坛".encode().decode("latin-1")

    page = client.get("/search", environ_overrides={"QUERY_STRING": f"q={words}"})
    broken = client.get("/search", environ_overrides={"QUERY_STRING": "q=\xff"})

    assert (page.status_code, 'value="学坛"' in page.text, broken.status_code) == (200, True, 200)


def test_a_text_sent_after_the_session_ended_comes_back(client):
    post = PostFactory()
    answer = client.post(f"/forum/threads/{post.thread_id}/replies", data={"body": LONG})
    assert answer.status_code == 401
    assert LONG in answer.text


def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page(client):
    post = PostFactory()
    url = f"/forum/threads/{post.thread_id}"
    answer = client.post(f"{url}/follow", headers={"Referer": f"http://localhost{url}"})
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"next={url}")


def test_a_text_sent_to_what_is_gone_comes_back(sign_in, member):
    answer = sign_in(member).post("/forum/threads/999999/replies", data={"body": LONG})
    assert answer.status_code == 404
    assert LONG in answer.text


def test_the_same_form_with_another_text_is_another_post(sign_in, member):
    thread = PostFactory().thread
    browser = sign_in(member)
    urls = [
        browser.post(f"/forum/threads/{thread.id}/replies", data={"key": "k", "body": body}).headers["Location"]
        for body in ("第一条", "第二条", "第二条")
    ]
    assert (urls[0] != urls[1], urls[1] == urls[2]) == (True, True)


def test_the_same_form_with_another_title_is_another_thread(sign_in, member):
    board = BoardFactory()
    browser = sign_in(member)
    urls = {
        browser.post(
            f"/forum/boards/{board.slug}/new", data={"key": "k", "title": title, "body": "文", "kind": "discussion"}
        ).headers["Location"]
        for title in ("甲", "乙")
    }
    assert len(urls) == 2


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("A\u00a0B 10\u2009000", "A\u00a0B 10\u2009000"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("one\u2028two", "one\ntwo"),
        ("\n\n    code\n    more\n\n", "    code\n    more"),
        ("  word  ", "word"),
        ("a\x00b", "ab"),
    ],
)
def test_a_text_keeps_what_its_writer_meant(typed, kept):
    assert strip(typed) == kept


def test_a_title_is_one_line_with_plain_blanks():
    assert one_line(" a\u00a0\u2003b\nc ") == "a b c"
