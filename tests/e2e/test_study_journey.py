"""From the author to the officer: a course of several kinds of lessons is written, assigned, studied and reported."""

import io
import re
import sqlite3
import wave
from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect

from core.clock import utcnow
from tests.e2e.people import PATIENCE_SECONDS, choose, until

SHANGHAI = timezone(timedelta(hours=8))
SLUG = "oil-and-lamps"
TITLE = "Oil and lamps"
MANAGE = f"/study/manage/courses/{SLUG}"
GIFT = """\
::Lamp:: Who trims the lamp? {
=The one who sits nearest
~The chair
}

::Oil:: Where is the oil kept? {
=In the hall
~At home
}
"""


def sound() -> bytes:
    """Return two seconds of silence."""
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(2 * 2 * 8000))
    return out.getvalue()


def write_course(author, film: bytes) -> None:
    """Begin the course, with a module, a document, a film, a recording, questions, a quiz and a certificate."""
    page = author.open("/study/manage/new")
    page.fill("input[name=slug]", SLUG)
    page.fill("input[name=title_en]", TITLE)
    page.select_option("select[name=audience]", "members")
    author.press("Save")
    page.goto(MANAGE)
    page.fill("input[name=title_en]", "The only module")
    author.press("Add a module")
    page.goto(f"{MANAGE}/materials")
    files = [
        {"name": "oil.md", "mimeType": "text/markdown", "buffer": b"# Oil\n\nThree ounces."},
        {"name": "film.webm", "mimeType": "video/webm", "buffer": film},
        {"name": "bell.wav", "mimeType": "audio/wav", "buffer": sound()},
    ]
    page.set_input_files("input[type=file]", files)
    page.locator("form[enctype] button").click()
    author.open_until(f"{MANAGE}/materials", page.locator("main .tag.ok"), 3)
    _write_quiz(author, page)
    page.goto(f"{MANAGE}/certificate")
    page.check("input[name=is_on]")
    author.press("Save")


def _write_quiz(author, page) -> None:
    page.goto(f"{MANAGE}/banks")
    page.locator("main .head a.btn.main").click()
    page.set_input_files("input[type=file]", [{"name": "q.gift", "mimeType": "text/plain", "buffer": GIFT.encode()}])
    page.locator("form[enctype] button").click()
    page.locator("main .head form .btn.main").click()
    page.goto(f"{MANAGE}/quizzes/new")
    page.fill("input[name=title_en]", "Lamp quiz")
    page.check("input[name=grading] >> nth=0")
    page.locator("main form .btn.main").last.click()
    page.goto(f"{MANAGE}/quizzes")
    page.locator("main .ledger h2 a").first.click()
    page.locator("main .filters a").first.click()
    for box in page.locator("input[name=question]").all():
        box.check()
    page.locator("form[action$='/slots'] .btn.main").click()


def add_lesson(author, kind: str, title: str, **content: str) -> None:
    """Add a lesson of a kind; ``…_id`` names what is chosen by its label."""
    page = author.open(MANAGE)
    page.locator("main a[href$='/lessons']").first.click()
    page.check(f"input[name=kind][value={kind}]", force=True)
    page.fill("input[name=title_en]", title)
    for name, value in content.items():
        if name.endswith("_id"):
            choose(page, f"select[name={name}]", value)
        else:
            page.fill(f"[name={name}]", value)
    author.press("Save")
    expect(page.locator(".errsum")).to_have_count(0)


def lesson_links(member) -> dict[str, str]:
    """Return the lessons of the course by title."""
    page = member.open(f"/study/courses/{SLUG}")
    return {link.inner_text(): link.get_attribute("href") for link in page.locator("main .ledger h3 a").all()}


def assign(officer) -> None:
    """Ask the officer's whole region to study it."""
    page = officer.open(f"/study/assigned/new?course={SLUG}")
    page.fill("input[name=due]", (utcnow() + timedelta(days=20)).date().isoformat())
    page.fill("textarea[name=note]", "Before winter, please.")
    page.locator("main form .btn.main").last.click()
    page.wait_for_url(re.compile(r"/study/assigned/\d+$"))


def first_visit(member) -> None:
    """See what is due, read the first three lessons, watch the film and hear the recording."""
    page = member.open_until("/", member.page.locator("main .tag.wait"), 2)
    expect(page.locator("main")).to_contain_text("Before winter, please.")
    links = lesson_links(member)
    for title in ("A page", "A document", "A link"):
        member.open(links[title])
        page.locator("form[action$='/read'] button").click()
    play(member, links["A film"], "video")
    play(member, links["A recording"], "audio")
    # What was played is collected for some seconds.
    member.open_until(f"/study/courses/{SLUG}", page.locator("main .ledger .ok-t"), 5)


def play(member, lesson: str, element: str) -> None:
    """Play all of a lesson, twice as fast as it was recorded."""
    page = member.open(lesson)
    until(page, "readyState >= 2", element)
    page.select_option("#player select", "2")
    page.evaluate(f"document.querySelector('{element}').muted = true; document.querySelector('{element}').play()")
    until(page, "ended", element)
    expect(page.locator(".watched")).to_have_text("Played: 100%. That is enough.")


def attend(member, author, lesson: str) -> None:
    """Sign up for the meeting and give the code that is told there."""
    page = member.open(lesson)
    page.locator("form[action$='/sign-up'] button").click()
    author.open(lesson)
    author.follow("Code and attendance")
    page.fill("input[name=code]", author.page.locator(".code").inner_text())
    page.locator("form[action$='/attend'] button").click()
    member.sees("You are noted as present.")


def second_visit(member) -> None:
    """Pass the quiz and hand in the work."""
    page = member.page
    links = lesson_links(member)
    page.goto(links["A quiz"])
    page.locator("main .head form[action$='/attempts'] button").first.click()
    page.get_by_label("The one who sits nearest").check()
    page.get_by_label("In the hall").check()
    page.locator("button[name=go][value=end]").click()
    expect(page.locator("main h1")).to_contain_text("100")
    page.goto(links["An assignment"])
    page.fill("textarea[name=body]", "I lit it and it burned all night.")
    page.locator("button[name=act][value=hand_in]").click()
    expect(page.locator("#work .note.ok")).to_be_visible()


def mark_work(author, lesson: str) -> None:
    """Give all points to the one piece of work that waits."""
    page = author.open(lesson.replace("/study/lessons/", "/study/manage/lessons/") + "/works")
    page.locator("main a[href^='/study/manage/works/']").first.click()
    page.fill("input[name^=points]", "100")
    author.press("Save the mark")


def recount(data, branch: str) -> list[str]:
    """Count from the rows of lessons alone: who takes the course in a branch and below, and how far each is."""
    file = next(found for found in data.iterdir() if found.suffix in {".db", ".sqlite", ".sqlite3"})
    base = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    path = base.execute("SELECT path FROM branches WHERE slug = ?", [branch]).fetchone()[0]
    members = base.execute(
        "SELECT DISTINCT u.id FROM users u JOIN memberships m ON m.user_id = u.id JOIN branches b ON b.id = m.branch_id"
        " WHERE u.state = 'active' AND b.path LIKE ?", [path + "%"]
    ).fetchall()  # fmt: skip
    lessons = base.execute(
        "SELECT l.id FROM study_lessons l JOIN study_modules m ON m.id = l.module_id"
        " JOIN study_courses c ON c.id = m.course_id WHERE c.slug = ?", [SLUG]
    ).fetchall()  # fmt: skip
    figures = [0, 0, 0]
    for (user_id,) in members:
        taken = "SELECT 1 FROM study_enrolments e JOIN study_courses c ON c.id = e.course_id"
        taken += " WHERE c.slug = ? AND e.user_id = ? AND e.left_at IS NULL"
        if base.execute(taken, [SLUG, user_id]).fetchone():
            of_one = "SELECT state FROM study_lesson_progress WHERE user_id = ? AND lesson_id = ?"
            states = [base.execute(of_one, [user_id, ident]).fetchone() for (ident,) in lessons]
            done = all(state == ("done",) for state in states)
            figures[2 if done else 1 if any(states) else 0] += 1
    base.close()
    taking = sum(figures)
    share = f"{100 * figures[2] // taking}%" if taking >= 5 else "–"
    return [str(number) for number in (taking, *figures, 0)] + [share]


@pytest.mark.scripts
def test_a_course_is_written_assigned_studied_certified_and_reported(visit, served, film):
    author = visit(language="en").sign_in_as("instructor")
    write_course(author, film)
    add_lesson(author, "page", "A page", body_en="Pour **three ounces**.")
    add_lesson(author, "document", "A document", material_id="oil")
    add_lesson(author, "link", "A link", url="https://example.org/lamps")
    add_lesson(author, "quiz", "A quiz", quiz_id="Lamp quiz")
    add_lesson(author, "assignment", "An assignment", body_en="Light the lamp and tell.")
    add_lesson(author, "video", "A film", media_id="film")
    add_lesson(author, "video", "A recording", media_id="bell")
    begins = datetime.now(SHANGHAI) + timedelta(minutes=5)
    when = {"meets_on": f"{begins:%Y-%m-%d}", "meets_at": f"{begins:%H:%M}"}
    add_lesson(author, "meeting", "A meeting", place="The hall", **when)
    author.open(MANAGE)
    author.press("Publish")

    officer = visit(language="en").sign_in_as("officer")
    assign(officer)

    first_visit(visit(language="en", width=390, scripts=True).sign_in("liwen"))
    member = visit(language="en", scripts=False).sign_in("liwen")
    second_visit(member)
    mark_work(author, lesson_links(member)["An assignment"])
    attend(member, author, lesson_links(member)["A meeting"])

    certificate = member.page.locator("main a[href*='/progress/certificates/']", has_text=TITLE)
    member.open_until("/study/progress", certificate)
    certificate.click()
    assert member.page.request.get(member.path() + "/pdf").headers["content-type"] == "application/pdf"
    number = member.path().rsplit("/", 1)[1]
    stranger = visit(language="en")
    stranger.open(f"/study/certificates/{number}")
    stranger.sees("We issued this certificate and it holds.")
    stranger.sees_not("李文")
    member.open("/")
    member.sees_not("Before winter, please.")

    wanted = recount(served.data, "lakeside")
    assert wanted[:1] + wanted[3:4] == ["13", "1"]
    row = officer.page.locator(f"main tr:has(a[href$='?course={SLUG}']) td.n")
    for _time in range(PATIENCE_SECONDS):
        officer.open("/study/reports/lakeside")
        if row.all_inner_texts() == wanted:
            break
        officer.page.wait_for_timeout(1000)
    assert row.all_inner_texts() == wanted
