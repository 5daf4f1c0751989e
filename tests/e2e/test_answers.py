"""No answer is ever lost: the network goes while a paper is written, two windows write at once, the page is closed."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.scripts

QUIZ = "/study/quizzes/1"


@pytest.fixture
def taker(visit):
    """Somebody with a fresh paper on a phone, and its address."""

    def begin(username: str):
        somebody = visit(width=390).sign_in(username)
        page = somebody.open("/study/courses/open-branch")
        enrol = page.locator("form[action$='/enrol'] button")
        if enrol.count():
            enrol.first.click()
            expect(page.locator("form[action$='/enrol']")).to_have_count(0)
        somebody.open(QUIZ)
        page.locator("form[action$='/attempts'] button").click()
        expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
        return somebody, somebody.path()

    return begin


def choose(page, position: int, number: int) -> None:
    page.locator(f"input[name=q{position}][value='{number}']").check()


def test_an_answer_given_before_the_script_is_there_is_sent(taker):
    somebody, path = taker("mengdali")
    page = somebody.page
    held = []

    def hold(route):
        held.append(route)

    page.route(re.compile(r"/quiz-[^/]*\.js"), hold)
    page.goto(path, wait_until="commit")
    choose(page, 1, 2)
    expect(page.locator(".saved[data-q='1']")).to_have_text("还没有作答")
    assert held, "the script was to come late"
    for one in held:
        one.continue_()
    expect(page.locator(".saved[data-q='1']")).to_contain_text("已保存")
    page.unroute_all(behavior="wait")
    page.goto(path)
    expect(page.locator("input[name=q1][value='2']")).to_be_checked()


def test_answers_survive_a_lost_network_and_a_closed_page(taker):
    somebody, path = taker("tianguihua")
    page = somebody.page
    choose(page, 1, 2)
    expect(page.locator(".saved[data-q='1']")).to_contain_text(re.compile(r"已保存 \d\d:\d\d:\d\d"))

    somebody.context.set_offline(True)
    choose(page, 2, 1)
    expect(page.locator(".saved[data-q='2']")).to_contain_text("已存在本设备上")
    expect(page.locator("#ledger")).to_contain_text("没有网络，请继续作答")
    page.locator("button[value=end]").click()
    expect(page).to_have_url(re.compile(re.escape(path) + "$"))
    page.close()
    somebody.context.set_offline(False)

    again = somebody.context.new_page()
    again.goto(path)
    expect(again.locator(".qnav a.did[data-q='2']")).to_have_count(1)
    again.goto(path)
    expect(again.locator("input[name=q1][value='2']")).to_be_checked()
    expect(again.locator("input[name=q2][value='1']")).to_be_checked()
    assert again.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('quiz:')).length") == 0


def test_of_two_windows_the_later_answer_counts_and_the_other_says_so(taker):
    somebody, path = taker("linxiaoman")
    first = somebody.page
    second = somebody.context.new_page()
    second.goto(path)
    choose(first, 1, 1)
    expect(first.locator(".saved[data-q='1']")).to_contain_text("已保存")
    choose(second, 1, 3)
    expect(second.locator(".saved[data-q='1']")).to_contain_text("已保存")

    # The first window hands in what it shows elsewhere; the answer nobody touched since stays the later one.
    choose(first, 2, 1)
    expect(first.locator(".saved[data-q='2']")).to_contain_text("已保存")
    first.locator("button.btn[value=save]").click()
    expect(first.locator("input[name=q1][value='3']")).to_be_checked()
    expect(first.locator("input[name=q2][value='1']")).to_be_checked()


def test_an_older_answer_that_comes_back_with_the_network_undoes_no_newer_one_of_another_device(taker, visit):
    somebody, path = taker("wuhaitao")
    phone = somebody.page
    somebody.context.set_offline(True)
    choose(phone, 1, 1)
    expect(phone.locator(".saved[data-q='1']")).to_contain_text("已存在本设备上")
    desk = visit(width=1280).sign_in("wuhaitao").open(path)
    choose(desk, 1, 3)
    expect(desk.locator(".saved[data-q='1']")).to_contain_text("已保存")
    somebody.context.set_offline(False)
    expect(phone.locator(".saved[data-q='1']")).to_contain_text("另一个窗口或设备")

    phone.locator("button.btn[value=save]").click()

    expect(phone.locator("input[name=q1][value='3']")).to_be_checked()
    desk.goto(path)
    expect(desk.locator("input[name=q1][value='3']")).to_be_checked()
