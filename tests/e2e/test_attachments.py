"""A picture on a post, from the file on the writer's disk to the readers who may and who may not see it."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from core.pictures import THUMBNAIL_SIDE
from tests.e2e.people import Visit

MEMBERS_BOARD = "meetings"


def picture() -> dict:
    """Return a photograph-like file as the browser's own file box gives it."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    out = io.BytesIO()
    Image.radial_gradient("L").resize((1200, 800)).convert("RGB").save(out, "JPEG", exif=exif)
    return {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def attach(who: Visit, board: str, title: str) -> str:
    """Write a thread with a picture, by the buttons of the page alone, and return its path."""
    page = who.open(f"/forum/boards/{board}/new")
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", "The hall is ready.")
    page.locator("details.attach summary").click()
    page.set_input_files("input[name=files]", picture())
    page.fill("input[name=alt]", "The hall with rows of chairs")
    page.locator("button[name=attach]").click()
    expect(page.locator("textarea[name=body]")).to_have_value(
        re.compile(r"The hall is ready\.\n\n!\[The hall with rows of chairs\]\(/forum/files/\d+\)")
    )
    assert page.input_value("input[name=title]") == title
    page.locator("form.composer .btn.main").first.click()
    page.wait_for_url(re.compile(r"/forum/threads/\d+"))
    return re.match(r"/forum/threads/\d+", who.path())[0]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_picture_is_seen_by_those_who_may_read_its_post(visit, width):
    writer, guest = visit(width=width, scripts=False).sign_in("liwen"), visit()

    attach(writer, MEMBERS_BOARD, f"A picture at {width}")

    image = writer.page.locator("figure .pic img")
    expect(image).to_have_attribute("alt", "The hall with rows of chairs")
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("naturalWidth", THUMBNAIL_SIDE)
    box = image.bounding_box()
    assert box["width"] <= width
    assert abs(box["width"] / box["height"] - 1.5) < 0.05
    whole = writer.page.locator("figure .pic").get_attribute("href")
    for address in (whole, f"{whole}/thumbnail"):
        mine, theirs = writer.page.request.get(address), guest.page.request.get(address)
        assert (mine.status, theirs.status) == (200, 404)
        assert b"A camera" not in mine.body()
    assert len(writer.page.request.get(f"{whole}/thumbnail").body()) <= 40 * 1024
