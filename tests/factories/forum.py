"""Boards, threads and posts for tests."""

import io

import factory
from PIL import Image

from core.attachments import prepare
from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.markup import RENDER_VERSION, render
from core.permissions import MEMBERS, PUBLIC
from forum import paths
from forum.drafting import SAVED
from forum.enums import ThreadKind
from forum.models import Attachment, Board, Poll, PollOption, Post, SavedDraft, Thread, Translation
from forum.services.translations import target_language
from tests.factories.accounts import Factory, UserFactory, root_branch


class BoardFactory(Factory):
    """A public board of the root branch on which everybody may write."""

    class Meta:
        model = Board

    slug = factory.Sequence(lambda n: f"board-{n}")
    title = factory.LazyAttribute(lambda o: Faces(f"版块 {o.slug}", f"Board {o.slug}"))
    about = Faces("说说看", "Talk about it")
    audience = PUBLIC
    branch = factory.LazyFunction(root_branch)


class ThreadFactory(Factory):
    """A thread with its opening post; counters of the board included."""

    class Meta:
        model = Thread

    board = factory.SubFactory(BoardFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Thread {n}")
    audience = factory.LazyAttribute(lambda o: o.board.audience)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        body = kwargs.pop("body", "The opening post.")
        thread = super()._create(model_class, *args, **kwargs)
        db.session.get_one(Board, thread.board_id).thread_count += 1
        PostFactory(thread=thread, author=thread.author, body=body)
        return thread


class PostFactory(Factory):
    """The next post of a thread; ``parent=`` makes it an answer to another."""

    class Meta:
        model = Post

    thread = factory.SubFactory(ThreadFactory)
    author = factory.SubFactory(UserFactory)
    body = factory.Sequence(lambda n: f"Post text {n}.")
    render_version = RENDER_VERSION
    language = "en"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        thread, parent = kwargs["thread"], kwargs.pop("parent", None)
        number = thread.last_number + 1
        kwargs.setdefault("html", render(kwargs["body"]).html)
        kwargs.setdefault("created_at", utcnow())
        kwargs["number"], kwargs["parent_id"] = number, parent.id if parent else None
        kwargs["path"] = paths.child(parent.path if parent else "", number) if number > 1 else ""
        thread.last_number, thread.last_posted_at = number, kwargs["created_at"]
        thread.reply_count += number > 1
        # After a request the thread is read anew, without its board.
        db.session.get_one(Board, thread.board_id).post_count += 1
        return super()._create(model_class, *args, **kwargs)


class AttachmentFactory(Factory):
    """A small picture; ``post=`` hangs it on one, ``uploader=`` says who sent it."""

    class Meta:
        model = Attachment

    name = "picture.webp"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        uploader, post = kwargs.pop("uploader", None), kwargs.pop("post", None)
        if "uploader_id" not in kwargs:
            kwargs["uploader_id"] = uploader.id if uploader else post.author_id if post else UserFactory().id
        out = io.BytesIO()
        Image.new("RGB", (20, 10), "teal").save(out, "PNG")
        ready = prepare(out, "picture.png")
        db.session.add_all([ready.file, ready.thumbnail])
        db.session.flush()
        kwargs |= {"file_id": ready.file.id, "thumbnail_id": ready.thumbnail.id, "width": 20, "height": 10}
        return super()._create(model_class, *args, post_id=post.id if post else None, **kwargs)


class DraftFactory(Factory):
    """A text that somebody has begun."""

    class Meta:
        model = SavedDraft

    place = factory.Sequence(lambda n: f"thread:{n}")
    user_id = factory.LazyAttribute(lambda o: o.user.id)
    content = factory.LazyFunction(lambda: {"body": "Begun.", "key": "a-draft-key", SAVED: utcnow().isoformat()})

    class Params:
        user = factory.SubFactory(UserFactory)


class PollFactory(Factory):
    """A poll of three options in a thread of its own."""

    class Meta:
        model = Poll

    thread_id = factory.LazyFunction(lambda: ThreadFactory(kind=ThreadKind.POLL).id)
    audience = MEMBERS

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        options = kwargs.pop("options", ("Every month", "Every quarter", "Either"))
        thread = kwargs.pop("thread", None)
        if thread is not None:
            kwargs["thread_id"] = thread.id
        poll = super()._create(model_class, *args, **kwargs)
        for position, words in enumerate(options):
            db.session.add(PollOption(thread_id=poll.thread_id, position=position, words=words))
        db.session.commit()
        return poll


class TranslationFactory(Factory):
    """A proposal for ``post=``; ``approved=True`` shows it."""

    class Meta:
        model = Translation

    body = "In other words."
    html = "<p>In other words.</p>"
    of_revision = 0

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        post, writer = kwargs.pop("post"), UserFactory()
        if kwargs.pop("approved", False):
            kwargs |= {"approved_at": utcnow(), "approved_by_id": writer.id}
            post.is_translated = True
        language = target_language(post.language)
        return super()._create(model_class, *args, post_id=post.id, author_id=writer.id, language=language, **kwargs)
