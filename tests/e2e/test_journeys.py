"""What people come for, from the first click to the last, with and without scripts, on a phone and at a desk."""

import re
import time
from itertools import product

import pytest
from playwright.sync_api import expect

from tests.e2e.people import NEW_PASSWORD, PATIENCE_SECONDS, press_on_paper

SCREENS = [
    pytest.param({"width": width, "scripts": scripts}, id=f"{width}px-{'scripts' if scripts else 'no-scripts'}")
    for width, scripts in product((390, 1280), (True, False))
]


@pytest.fixture(params=SCREENS)
def screen(request) -> dict:
    """How wide the screen is and whether scripts run."""
    return request.param


@pytest.fixture
def mark(request) -> str:
    """A word that stands in no other test's texts."""
    return "kw" + re.sub(r"[\W_]", "", request.node.name)[-24:].lower()


def search(who, words: str) -> None:
    """Search through the section of that name, which phones have as well."""
    who.page.locator("nav.nav a[href='/search']").click()
    who.page.fill("main input[name=q]", words)
    who.page.locator("main form[role=search] button").first.click()


def start_thread(who, board: str, title: str, body: str) -> str:
    """Start a thread and return its path."""
    page = who.open(f"/forum/boards/{board}/new")
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", body)
    page.locator("form.composer .btn.main").click()
    page.wait_for_url(re.compile(r"/forum/threads/\d+"))
    return re.match(r"/forum/threads/\d+", who.path())[0]


def reply(who, thread: str, body: str) -> None:
    """Answer a thread at its end."""
    page = who.open(thread)
    page.fill("#reply textarea[name=body]", body)
    page.locator("#reply .btn.main").click()
    who.sees(body)


def wait_until_found(who, words: str, *, there: bool = True) -> None:
    """Search again and again until the index has followed: it does so within moments, not at once."""
    hits = who.page.locator("main mark")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        search(who, words)
        if (hits.count() > 0) == there:
            return
        who.page.wait_for_timeout(250)
    raise AssertionError(f"{words} is {'not ' if there else 'still '}found.")


def test_a_visitor_looks_around_joins_and_comes_back(visit, screen):
    guest = visit(**screen)

    guest.open("/")
    guest.page.locator("nav.nav a[href='/forum/']").click()
    guest.page.locator("main a[href='/forum/boards/general']").first.click()
    guest.page.locator("main .ledger h3 a").first.click()
    expect(guest.page.locator("article.post .prose").first).to_be_visible()
    guest.page.locator("nav.nav a[href='/study/']").click()
    guest.page.locator("main a[href='/study/courses/open-branch']").first.click()
    expect(guest.page.locator("main h1")).to_be_visible()
    search(guest, "账目")
    expect(guest.page.locator("main mark").first).to_contain_text("账")

    username = guest.sign_up()
    guest.sign_in(username, NEW_PASSWORD)
    guest.sign_out()
    expect(guest.page.locator("header a[href='/account/sign-in']")).to_be_visible()

    address = f"{username}@example.org"
    guest.open("/account/reset")
    guest.page.locator("main form input[type=text], main form input[type=email]").first.fill(username)
    guest.page.locator("main form .btn.main").click()
    guest.page.goto(guest.mailed_link(address, after=1))
    guest.page.locator("main input[type=password]").first.fill("another sentence, quite new")
    guest.page.locator("main form .btn.main").click()
    guest.sign_in(username, "another sentence, quite new")


def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_mend(visit, screen):
    guest = visit(**screen)
    page = guest.open("/account/sign-up")
    page.fill("input[name=display_name]", "何玉")
    page.fill("input[name=username]", "a b c")
    page.fill("input[name=email]", "heyu@example.org")
    page.fill("input[name=password]", "short")
    page.select_option("select[name=branch]", index=1)
    page.locator("main form .btn.main").click()

    expect(page.locator(".errsum")).to_be_visible()
    expect(page.locator("input[name=display_name]")).to_have_value("何玉")
    expect(page.locator("input[name=username]")).to_have_value("a b c")


def answer_all(page) -> None:
    """Put something into every question of the page."""
    for question in page.locator(".q").all():
        choices, line = question.locator("input[type=radio], input[type=checkbox]"), question.locator("input.in-t")
        if choices.count():
            choices.first.check()
        else:
            line.fill("three")


def test_a_member_takes_a_course(visit, screen):
    member = visit(**screen)
    member.sign_in(member.sign_up(), NEW_PASSWORD)
    page = member.open("/study/courses/open-branch")
    page.locator("main form[action$='/enrol'] button").click()

    page.locator("main .head a.btn.main").click()
    first = member.path()
    page.locator("form[action$='/read'] button").click()
    assert member.path() != first
    page.goto("/study/courses/open-branch")
    expect(page.locator("main .ledger .ok-t")).to_have_count(1)

    page.goto("/study/progress")
    page.locator("main details summary").first.click()
    expect(page.locator("main details table").first).to_contain_text("1")
    page.goto("/")
    page.goto("/study/courses/open-branch")
    page.locator("main .head a.btn.main").click()
    assert member.path() != first


@pytest.mark.parametrize(("lesson", "kind", "words"), [("账", "application/pdf", "凭据"), ("模板", "docx", "弃权")])
def test_a_document_is_shown_as_text_and_kept_as_it_came(visit, lesson, kind, words):
    guest = visit()
    page = guest.open("/study/courses/open-branch")
    links = [link.get_attribute("href") for link in page.locator("main .ledger h3 a").all()]
    for link in links:
        page.goto(link)
        original = page.locator("main a[href^='/study/materials/'][href$='download=1']")
        if not original.count():
            continue
        answer = page.request.get(original.get_attribute("href"))
        assert answer.status == 200
        if kind in answer.headers["content-type"] + answer.headers["content-disposition"]:
            # Its words are read by the worker, soon after the site is filled.
            guest.open_until(link, page.locator("main", has_text=words))
            return
    raise AssertionError(f"No document is of the kind {kind}.")


def test_a_quiz_can_be_left_and_taken_up_again_and_explains_itself(visit, screen):
    member = visit(**screen)
    member.sign_in(member.sign_up(), NEW_PASSWORD)
    page = member.open("/study/courses/open-branch")
    page.locator("main form[action$='/enrol'] button").click()
    page.locator("main .ledger li:has(use, svg) h3 a", has_text="测验").first.click()
    quiz = member.path()
    assert quiz.startswith("/study/quizzes/")

    page.locator("main .head form[action$='/attempts'] button").first.click()
    answer_all(page)
    press_on_paper(page, "save")
    page.goto("/")
    page.goto(quiz)
    page.locator("main .head a.btn.main").click()
    expect(page.locator(".q input:checked").first).to_be_checked()
    while page.locator("button[name=go][value=on]").count():
        answer_all(page)
        press_on_paper(page, "on")
    answer_all(page)
    press_on_paper(page, "end")

    expect(page.locator("main .why").first).to_be_visible()
    expect(page.locator("main h1")).to_contain_text("%")
    page.goto(quiz)
    expect(page.locator("main .ledger li")).to_have_count(1)
    expect(page.locator("main .head form button.main")).to_be_visible()


@pytest.mark.parametrize(
    ("words", "leads_to"),
    [
        ("会费", "/forum/"),
        ("公开 支部", "/study/courses/"),
        ("会议记录", "/study/lessons/"),
        ("变卖废旧报刊", "/study/"),
        ("abstaining", "/study/"),
        ("minutes", "/study/lessons/"),
    ],
)
def test_one_search_finds_every_kind_of_thing(visit, words, leads_to):
    guest = visit(width=390, scripts=False)
    guest.open("/")

    search(guest, words)

    expect(guest.page.locator(f"main .ledger li:has(mark) h3 a[href^='{leads_to}']").first).to_be_visible()
    guest.page.locator(f"main .ledger h3 a[href^='{leads_to}']").first.click()
    expect(guest.page.locator("main h1")).to_be_visible()


def test_a_search_finds_only_what_the_reader_may_see(visit, mark):
    neighbour, stranger, guest = visit().sign_in("liwen"), visit().sign_in("wangfang"), visit()
    start_thread(neighbour, "east-lake", f"Keys of the hall {mark}", "Under the third stone.")
    wait_until_found(neighbour, mark)

    for who in (stranger, guest):
        who.open("/")
        search(who, mark)
        expect(who.page.locator("main mark")).to_have_count(0)


def test_a_member_discusses(visit, screen, mark):
    asker, helper = visit(**screen).sign_in("liwen"), visit(**screen).sign_in("heyu")

    page = asker.open("/forum/boards/general/new")
    page.fill("input[name=title]", f"Who has the key? {mark}")
    page.fill("textarea[name=body]", "这是**中文。**测试 and `code`")
    # With scripts the preview is a tab beside the text, without them a page of its own.
    page.get_by_role("tab" if screen["scripts"] else "button", name="预览").click()
    expect(page.locator("main .prose strong")).to_have_text("中文。")
    page.locator("form.composer .btn.main").click()
    page.wait_for_url(re.compile(r"/forum/threads/\d+"))
    thread = re.match(r"/forum/threads/\d+", asker.path())[0]

    reply(helper, thread, f"I have it, @liwen. {mark}")
    page.goto(thread)
    page.locator("article.post").nth(1).locator("a[href$='/reply']").click()
    page.fill("textarea[name=body]", "Thank you!")
    page.locator("form.composer .btn.main").click()
    expect(page.locator(".replies article.post .prose, article.post .prose").last).to_contain_text("Thank you!")
    page.goto(f"{thread}?view=flat")
    expect(page.locator("article.post")).to_have_count(3)

    page.locator("article.post").nth(2).locator("a[href$='/edit']").click()
    page.fill("textarea[name=body]", "Thank you very much!")
    page.locator("form.composer .btn.main").click()
    expect(page.locator("article.post .prose").last).to_contain_text("Thank you very much!")
    page.goto(f"{thread}?view=flat")
    page.locator("article.post").nth(2).locator("a[href$='/history']").click()
    expect(page.locator("main")).to_contain_text("Thank you!")

    page.goto(f"{thread}?view=flat")
    page.locator("article.post").nth(2).locator("a[href$='/delete']").click()
    page.locator("main form .btn.danger").click()
    page.goto(f"{thread}?view=flat")
    expect(page.locator("article.post")).to_have_count(2)
    expect(page.locator(".gone")).to_have_count(1)


def test_a_member_sees_what_is_unread_and_hears_of_answers(visit, screen, mark):
    asker, helper = visit(**screen).sign_in("liwen"), visit(**screen).sign_in("heyu")
    thread = start_thread(asker, "general", f"When is the meeting? {mark}", "On Friday?")

    reply(helper, thread, f"On Saturday, @liwen. {mark}")

    row = asker.page.locator(f".ledger li:has(a[href^='{thread}'])")
    asker.open_until("/forum/boards/general", row.locator(".unread"))
    notice = asker.page.locator("main .ledger li", has_text=mark).first
    asker.open_until("/inbox", notice)
    notice.locator("h3 button").click()
    expect(asker.page.locator("main h1")).to_contain_text(mark)


def test_a_lesson_can_be_talked_about(visit, screen, mark):
    member = visit(**screen).sign_in("liwen")
    page = member.open("/study/courses/open-branch")
    page.locator("main a[href^='/study/lessons/']").first.click()
    lesson, name = member.path(), page.locator("main h1").inner_text()

    page.locator("a[href*='/forum/'][href*='lesson']").first.click()
    page.fill("input[name=title]", f"A question about this {mark}")
    page.fill("textarea[name=body]", "Does it hold for small branches?")
    page.locator("form.composer .btn.main").click()

    expect(page.locator(".about")).to_contain_text(name)
    page.goto(lesson)
    expect(page.locator("body")).to_contain_text(mark)


def test_a_reported_post_is_hidden_with_a_reason_everybody_can_read(visit, screen, mark):
    author, reader = visit(**screen).sign_in("heyu"), visit(**screen).sign_in("liwen")
    moderator, guest = visit(**screen).sign_in_as("moderator"), visit(**screen)
    thread = start_thread(reader, "general", f"Pipes in winter {mark}", "How do you keep them warm?")
    secret = f"cheapplumber{mark}"
    reply(author, thread, f"Call {secret} now!")
    guest.open("/")
    wait_until_found(guest, secret)

    reader.open(thread)
    reader.page.locator("article.post", has_text=secret).locator("a[href^='/moderation/report/']").click()
    reader.sees(secret)
    reader.page.check("input[name=reason][value=advertising]")
    reader.page.locator("main form .btn.main").click()
    expect(reader.page.locator(".note.ok")).to_be_visible()

    moderator.open("/moderation/queue")
    case = moderator.page.locator("main section.panel", has_text=secret)
    case.locator("select").select_option("no_advertising")
    case.locator("textarea[name=reason]").fill(f"Advertising without a price {mark}")
    case.locator("button[value=hide]").click()
    expect(moderator.page).to_have_url(re.compile(r"/moderation/log/\d+$"))
    entry = moderator.path()

    notice = author.page.locator("main .ledger li", has_text=f"Advertising without a price {mark}")
    author.open_until("/inbox", notice)
    notice.locator("h3 button").click()
    expect(author.page).to_have_url(re.compile(entry + "$"))
    author.sees(secret)

    guest.open(entry)
    guest.sees(f"Advertising without a price {mark}")
    guest.sees_not(secret)
    guest.open("/moderation/log")
    guest.sees(f"Advertising without a price {mark}")
    guest.sees_not(secret)
    guest.open(thread)
    guest.sees_not(secret)
    wait_until_found(guest, secret, there=False)
