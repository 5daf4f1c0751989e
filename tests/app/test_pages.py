"""The frame of every page."""


def test_a_visitor_sees_the_front_page(client):
    page = client.get("/")
    assert page.status_code == 200
    assert '<html lang="zh-Hans"' in page.text


def test_the_language_is_chosen_by_the_reader(client):
    client.post("/display", data={"lang": "en", "next": "/"})
    assert '<html lang="en"' in client.get("/").text


def test_a_page_of_a_signed_in_member_costs_three_queries(sign_in, member, count_queries):
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get("/healthz")
        page = browser.get("/nowhere")
    assert page.status_code == 404
    assert member.display_name in page.text
    assert len(seen) <= 3, seen


def test_an_unknown_page_is_told_in_the_language_of_the_reader(client):
    page = client.get("/nowhere", headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "This page was not found" in page.text
