"""Pictures that come with question files: kept once, shown to those who are asked, gone again with their import."""

import base64
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.files import File, path_of
from study.cli import import_questions
from study.enums import AttemptState, Review
from study.models import (
    Attempt,
    AttemptSlot,
    Gate,
    Picture,
    PicturePlace,
    PrintedForm,
    Question,
    QuestionImport,
    QuestionPicture,
    QuestionVersion,
    QuizSlot,
)
from study.quiz import urls
from study.quiz.formats import enclosed
from tests.factories.media import mp4_bytes, wav_bytes
from tests.factories.pictures import png
from tests.factories.quiz import enrolled, quiz_with, truth
from tests.factories.study import LessonFactory, ModuleFactory

EN = {"Accept-Language": "en"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def file(name: str, data: bytes | str, path="/") -> str:
    packed = data if isinstance(data, str) else b64(data)
    return f'<file name="{name}" path="{path}" encoding="base64">{packed}</file>'


def truefalse(text: str, *files: str, feedback="", name="Q") -> str:
    return (
        f'<question type="truefalse"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text>{"".join(files)}</questiontext>{feedback}'
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>'
    )


def moodle(*questions: str) -> bytes:
    return f'<?xml version="1.0"?><quiz>{"".join(questions)}</quiz>'.encode()


def shown(name: str, alt="a plan") -> str:
    return f'<p>What is this? <img src="@@PLUGINFILE@@/{name}" alt="{alt}"></p>'


ONE = moodle(truefalse(shown("the%20plan.png"), file("the plan.png", png())))
ITEM = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="{name}" title="{name}">'
    '<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>A</value>'
    "</correctResponse></responseDeclaration><itemBody><p>Which? {body}</p>"
    '<choiceInteraction responseIdentifier="R"><simpleChoice identifier="A">yes</simpleChoice>'
    '<simpleChoice identifier="B">no</simpleChoice></choiceInteraction></itemBody></assessmentItem>'
)


def qti(body: str, **parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("items/one/a.xml", ITEM.format(name="one", body=body))
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


@pytest.fixture
def bring(course, tmp_path):
    """Run the command on a file and return (exit code, JSON)."""

    def run(content: bytes, name="bank.xml", *options):
        path = tmp_path / name
        path.write_bytes(content)
        result = CliRunner().invoke(import_questions, [str(path), "--course", "open-branch", "--json", *options])
        return result.exit_code, json.loads(result.stdout)

    return run


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def version_of() -> QuestionVersion:
    db.session.expire_all()
    return db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(1)).one()


def send(browser, content: bytes, name="bank.xml"):
    return browser.post(
        urls.to_import("open-branch"),
        data={"file": (io.BytesIO(content), name), "format": "auto", "bank": "题库"},
        headers=EN,
    )


def test_a_picture_is_encoded_anew_and_the_text_shows_it(bring):
    code, said = bring(ONE)

    picture = db.session.scalars(select(Picture)).one()
    version = version_of()
    assert (code, said["files"], said["files_refused"]) == (0, 1, [])
    assert version.text.en == f"What is this? ![a plan](/study/pictures/{picture.id})"
    assert f'<img loading="lazy" src="/study/pictures/{picture.id}/thumbnail"' in version.html.en
    assert path_of(db.session.get(File, picture.file_id)).read_bytes() != png()
    assert (picture.name.rsplit(".", 1)[0], picture.source != "") == ("the plan", True)
    assert db.session.execute(select(QuestionPicture.version_id, QuestionPicture.is_asked)).one() == (version.id, True)


@pytest.mark.parametrize("again", [ONE, moodle(truefalse(shown("plan.png"), file("plan.png", png())))])
def test_the_same_picture_is_kept_once(bring, again):
    bring(ONE)
    before = count(Picture), count(File), count(Question), count(QuestionVersion)

    code, said = bring(again)

    assert (code, said["imported"]) == (0, [])
    assert (count(Picture), count(File), count(Question), count(QuestionVersion)) == before


def test_two_files_of_one_name_in_one_question_are_two_pictures(bring):
    feedback = (
        '<generalfeedback format="html"><text><![CDATA[<img src="@@PLUGINFILE@@/a.png" alt="why">]]></text>'
        f"{file('a.png', png('blue'))}</generalfeedback>"
    )
    bring(moodle(truefalse(shown("a.png"), file("a.png", png("red")), feedback=feedback)))

    first, second = sorted(db.session.scalars(select(Picture.id)))
    version = version_of()
    assert {version.text.en, version.feedback.en} == {
        f"What is this? ![a plan](/study/pictures/{ident})"
        if f"/{ident})" in version.text.en
        else f"![why](/study/pictures/{ident})"
        for ident in (first, second)
    }
    asked = dict(db.session.execute(select(QuestionPicture.picture_id, QuestionPicture.is_asked)).all())
    assert sorted(asked.values()) == [False, True]


def test_pictures_in_packages_are_found_beside_their_item_or_where_the_base_says(bring):
    body = (
        '<img src="a.png" alt="beside"/><img src="../../media/b%20c.png" alt="above"/>'
        '<object data="../shared/d.png" type="image/png">an object</object>'
    )
    parts = {
        "items/one/a.png": png("red"),
        "media/b c.png": png("green"),
        "items/shared/d.png": png("blue"),
        "unused.png": png("black"),
    }
    code, said = bring(qti(body, **parts), "bank.zip")

    assert (code, said["files"], said["files_refused"]) == (0, 3, [])
    alts = re.findall(r"!\[([a-z ]+)\]\(/study/pictures/\d+\)", version_of().text.en)
    assert alts == ["beside", "above", "an object"]


REFUSED = {
    "a script in a drawing": (moodle(truefalse(shown("a.svg"), file("a.svg", SVG))), "a.svg", "cannot be read"),
    "a page called a picture": (
        moodle(truefalse(shown("a.png"), file("a.png", b"<html><script>alert(1)</script>"))),
        "a.png",
        "cannot be read",
    ),
    "broken base64": (moodle(truefalse(shown("a.png"), file("a.png", "%%%"))), "a.png", "base64"),
    "half a picture": (moodle(truefalse(shown("a.png"), file("a.png", png()[:40]))), "a.png", "cannot be read"),
    "nothing": (moodle(truefalse(shown("a.png"), file("a.png", ""))), "a.png", "base64"),
    "not enclosed": (moodle(truefalse(shown("a.png"))), "a.png", "not in what was sent"),
    "elsewhere": (moodle(truefalse('<img src="https://example.org/x.png" alt="a plan">')), "x.png", "lies elsewhere"),
    "a document": (
        moodle(truefalse('<a href="@@PLUGINFILE@@/a.pdf">a plan</a>', file("a.pdf", b"%PDF-1.4"))),
        "a.pdf",
        "only pictures",
    ),
    "a film": (
        moodle(truefalse('<video src="@@PLUGINFILE@@/a.mp4"></video> a plan', file("a.mp4", mp4_bytes()))),
        "a.mp4",
        "only pictures and recordings",
    ),
    "a page called a recording": (
        moodle(truefalse('<audio src="@@PLUGINFILE@@/a.mp3"></audio> a plan', file("a.mp3", b"<script>alert(1)"))),
        "a.mp3",
        "only pictures and recordings",
    ),
    "a way out of the package": (
        qti('<img src="../../../etc/a.png" alt="a plan"/>'),
        "a.png",
        "outside of the package",
    ),
    "another picture of the site": (
        moodle(truefalse('<img src="/study/pictures/1" alt="a plan">')),
        "1",
        "lies elsewhere",
    ),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_refused_files_are_named_and_their_questions_kept(bring, what):
    content, name, words = REFUSED[what]

    code, said = bring(content, "bank.zip" if content.startswith(b"PK") else "bank.xml")

    [refused] = said["files_refused"]
    assert (code, len(said["imported"]), said["refused"]) == (1, 1, [])
    assert (refused["number"], refused["name"]) == (1, name)
    assert words in refused["error"]
    assert "a plan" in version_of().text.en
    assert (count(Picture), "pictures/" in version_of().html.en) == (0, False)


def test_a_picture_of_too_many_points_is_refused(bring, monkeypatch):
    monkeypatch.setattr("core.pictures.POINTS_MAX", 100)

    _code, said = bring(ONE)

    assert "million points" in said["files_refused"][0]["error"]


def test_files_that_are_too_large_or_too_many_are_refused(bring, monkeypatch):
    monkeypatch.setattr(enclosed, "FILE_MAX", 1000)
    monkeypatch.setattr(enclosed, "FILES_MAX", 2)
    big = png(size=(40, 30)) + b"\0" * 2000
    pictures = [(f"{n}.png", png((n, n, n))) for n in range(4)]
    questions = [truefalse(f"{n} {shown(n)}", file(n, data), name=n) for n, data in [("big.png", big), *pictures]]

    code, said = bring(moodle(*questions))

    assert (code, len(said["imported"]), said["files"]) == (1, 5, 2)
    errors = {one["name"]: one["error"] for one in said["files_refused"]}
    assert list(errors) == ["big.png", "2.png", "3.png"]
    assert "larger than 0 MiB" in errors["big.png"]
    assert "more than 2" in errors["3.png"]


def test_pictures_of_more_than_a_parser_holds_are_taken_in(bring):
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((3000, 2800), 90).save(out, "PNG", compress_level=0)
    assert len(b64(out.getvalue())) > 10_000_000

    code, said = bring(moodle(truefalse(shown("a.png"), file("a.png", out.getvalue()))))

    assert (code, said["files"]) == (0, 1)


def test_a_preview_shows_pictures_and_writes_nothing(browser, course, app):
    from pathlib import Path

    page = send(browser, ONE).text
    kept = sorted(path.name for path in (Path(app.config["DATA"]) / "files").glob("??/*"))

    assert (count(Picture), count(Question), count(File)) == (0, 0, 1)  # The file that was sent.
    assert len(kept) == 1
    assert "data:image/webp;base64," in page
    assert "/study/pictures/new-" not in page
    assert "1 picture or recording comes with them." in page


def test_a_preview_names_what_is_refused(browser, course):
    page = send(browser, moodle(truefalse(shown("a.svg"), file("a.svg", SVG)))).text

    assert "Files that are not taken in" in page
    assert "a.svg: This picture cannot be read" in page


def accept(browser, page):
    ticket = re.search(r'name="ticket"[^>]*value="([^"]+)"', page.text)[1]
    return browser.post(urls.to_accept("open-branch"), data={"ticket": ticket})


def test_what_is_accepted_is_kept_and_goes_with_its_import(browser, course):
    accept(browser, send(browser, ONE))
    taken = db.session.scalars(select(QuestionImport)).one()
    assert (count(Picture), count(Question)) == (1, 1)
    assert db.session.scalars(select(Picture.import_id)).one() == taken.id

    browser.post(urls.to_undo(taken.id))

    assert (count(Picture), count(Question), count(QuestionPicture)) == (0, 0, 0)
    assert db.session.scalars(select(File.original_name)).all() == []


def test_a_picture_that_another_question_shows_stays_when_its_import_goes(browser, course):
    accept(browser, send(browser, ONE))
    accept(browser, send(browser, moodle(truefalse("Another. " + shown("b.png"), file("b.png", png())))))
    first = db.session.scalars(select(QuestionImport).order_by(QuestionImport.id)).first()

    browser.post(urls.to_undo(first.id))

    assert (count(Picture), count(Question)) == (1, 1)


HEARD = '<audio controls src="@@PLUGINFILE@@/the%20call.wav" alt="a call"></audio> What is called?'
CALL = moodle(truefalse(HEARD, file("the call.wav", wav_bytes(0.1))))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (CALL, "bank.xml"),
        (moodle(truefalse('<a href="@@PLUGINFILE@@/a.wav">a call</a>', file("a.wav", wav_bytes(0.1)))), "bank.xml"),
        (
            qti('<object data="a.wav" type="audio/wav">a call</object>', items__one__a_dot_wav=wav_bytes(0.1)),
            "bank.zip",
        ),
    ],
    ids=["player", "link", "package"],
)
def test_a_recording_of_a_file_is_kept_as_it_is_and_played(bring, content, name):
    code, said = bring(content, name)

    assert (code, said["files"], said["files_refused"]) == (0, 1, [])
    picture, version = db.session.scalars(select(Picture)).one(), version_of()
    assert path_of(db.session.get(File, picture.file_id)).read_bytes() == wav_bytes(0.1)
    assert f'<audio controls="" preload="none" src="/study/pictures/{picture.id}"' in version.html.en
    assert "a call" in version.text.en
    assert db.session.execute(select(QuestionPicture.picture_id, QuestionPicture.is_asked)).one() == (picture.id, True)
    before = count(Picture), count(File), count(Question)
    assert bring(content, name)[1]["imported"] == []
    assert (count(Picture), count(File), count(Question)) == before


def test_a_preview_names_recordings_and_plays_none(browser, course):
    page = send(browser, CALL)

    assert ("<audio" in page.text, "/study/pictures/new-" in page.text) == (False, False)
    assert '<a class="file" href="#">a call</a> (WAV, 1 KB)' in page.text
    assert (count(Picture), count(Question)) == (0, 0)
    accept(browser, page)
    assert (count(Picture), "<audio" in version_of().html.en) == (1, True)


def test_editing_a_question_keeps_its_picture(browser, course):
    accept(browser, send(browser, ONE))
    version = version_of()
    text = version.text.en.replace("What is this?", "And this?")

    browser.post(urls.to_question(version.question_id), data={"text_en": text, "right": "0"})

    edited = version_of()
    assert edited.version == 2
    assert "And this?" in edited.html.en
    assert "/thumbnail" in edited.html.en
    assert count(QuestionPicture) == 2


def paper(user, course, version, **values) -> Attempt:
    quiz = quiz_with(truth(), course=course, review=values.pop("review", Review.NEVER))
    slot = db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id)).one()
    slot.question_id = version.question_id
    attempt = Attempt(quiz_id=quiz.id, user_id=user.id, number=1, max_mark=2000, **values)
    db.session.add(attempt)
    db.session.flush()
    for position in (1, 2):
        db.session.add(
            AttemptSlot(
                attempt_id=attempt.id, position=position, version_id=version.id, option_order=["t", "f"], max_mark=1000
            )
        )
    db.session.commit()
    return attempt


BOTH = moodle(
    truefalse(
        shown("a.png"),
        file("a.png", png("red")),
        feedback=(
            '<generalfeedback format="html"><text><![CDATA[<img src="@@PLUGINFILE@@/b.png" alt="why">]]></text>'
            f"{file('b.png', png('blue'))}</generalfeedback>"
        ),
    )
)


def seen(browser) -> dict[bool, int]:
    """Return the status of the picture that is asked with (True), and of the one in the feedback (False)."""
    rows = db.session.execute(select(QuestionPicture.is_asked, QuestionPicture.picture_id)).all()
    statuses = {}
    for is_asked, ident in rows:
        with browser.get(f"/study/pictures/{ident}/thumbnail") as answer:
            statuses[is_asked] = answer.status_code
    return statuses


def test_pictures_are_for_those_who_are_asked_and_those_of_the_key_for_later(
    bring, course, sign_in, member, instructor
):
    bring(BOTH)
    enrolled(member, course)
    before = seen(sign_in(member))
    attempt = paper(member, course, version_of())
    meanwhile = seen(sign_in(member))
    attempt.state, attempt.submitted_at = AttemptState.SUBMITTED, utcnow()
    db.session.commit()
    held = seen(sign_in(member))
    attempt = db.session.get(Attempt, attempt.id)
    db.session.get(type(quiz_with(truth(), course=course)), attempt.quiz_id).review = Review.AT_ONCE
    db.session.commit()
    after = seen(sign_in(member))

    assert before == {True: 404, False: 404}
    assert meanwhile == held == {True: 200, False: 404}
    assert after == {True: 200, False: 200}
    assert seen(sign_in(instructor)) == {True: 200, False: 200}


@pytest.mark.parametrize(("stands_open", "status"), [(True, 200), (False, 403)])
def test_a_picture_is_locked_only_where_no_lesson_that_shows_it_is_open(
    bring, course, sign_in, member, stands_open, status
):
    bring(moodle(truefalse("Sign? " + shown("a.png"), file("a.png", png()))))
    enrolled(member, course)
    module = ModuleFactory(course=course)
    asked = Faces(zh=f'<div class="asked" data-q="{version_of().question_id}"></div>')
    locked, free = LessonFactory(module=module, html=asked), LessonFactory(module=module)
    db.session.add(Gate(course_id=course.id, lesson_id=locked.id, opens_at=utcnow() + timedelta(days=1)))
    if stands_open:
        picture_id = db.session.scalars(select(Picture.id)).one()
        db.session.add(PicturePlace(picture_id=picture_id, lesson_id=free.id))
    db.session.commit()

    assert seen(sign_in(member)) == {True: status}


def test_lessons_of_other_courses_are_not_read_for_a_picture(bring, course, sign_in, member):
    bring(moodle(truefalse("Sign? " + shown("a.png"), file("a.png", png()))))
    enrolled(member, course)
    elsewhere = LessonFactory(html=Faces(zh=f'<div class="asked" data-q="{version_of().question_id}"></div>'))
    enrolled(member, elsewhere.module.course)
    db.session.commit()

    assert seen(sign_in(member)) == {True: 404}


def test_a_paper_that_goes_one_way_shows_no_picture_before_its_turn(bring, course, sign_in, member):
    bring(BOTH)
    enrolled(member, course)
    attempt = paper(member, course, version_of(), step=1)
    db.session.delete(db.session.get(AttemptSlot, (attempt.id, 1)))
    db.session.commit()

    early = seen(sign_in(member))
    db.session.get(Attempt, attempt.id).reached = 2
    db.session.commit()

    assert (early[True], seen(sign_in(member))[True]) == (404, 200)


def test_a_copy_of_a_course_shows_copies_of_its_pictures(bring, course, browser):
    from study.models import Course

    bring(BOTH)

    made = browser.post("/study/manage/courses/open-branch/copy", data={"slug": "the-copy", "title_zh": "副本"})

    assert made.status_code == 303
    copy_id = db.session.scalars(select(Course.id).where(Course.slug == "the-copy")).one()
    own = set(db.session.scalars(select(Picture.id).where(Picture.course_id == copy_id)))
    version = version_of()
    named = {int(one) for one in re.findall(r"/study/pictures/(\d+)\)", version.text.en + version.feedback.en)}
    joined = set(db.session.scalars(select(QuestionPicture.picture_id).where(QuestionPicture.version_id == version.id)))
    assert named == joined == own
    assert version.content.digest == version.content_hash


def test_a_course_file_takes_pictures_of_questions_along(
    bring, course, branch, instructor, actor_of, transaction, tmp_path
):
    from study.course_files import keep_files, keep_pictures
    from study.models import Course
    from study.services.course_imports import import_course, prepare_course
    from study.transfer.archive import open_course_file
    from study.transfer.reading import read_incoming
    from study.transfer.writing import write_course

    bring(BOTH)
    course = db.session.get(Course, course.id)
    with (tmp_path / "course.zip").open("wb") as out:
        write_course(out, course)
    db.session.rollback()
    incoming = read_incoming(open_course_file(tmp_path / "course.zip"))
    prepared = prepare_course(incoming, keep_files(incoming), keep_pictures(incoming))
    with transaction():
        import_course(prepared, branch, actor_of(instructor), "elsewhere")

    copy_id = db.session.scalars(select(Course.id).where(Course.slug == "elsewhere")).one()
    own = set(db.session.scalars(select(Picture.id).where(Picture.course_id == copy_id)))
    version = version_of()
    named = {int(one) for one in re.findall(r"/study/pictures/(\d+)\)", version.text.en + version.feedback.en)}
    assert (named, len(own)) == (own, 2)
    assert f'src="/study/pictures/{min(own)}/thumbnail"' in version.html.en + version.feedback_html.en
    assert version.content.digest == version.content_hash


def test_a_printed_paper_shows_pictures_and_keeps_those_of_the_key_apart(bring, course, browser):
    from pypdfium2 import PdfDocument
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    bring(BOTH)
    question_id = version_of().question_id
    quiz = quiz_with(truth(), course=course)
    db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id)).one().question_id = question_id
    db.session.commit()
    browser.post(urls.to_forms(quiz.id), data={"count": "1"})
    form_id = db.session.scalars(select(PrintedForm.id)).one()

    pdf = browser.get(urls.for_form(form_id, "paper", "en")).data

    with PdfDocument(io.BytesIO(pdf)) as document:
        images = document[0].get_objects(filter=[FPDF_PAGEOBJ_IMAGE])
        colours = [image.get_bitmap().to_pil().convert("RGB").getpixel((5, 5)) for image in images]
    # The red one is asked with; the blue one stands in the feedback.
    assert [(red > 200, blue < 50) for red, _green, blue in colours] == [(True, True)]
