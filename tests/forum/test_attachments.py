"""Files on posts: sent, shown, opened by those who may read the post, and removed."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from accounts.events import UserErased
from core import files
from core.attachments import prepare
from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.files import File, FileNotWhatItSays, path_of
from core.permissions import VISITOR, branch_audience
from forum import handlers, queries, services
from forum.attaching import files_of, lacks_description, markdown_for, named_in
from forum.models import Attachment, Post, SavedDraft
from forum.services import attachments
from forum.timers import sweep_attachments
from tests.factories.files import form_with_file
from tests.factories.forum import AttachmentFactory, BoardFactory, DraftFactory, PostFactory, ThreadFactory

JSON = {"Accept": "application/json"}


def png(width: int = 20, height: int = 10) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    out.seek(0)
    return out


def send(browser, content=None, name="看板.png", alt="The board", **headers):
    data = {"file": (content or png(), name), "alt": alt}
    return browser.post("/forum/attachments", data=data, headers=headers or JSON)


def fetch(browser, ident, tail="", **options):
    return browser.get(f"/forum/files/{ident}{tail}", buffered=True, **options)


# Sending


def test_a_script_gets_the_number_and_the_markdown(sign_in, member):
    answer = send(sign_in(member))
    row = db.session.query(Attachment).one()
    assert (answer.status_code, answer.json) == (
        201,
        {"id": row.id, "markdown": f"![The board](/forum/files/{row.id})"},
    )
    assert (row.uploader_id, row.post_id, row.alt, row.width, row.height) == (member.id, None, "The board", 20, 10)


def test_a_browser_gets_a_page_with_the_markdown(sign_in, member):
    answer = send(sign_in(member), Accept="text/html")
    assert answer.status_code == 201
    assert "![The board](/forum/files/" in answer.text


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"", "a.png", 422),
        (b"<svg onload=alert(1)>", "a.svg", 422),
        (b"<script>alert(1)</script>", "a.png", 422),
        (b"MZ\x90", "a.pdf", 422),
        (b"", "", 422),
    ],
)
def test_what_is_not_taken_is_refused_in_words(sign_in, member, content, name, status):
    answer = send(sign_in(member), io.BytesIO(content), name)
    assert (answer.status_code, list(answer.json)) == (status, ["error"])
    assert db.session.query(Attachment).count() == 0


def test_without_a_file_nothing_is_taken(sign_in, member):
    assert sign_in(member).post("/forum/attachments", data={"alt": "x"}, headers=JSON).status_code == 422
    assert sign_in(member).post("/forum/attachments", data={"file": "text"}).status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        'a".html',
        "\\\\host\\a.txt",
        "字\u202e.txt",
        "." * 300,
        "\x00.txt",
    ],
)
def test_names_lead_nowhere_and_break_no_header(sign_in, member, name):
    browser = sign_in(member)
    ident = send(browser, io.BytesIO(b"hello"), name).json["id"]
    answer = fetch(browser, ident)
    assert answer.data == b"hello"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "/" not in db.session.get_one(Attachment, ident).name


def test_line_ends_in_a_name_are_dropped(app):
    assert prepare(io.BytesIO(b"hello"), "a\r\nSet-Cookie: x=1.txt").name == "aSet-Cookie: x=1.txt"


def test_a_member_sends_so_many_files_a_day(sign_in, member, monkeypatch):
    monkeypatch.setattr(attachments, "FILES_A_DAY", 1)
    browser = sign_in(member)
    assert [send(browser).status_code for _ in range(2)] == [201, 429]
    db.session.query(Attachment).one().created_at = utcnow() - timedelta(days=2)
    db.session.commit()
    assert send(browser).status_code == 201


def test_a_member_sends_so_many_bytes_a_day(sign_in, member, monkeypatch):
    monkeypatch.setattr(attachments, "BYTES_A_DAY", 10)
    assert send(sign_in(member)).status_code == 429


def test_a_file_over_the_limit_is_refused(sign_in, member, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_UPLOAD_MIB", 0)
    answer = send(sign_in(member), io.BytesIO(b"x"), "a.bin")
    assert (answer.status_code, "MiB" in answer.json["error"]) == (422, True)


def test_the_composer_names_the_limit_of_a_file(sign_in, member):
    board = BoardFactory()
    for path in (f"/forum/boards/{board.slug}/new", f"/forum/threads/{PostFactory(thread__board=board).thread_id}"):
        assert "每个文件最大 8 MiB" in sign_in(member).get(path).text


def test_a_form_with_too_large_a_file_shows_the_text_before_it(sign_in, member):
    form = form_with_file({"title": "短题", "body": "<i>短", "password": "never shown"}, 9_500_000)
    page = sign_in(member).post(f"/forum/boards/{BoardFactory().slug}/new", **form)
    assert page.status_code == 413
    assert "浏览器" in page.text
    assert ">短题</textarea>" in page.text
    assert "&lt;i&gt;短</textarea>" in page.text
    assert "never shown" not in page.text
    assert db.session.query(SavedDraft).count() == 0


def test_a_text_beside_too_large_a_file_waits_when_the_session_has_ended(client):
    page = client.post(f"/forum/boards/{BoardFactory().slug}/new", **form_with_file({"body": "短"}, 9_500_000))
    assert (page.status_code, ">短</textarea>" in page.text) == (401, True)


@pytest.mark.parametrize("boundary", ["", "; boundary=x", "; boundary=é"])
def test_a_broken_form_that_is_too_large_is_refused_as_well(sign_in, member, boundary):
    body = b"--x\r\nContent-Disposition: form-data; nam\r\n\r\n" + b"y" * 9_500_000
    kind = f"multipart/form-data{boundary}"
    assert sign_in(member).post("/forum/attachments", data=body, content_type=kind).status_code == 413


def test_a_name_that_says_picture_must_hold_one(app):
    with pytest.raises(FileNotWhatItSays):
        prepare(io.BytesIO(b"%PDF-1.7"), "a.docx")


# Opening


@pytest.fixture
def inner(other_branch):
    board = BoardFactory(audience=branch_audience(other_branch.id), branch=other_branch)
    return ThreadFactory(board=board)


def statuses(ident, *browsers):
    return [fetch(browser, ident, tail).status_code for browser in browsers for tail in ("", "/thumbnail")]


def test_what_is_in_no_post_is_its_senders_alone(client, sign_in, member, moderator):
    row = AttachmentFactory(uploader=member)
    assert statuses(row.id, client, sign_in(moderator), sign_in(member)) == [404, 404, 404, 404, 200, 200]


def test_a_file_is_seen_by_those_who_may_read_its_post(client, sign_in, member, administrator, inner):
    row = AttachmentFactory(post=PostFactory(thread=inner, author=administrator))
    assert statuses(row.id, client, sign_in(member), sign_in(administrator)) == [404, 404, 404, 404, 200, 200]
    public = AttachmentFactory(post=PostFactory())
    assert statuses(public.id, client) == [200, 200]


@pytest.mark.parametrize("how", ["hidden_at", "deleted_at"])
def test_behind_a_hidden_or_deleted_post_moderators_alone_see_it(client, sign_in, member, moderator, how):
    post = PostFactory(author=member)
    row = AttachmentFactory(post=post)
    setattr(post, how, utcnow())
    db.session.commit()
    assert statuses(row.id, client, sign_in(member), sign_in(moderator)) == [404, 404, 404, 404, 200, 200]


def test_with_a_deleted_thread_its_files_go(client, sign_in, member):
    post = PostFactory(author=member)
    row = AttachmentFactory(post=post)
    post.thread.deleted_at = utcnow()
    db.session.commit()
    assert statuses(row.id, client, sign_in(member)) == [404] * 4


def test_a_picture_is_shown_locked_in_and_kept_for_a_while(client):
    row = AttachmentFactory(post=PostFactory())
    answer = fetch(client, row.id, "/thumbnail")
    headers = answer.headers
    assert headers["Content-Type"] in {"image/webp", "image/png", "image/jpeg"}
    assert headers["Content-Disposition"].startswith("inline; ")
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, max-age=3600"
    again = fetch(client, row.id, "/thumbnail", headers={"If-None-Match": headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_that_somebody_sent_is_saved_and_never_shown(sign_in, member):
    browser = sign_in(member)
    ident = send(browser, io.BytesIO(b"<script>alert(1)</script>"), "a.html").json["id"]
    answer = fetch(browser, ident)
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize("shown", [True, False])
def test_a_file_costs_one_query_beside_the_reader(client, count_queries, shown):
    row = AttachmentFactory(post=PostFactory())
    with count_queries() as seen:
        fetch(client, row.id if shown else 999999)
    assert len(seen) == 1


# In a text


def test_texts_say_which_files_they_name():
    assert named_in("![a](/forum/files/3) [b](/forum/files/12) /forum/files/3 /forum/files/x") == [3, 12]
    assert named_in("nothing") == []
    assert lacks_description("![ ](/forum/files/3)")
    assert not lacks_description("![a](/forum/files/3) ![](/x)")


def test_markdown_shows_any_name_and_description_as_it_is():
    assert markdown_for(3, "a.png", "x](y)\n[*z*", is_picture=True) == "![x\\](y) \\[\\*z\\*](/forum/files/3)"
    assert markdown_for(3, "a_b.pdf", "", is_picture=False) == "[a\\_b.pdf](/forum/files/3)"


def test_a_text_shows_own_files_and_those_its_readers_see(member, inner):
    own, foreign, public = (
        AttachmentFactory(uploader=member),
        AttachmentFactory(),
        AttachmentFactory(post=PostFactory()),
    )
    secret = AttachmentFactory(post=PostFactory(thread=inner))
    text = " ".join(f"/forum/files/{row.id}" for row in (own, foreign, public, secret))
    found = files_of(text, member.id, {"public", "members"})
    assert [bool(one.kilobytes) for one in found.values()] == [True, False, True, False]


def test_a_published_text_shows_its_picture_and_keeps_it(author, thread, draft, sign_in):
    row = AttachmentFactory(uploader_id=author.id)
    text = f"Look:\n\n![The board](/forum/files/{row.id})"
    post = services.reply(thread, author, draft(text, author))
    db.session.refresh(row)
    assert row.post_id == post.id
    assert (
        f'<figure><a class="pic" href="/forum/files/{row.id}"><img loading="lazy" src="/forum/files/{row.id}/thumbnail"'
        in post.html
    )
    assert 'width="20" height="10"' in post.html


def test_a_text_takes_no_file_of_another_and_none_of_another_post(author, thread, draft, member):
    foreign, taken = AttachmentFactory(uploader=member), AttachmentFactory(uploader_id=author.id, post=PostFactory())
    before = taken.post_id
    services.reply(thread, author, draft(f"/forum/files/{foreign.id} /forum/files/{taken.id}", author))
    db.session.refresh(foreign), db.session.refresh(taken)
    assert (foreign.post_id, taken.post_id) == (None, before)


def test_an_edit_takes_new_files_and_leaves_the_old_ones(author, thread, draft):
    first, second = AttachmentFactory(uploader_id=author.id), AttachmentFactory(uploader_id=author.id)
    post = services.reply(thread, author, draft(f"![a](/forum/files/{first.id})", author))
    post = queries.get_post(post.id, author)
    services.edit_post(post, author, draft(f"![b](/forum/files/{second.id})", author), seen_revision=0)
    db.session.refresh(first), db.session.refresh(second)
    assert (first.post_id, second.post_id) == (post.id, post.id)


# Without a script


@pytest.mark.parametrize("field", [{"attach": "1"}, {}])
def test_the_reply_box_takes_files_and_keeps_what_was_typed(sign_in, member, thread, field):
    browser = sign_in(member)
    data = {
        "body": "My words",
        "key": "k",
        "alt": "A hall",
        "files": [(png(), "a.png"), (io.BytesIO(b"x"), "b.txt")],
        **field,
    }
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data)
    first, second = db.session.query(Attachment).order_by(Attachment.id).all()
    assert page.status_code == 200
    assert f"My words\n\n![A hall](/forum/files/{first.id})\n\n[b.txt](/forum/files/{second.id})" in page.text
    assert 'name="key" value="k"' in page.text
    assert db.session.query(Post).filter_by(thread_id=thread.id).count() == 1


def test_a_refused_file_is_named_beside_the_text(sign_in, member, thread):
    data = {"body": "My words", "files": [(io.BytesIO(b"<svg>"), "a.svg")]}
    page = sign_in(member).post(f"/forum/threads/{thread.id}/replies", data=data)
    assert (page.status_code, "a.svg:" in page.text, "My words" in page.text) == (422, True, True)


def test_attach_without_a_file_says_so(sign_in, member, thread):
    page = sign_in(member).post(f"/forum/threads/{thread.id}/replies", data={"body": "My words", "attach": "1"})
    assert (page.status_code, "My words" in page.text) == (422, True)


def test_a_picture_without_words_is_asked_about_once(sign_in, member, thread):
    browser, row = sign_in(member), AttachmentFactory(uploader=member, name="hall.webp")
    data = {"body": f"![](/forum/files/{row.id})", "key": "k"}
    asked = browser.post(f"/forum/threads/{thread.id}/replies", data=data)
    assert (asked.status_code, 'name="alt_asked" value="1"' in asked.text) == (422, True)
    assert browser.post(f"/forum/threads/{thread.id}/replies", data={**data, "alt_asked": "1"}).status_code == 303
    assert 'alt="hall"' in db.session.query(Post).filter_by(thread_id=thread.id, number=2).one().html


# Saving data


def test_readers_who_save_data_get_links_instead_of_pictures(client, author, thread, draft):
    row = AttachmentFactory(uploader_id=author.id)
    services.reply(thread, author, draft(f'![A "b" > c](/forum/files/{row.id})', author))
    db.session.commit()
    path = f"/forum/threads/{thread.id}"
    headers = {"Accept-Language": "en"}
    link = f'<a class="pic" href="/forum/files/{row.id}">A &quot;b&quot; > c (picture, 1 KB)</a>'
    assert "<img" in client.get(path, headers=headers).text
    saving = client.get(path, headers={**headers, "Save-Data": "on"}).text
    assert ("<img" in saving, link in saving.replace(" &gt; ", " > ")) == (False, True)
    client.post("/display", data={"saver": "off"})
    assert "<img" in client.get(path, headers={**headers, "Save-Data": "on"}).text
    client.post("/display", data={"saver": "on"})
    assert "<img" not in client.get(path, headers=headers).text


# Removing


def test_what_nobody_published_goes_after_a_day_unless_a_draft_names_it(app, member):
    old = utcnow() - timedelta(hours=25)
    gone, kept = AttachmentFactory(uploader=member, created_at=old), AttachmentFactory(uploader=member, created_at=old)
    fresh, published = AttachmentFactory(), AttachmentFactory(post=PostFactory(), created_at=old)
    DraftFactory(user=member, content={"body": f"![x](/forum/files/{kept.id})"})
    stale_files = [gone.file_id, gone.thumbnail_id]
    assert sweep_attachments() == 1
    assert {row.id for row in db.session.query(Attachment)} == {kept.id, fresh.id, published.id}
    assert db.session.query(File).filter(File.id.in_(stale_files)).count() == 0
    assert sweep_attachments() == 0


def test_the_files_of_an_erased_person_go_and_their_posts_say_so(author, thread, draft, app, monkeypatch):
    row = AttachmentFactory(uploader_id=author.id)
    waiting = AttachmentFactory(uploader_id=author.id)
    post = services.reply(thread, author, draft(f"![The board](/forum/files/{row.id})", author))
    db.session.commit()
    content = path_of(db.session.get_one(File, row.file_id))
    handlers.remove_files([UserErased(user_id=author.id)])
    db.session.expire_all()
    assert db.session.query(Attachment).count() == 0
    assert post.html == "<p>The board (no such file)</p>\n"
    assert content.exists()
    monkeypatch.setattr(files, "SWEPT_AFTER_SECONDS", -1)
    files.sweep()
    assert not content.exists()
    assert waiting not in db.session


def test_files_of_an_erased_person_leave_others_alone(member, author):
    other = AttachmentFactory(uploader=member)
    handlers.remove_files([UserErased(user_id=author.id)])
    assert db.session.query(Attachment).one().id == other.id


def test_a_member_needs_the_right_to_write(app):
    with pytest.raises(Denied):
        services.attach(VISITOR, prepare(png(), "a.png"), "")
