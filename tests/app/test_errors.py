"""Errors: told in the reader's language, with what was typed kept, never bare."""

import pytest

LONG = "我写了很长的一段话，不想因为表单过期而丢掉，请一定替我保留下来。"


def test_a_stale_form_is_offered_again_with_what_was_typed(client, csrf):
    page = client.post("/account/sign-in", data={"username": LONG}, headers={"Origin": "http://localhost"})
    assert page.status_code == 400
    assert LONG in page.text
    assert 'action="/account/sign-in"' in page.text
    assert 'name="csrf_token"' in page.text


def test_a_form_from_another_site_is_not_offered_again(client, csrf):
    for origin in ("https://evil.example", "", "null"):
        page = client.post("/account/sign-in", data={"username": LONG}, headers={"Origin": origin})
        assert page.status_code == 400
        assert 'name="username"' not in page.text


def test_passwords_are_never_shown_back(client, csrf):
    page = client.post(
        "/account/sign-in",
        data={"password": "correct horse battery staple"},
        headers={"Origin": "http://localhost"},
    )
    assert "correct horse" not in page.text


@pytest.mark.parametrize(
    "path", ["/nowhere", "/static/nothing.css", "/static/../pyproject.toml", "/forum/threads/99999999"]
)
def test_what_is_not_there_is_404_in_words(client, path):
    assert client.get(path).status_code == 404


def test_the_wrong_method_says_what_is_allowed(client):
    page = client.delete("/healthz")
    assert page.status_code == 405
    assert "GET" in page.headers["Allow"]


def test_too_much_is_refused_in_words(client):
    page = client.post("/display", data={"next": "x" * 10_000_000})
    assert page.status_code == 413
    assert "太大" in page.text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/a\nb", "/\t/evil.example", "x", ""],
)
def test_forms_send_readers_to_our_own_pages_only(client, target):
    assert client.post("/display", data={"next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz", "/static/css/xuetan.css"])
def test_every_answer_is_hardened(client, path):
    headers = client.get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" in headers
