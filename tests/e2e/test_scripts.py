"""What scripts add for those who have them."""

import base64
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import NEW_PASSWORD
from tests.e2e.test_accessibility import faults_here

pytestmark = pytest.mark.scripts

THREAD = "/forum/threads/1"


def focused(page) -> str:
    """Return the id of what has the focus."""
    return page.evaluate("document.activeElement.id")


def stop_clock(page) -> None:
    """Let no time pass on the page but what a test lets pass, however busy the machine is."""
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


class TestKeys:
    """Keyboard shortcuts."""

    def test_j_and_k_walk_over_posts(self, visit):
        page = visit().open(THREAD)
        walked = []
        for key in "jjjk":
            page.keyboard.press(key)
            walked.append(focused(page))
        assert walked == ["p1", "p2", "p3", "p2"]

    def test_j_walks_over_rows_of_a_list_and_enter_opens_one(self, visit):
        page = visit().open("/forum/boards/general")
        first = page.locator("main .ledger h3 a").first.get_attribute("href")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{first}*")

    def test_g_and_a_letter_go_to_a_place(self, visit):
        page = visit().open(THREAD)
        for letter, place in (("f", "/forum/"), ("s", "/study/"), ("h", "/")):
            stop_clock(page)  # The letter must come within moments.
            page.keyboard.press("g")
            page.keyboard.press(letter)
            page.wait_for_url(f"**{place}")

    def test_r_opens_the_reply_of_the_post_one_is_at(self, visit):
        page = visit().sign_in_as("member").open(THREAD)
        page.keyboard.press("r")
        assert focused(page) == "body"
        page.keyboard.press("Escape")
        page.locator("#p2").evaluate("one => { one.tabIndex = -1; one.focus(); }")
        page.keyboard.press("r")
        page.wait_for_url("**/reply")

    def test_slash_leads_to_the_search_and_typing_there_does_nothing_else(self, visit):
        page = visit().open(THREAD)
        page.keyboard.press("/")
        page.keyboard.type("j?gh")
        expect(page.locator("#find")).to_have_value("j?gh")
        assert page.locator("dialog[open]").count() == 0

    def test_modifiers_keep_their_meaning(self, visit):
        page = visit().open(THREAD)
        page.keyboard.press("Control+j")
        page.keyboard.press("Alt+/")
        assert focused(page) == ""

    @pytest.mark.parametrize(("language", "words"), [("zh-Hans", "键盘快捷键"), ("en", "Keyboard shortcuts")])
    def test_a_question_mark_opens_the_help_sheet_and_escape_closes_it(self, visit, language, words):
        page = visit(language=language).open(THREAD)
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name=words)
        expect(sheet).to_be_visible()
        assert sheet.locator("kbd").count() == 19
        assert faults_here(page, "help sheet") == []
        page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()

    def test_shortcuts_can_be_switched_off_and_on_again(self, visit):
        page = visit(language="en").open(THREAD)
        page.keyboard.press("?")
        page.get_by_role("button", name="Switch shortcuts off").click()
        page.get_by_role("button", name="Close").click()
        page.reload()
        page.keyboard.press("j")
        page.keyboard.press("?")
        assert focused(page) == ""
        assert page.locator("dialog[open]").count() == 0
        page.goto("/help/keys")
        page.get_by_role("button", name="Switch shortcuts on").click()
        page.goto(THREAD)
        page.keyboard.press("j")
        assert focused(page) == "p1"

    def test_the_page_of_the_footer_says_the_same_without_scripts(self, visit):
        page = visit(scripts=False, language="en").open("/")
        page.locator("footer").get_by_role("link", name="Keyboard").click()
        assert page.locator("#keys kbd").count() == 19
        assert page.get_by_role("button", name="Switch").count() == 0


TEXT = "form.composer textarea[name=body]"
NEW = "/forum/boards/general/new"


@pytest.fixture
def writer(visit):
    """Return ``writer(path, …) -> Visit``: a member with scripts on a page where one writes."""

    def open_page(path=NEW, **wishes):
        somebody = visit(**{"language": "en", **wishes}).sign_in_as("member")
        somebody.open(path)
        begun = somebody.page.get_by_role("button", name="Drop the draft")
        if begun.count():  # Saved of its own accord while another test took its time.
            begun.click()
            somebody.open(path)
        expect(somebody.page.locator("markdown-toolbar")).to_be_visible()
        return somebody

    return open_page


class TestComposer:
    """Buttons, preview and completion where one writes."""

    @pytest.mark.parametrize("path", [NEW, THREAD, "/forum/posts/1/reply"])
    def test_a_button_of_the_toolbar_marks_what_is_selected(self, writer, path):
        page = writer(path).page
        page.fill(TEXT, "a big word")
        page.locator(TEXT).evaluate("area => area.setSelectionRange(2, 5)")
        page.get_by_role("toolbar", name="Formatting").get_by_role("button", name="Bold").click()
        expect(page.locator(TEXT)).to_have_value("a **big** word")

    def test_the_toolbar_is_one_stop_of_the_tab_key_and_arrows_walk_it(self, writer):
        page = writer().page
        page.get_by_role("tab", name="Preview").focus()
        page.keyboard.press("Shift+Tab")
        page.get_by_role("tab", name="Write").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("document.activeElement.textContent") == "Stress"
        page.keyboard.press("Tab")
        assert focused(page) == "body"

    def test_no_button_stands_there_without_scripts(self, visit):
        page = visit(scripts=False, language="en").sign_in_as("member").open(NEW)
        assert page.locator("markdown-toolbar, .tabs, .bartools").count() == 0
        expect(page.locator("button[name=preview]")).to_be_visible()

    def test_the_preview_shows_the_post_and_is_fetched_once(self, writer):
        page = writer().page
        asked = []
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/preview") else None)
        page.fill(TEXT, "Some **bold** words")
        page.get_by_role("tab", name="Preview").click()
        expect(page.get_by_role("tabpanel", name="Preview").locator("strong")).to_have_text("bold")
        page.get_by_role("tab", name="Write").click()
        expect(page.locator(TEXT)).to_be_visible()
        page.get_by_role("tab", name="Preview").click()
        assert len(asked) == 1

    def test_typing_on_fetches_the_preview_once_a_pause(self, writer):
        page = writer().page
        asked = []
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/preview") else None)
        page.get_by_role("tab", name="Preview").click()
        page.get_by_role("tab", name="Write").click()
        stop_clock(page)  # However long the typing takes, the page notices no pause.
        page.locator(TEXT).press_sequentially("many letters one by one")
        with page.expect_response("**/preview"):
            page.clock.run_for(2500)
        assert len(asked) == 1

    @pytest.mark.parametrize("before", ["", "你好，请"])
    def test_an_at_sign_and_letters_offer_members_and_enter_takes_one(self, writer, before):
        page = writer().page
        page.locator(TEXT).press_sequentially(f"{before}@fang", delay=30)
        offers = page.get_by_role("listbox", name="People and branches").get_by_role("option")
        expect(offers).to_have_text("王芳 @wangfang")
        page.keyboard.press("Enter")
        expect(page.locator(TEXT)).to_have_value(f"{before}@wangfang ")
        expect(offers).to_have_count(0)

    def test_a_mail_address_offers_nobody(self, writer):
        page = writer().page
        page.locator(TEXT).press_sequentially("me@li-w", delay=30)
        page.wait_for_timeout(600)
        assert page.locator(".offers").count() == 0

    @pytest.mark.parametrize("language", ["zh-Hans", "en"])
    @pytest.mark.parametrize("path", [NEW, THREAD])
    def test_axe_finds_nothing_with_everything_open(self, writer, language, path):
        page = writer(path, language=language).page
        faults = faults_here(page, path)
        page.locator(TEXT).press_sequentially("@li", delay=30)
        expect(page.locator(".offers")).to_be_visible()
        faults += faults_here(page, f"{path} with offers")
        page.keyboard.press("Escape")
        page.get_by_role("tab").nth(1).click()
        faults += faults_here(page, f"{path} with preview")
        assert faults == []


class TestQuote:
    """Quoting what is selected."""

    def test_a_selection_is_quoted_into_the_reply_box_with_its_author(self, writer):
        page = writer(THREAD).page
        page.locator("#p2 .prose p").first.evaluate("one => getSelection().selectAllChildren(one)")
        words = page.evaluate("getSelection().toString().trim()")
        author = page.locator("#p2 .by a").first.get_attribute("href").removeprefix("/members/")
        page.locator(".quoter").click()
        quoted = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
        expect(page.locator(TEXT)).to_have_value(f"> @{author}\n>\n{quoted}\n\n")
        expect(page.locator(TEXT)).to_be_focused()
        expect(page.locator(".quoter")).to_be_hidden()

    def test_q_quotes_the_selection_behind_what_is_written(self, writer):
        page = writer(THREAD).page
        page.fill(TEXT, "First of all:")
        page.locator(TEXT).blur()
        page.locator("#p1 .prose p").first.evaluate("one => getSelection().selectAllChildren(one)")
        expect(page.locator(".quoter")).to_be_visible()
        page.keyboard.press("q")
        assert page.locator(TEXT).input_value().startswith("First of all:\n\n> @")

    def test_a_selection_over_two_posts_offers_nothing(self, writer):
        page = writer(THREAD).page
        page.evaluate(
            "getSelection().setBaseAndExtent(document.querySelector('#p1 .prose'), 0,"
            " document.querySelector('#p2 .prose'), 1)"
        )
        page.wait_for_timeout(400)
        expect(page.locator(".quoter")).to_be_hidden()


class TestNews:
    """New replies on an open page."""

    def test_a_new_reply_is_announced_and_leads_to_it(self, visit):
        reader, other = visit(language="en"), visit().sign_in_as("officer")
        page = reader.page
        page.clock.install()
        reader.open(THREAD)
        other.open(THREAD)
        other.page.fill(TEXT, "Something that was not there before")
        other.page.locator("form.composer .btn.main").click()
        other.page.wait_for_url("**#p*")
        page.clock.run_for(21_000)
        link = page.locator(".newsline").get_by_role("link", name="1 new reply: show")
        expect(link).to_be_visible()
        assert page.locator(".newsline").get_attribute("role") == "status"
        link.click()
        expect(page.locator(":target")).to_contain_text("Something that was not there before")

    def test_a_page_left_open_asks_every_twenty_seconds_and_stops_after_an_hour(self, visit):
        reader = visit()
        page = reader.page
        page.clock.install()
        reader.open(THREAD)
        asked = []
        page.on("response", lambda answer: asked.append(answer.status) if "/news" in answer.url else None)
        with page.expect_response("**/news*"):
            page.clock.run_for(20_000)
        assert asked == [200]
        page.clock.fast_forward(3_600_000)
        page.wait_for_timeout(500)
        before = len(asked)
        page.clock.run_for(600_000)
        page.wait_for_timeout(500)
        assert len(asked) == before <= 2


class TestLostNetwork:
    """What is written is never lost."""

    def test_a_text_that_cannot_be_saved_is_kept_and_offered_again(self, writer):
        somebody = writer()
        page = somebody.page
        somebody.context.set_offline(True)
        page.locator(TEXT).press_sequentially("Written on the train", delay=10)
        expect(page.locator(".saved")).to_have_text("Offline: kept in this browser")
        page.route("**/forum/drafts", lambda route: route.abort())
        somebody.context.set_offline(False)
        page.goto("/forum/")
        page.goto(NEW)
        page.get_by_role("button", name="Put it back").click()
        expect(page.locator(TEXT)).to_have_value("Written on the train")

    def test_a_send_without_network_keeps_the_text_and_says_so(self, writer):
        somebody = writer(THREAD)
        page = somebody.page
        page.fill(TEXT, "Sent into the void")
        somebody.context.set_offline(True)
        page.locator("form.composer .btn.main").click()
        expect(page.locator(".saved")).to_contain_text("Not sent: the site cannot be reached.")
        expect(page.locator(TEXT)).to_have_value("Sent into the void")
        somebody.context.set_offline(False)
        page.locator("form.composer .btn.main").click()
        page.wait_for_url("**#p*")
        expect(page.locator(":target")).to_contain_text("Sent into the void")
        somebody.open(THREAD)
        assert page.get_by_role("button", name="Put it back").count() == 0
        assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft:'))") == []

    def test_a_thread_is_published_as_without_scripts(self, writer):
        page = writer().page
        page.fill("input[name=title]", "A thread sent by a script")
        page.fill(TEXT, "Its text")
        page.locator("form.composer .btn.main").click()
        page.wait_for_url("**/forum/threads/*")
        expect(page.locator("h1")).to_have_text("A thread sent by a script")
        expect(page.locator(".flash")).to_have_count(1)

    def test_a_fault_is_shown_as_without_scripts(self, writer):
        page = writer().page
        page.fill(TEXT, "No title")
        page.locator("form.composer .btn.main").click()
        expect(page.locator(".errsum")).to_be_visible()
        expect(page.locator(TEXT)).to_have_value("No title")


PICTURE = {"name": "stairs.png", "mimeType": "image/png"}


def picture(page) -> bytes:
    """Return a small picture, painted by the browser."""
    painted = page.evaluate("""() => {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 60;
        const pen = canvas.getContext("2d");
        pen.fillStyle = "teal";
        pen.fillRect(10, 10, 30, 30);
        return canvas.toDataURL("image/png").split(",")[1];
    }""")
    return base64.b64decode(painted)


class TestFiles:
    """Files are taken in while one writes."""

    def test_a_chosen_picture_asks_for_its_words_and_stands_in_the_text(self, writer):
        page = writer().page
        with page.expect_file_chooser() as chooser:
            page.get_by_role("toolbar").get_by_role("button", name="File").click()
        chooser.value.set_files([{**PICTURE, "buffer": picture(page)}])
        asked = page.get_by_role("dialog", name="What does stairs.png show?")
        asked.get_by_role("textbox").fill("The stairs of the hall")
        asked.get_by_role("button", name="Add the picture").click()
        expect(page.locator(".saved")).to_have_text("stairs.png is in the text.")
        assert page.locator(TEXT).input_value().startswith("![The stairs of the hall](/forum/files/")
        page.get_by_role("tab", name="Preview").click()
        expect(page.locator(".previewed img[alt='The stairs of the hall']")).to_be_visible()

    def test_a_dropped_file_is_linked_where_the_cursor_stands(self, writer):
        page = writer().page
        page.fill(TEXT, "See ")
        page.locator(TEXT).evaluate("""area => {
            const held = new DataTransfer();
            held.items.add(new File(["one,two"], "list.csv", {type: "text/csv"}));
            area.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
        }""")
        expect(page.locator(".saved")).to_have_text("list.csv is in the text.")
        assert page.locator(TEXT).input_value().startswith("See [list.csv](/forum/files/")

    def test_a_file_that_is_not_taken_is_named_with_the_reason(self, writer):
        page = writer().page
        with page.expect_file_chooser() as chooser:
            page.get_by_role("toolbar").get_by_role("button", name="File").click()
        chooser.value.set_files([{"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}])
        expect(page.locator(".saved.err")).to_contain_text("empty.txt could not be sent.")
        expect(page.locator(TEXT)).to_have_value("")

    def test_without_scripts_the_plain_field_stands_there(self, visit):
        page = visit(scripts=False).sign_in_as("member").open(NEW)
        expect(page.locator("details.attach summary")).to_be_visible()


class TestDrafts:
    """What is typed is saved while one types."""

    def test_a_text_is_saved_while_typing_and_stands_there_on_another_device(self, visit):
        first = visit(language="en")
        name = first.sign_up()
        page = first.sign_in(name, NEW_PASSWORD).open(THREAD)
        page.locator(TEXT).press_sequentially("Begun on the phone", delay=10)
        expect(page.locator(".saved")).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
        other = visit(language="en").sign_in(name, NEW_PASSWORD).open(THREAD)
        expect(other.locator(TEXT)).to_have_value("Begun on the phone")
        assert other.get_by_role("button", name="Put it back").count() == 0

    def test_typing_without_pause_is_saved_once(self, writer):
        page = writer("/forum/posts/2/reply").page
        asked = []
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/drafts") else None)
        stop_clock(page)
        page.locator(TEXT).press_sequentially("many letters one by one")
        with page.expect_response("**/forum/drafts"):
            page.clock.run_for(5000)
        assert len(asked) == 1

    def test_what_the_site_cannot_save_is_kept_in_the_browser(self, writer):
        page = writer("/forum/posts/3/reply").page
        page.route("**/forum/drafts", lambda route: route.fulfill(status=429, body="too often"))
        page.locator(TEXT).press_sequentially("Kept somewhere", delay=10)
        expect(page.locator(".saved")).to_have_text("The site cannot save now: kept in this browser")
        page.goto("/forum/")
        page.goto("/forum/posts/3/reply")
        page.get_by_role("button", name="Put it back").click()
        expect(page.locator(TEXT)).to_have_value("Kept somewhere")
        page.unroute("**/forum/drafts")
        expect(page.locator(".saved")).to_have_text(re.compile("Saved "))
        assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('draft:'))") == []

    def test_nothing_is_left_of_a_draft_that_was_published(self, visit):
        somebody = visit(language="en")
        name = somebody.sign_up()
        page = somebody.sign_in(name, NEW_PASSWORD).open(THREAD)
        with page.expect_response("**/forum/drafts"):
            page.locator(TEXT).press_sequentially("Soon published", delay=10)
        page.locator("form.composer .btn.main").click()
        page.wait_for_url("**#p*")
        page.wait_for_timeout(4000)
        somebody.open(THREAD)
        expect(page.locator(TEXT)).to_have_value("")
