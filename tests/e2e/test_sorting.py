"""Order on the boards, as members and moderators make it."""

from datetime import timedelta

from playwright.sync_api import expect

from core.clock import utcnow

BOARD = "/forum/boards/meetings"


def main(page):
    return page.locator("main")


def test_threads_are_tagged_classified_filtered_pinned_and_kept_without_scripts(visit):
    member = visit(width=390, scripts=False, language="en").sign_in_as("member")
    page = member.open(f"{BOARD}/new")
    member.follow("Ask about an entry")
    expect(page.locator("input[name=title]")).to_have_value("账目一问：")
    page.fill("input[name=title]", "Ink for the printer")
    page.select_option("select[name=field_f1]", label="Accounts")
    page.fill("input[name=tags]", "Fees, nonsense")
    member.press("Post thread")
    member.sees("There is no tag called nonsense.")
    page.fill("input[name=tags]", "Fees")
    member.press("Post thread")
    expect(main(page).locator(".marks").first).to_have_text("Accounts#Fees")
    thread = member.path()

    page = member.open(BOARD)
    member.follow("Accounts")
    page.locator("aside .marks a", has_text="Fees").click()
    assert member.path() == f"{BOARD}?f1=1&tag=fees"
    expect(main(page).locator(".ledger > li").first).to_contain_text("Ink for the printer")
    expect(main(page).locator(".ledger > li")).to_have_count(3)
    member.follow("Rules")
    expect(main(page)).not_to_contain_text("Ink for the printer")
    expect(main(page)).to_contain_text("No thread of this board fits.")

    moderator = visit(width=1280, scripts=False, language="en").sign_in_as("moderator")
    page = moderator.open(thread)
    page.locator("aside").get_by_role("button", name="Take into the digest").click()
    page.locator("aside").get_by_role("link", name="Tags, pin, closing day").click()
    page.get_by_label("At the head of every board").check()
    page.fill("input[name=until]", (utcnow().date() + timedelta(days=2)).isoformat())
    moderator.press("Pin")
    page = moderator.open("/forum/boards/general")
    expect(main(page).locator(".ledger > li").first).to_contain_text("Ink for the printer")
    page = moderator.open("/forum/digest")
    expect(main(page).locator(".ledger > li").first).to_contain_text("Ink for the printer")
    moderator.open("/moderation/log")
    moderator.sees("Taken into the digest")

    page = member.open(f"{thread}/sort")
    page.fill("input[name=closes]", (utcnow().date() + timedelta(days=3)).isoformat())
    member.press("Set the closing day")
    member.sees("Takes replies until the end of")
