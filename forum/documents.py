"""What the forum offers to others: documents for the index, posts for moderators, threads about things."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select

from accounts.models import User
from core.db import db
from core.documents import (
    Document,
    ModerationSubject,
    Place,
    Talk,
    ThreadLink,
    register_discussions,
    register_names,
    register_source,
    register_target,
)
from core.faces import Faces
from core.i18n import _l
from core.markup import without_veiled
from core.permissions import Actor
from core.public_pages import register_pages
from core.refs import Ref
from core.text import excerpt, plain
from forum import queries, services, urls
from forum.models import Board, Post, Thread, Translation
from forum.public_pages import BoardPages, ThreadPages
from forum.queries.shown import IS_ACCEPTED, SHOWN_POST, SHOWN_THREAD, accepted
from forum.removal import removed_by, removed_part

EXCERPT_LENGTH = 300
HIDDEN_TITLE = _l("Hidden thread")


def _of_translation(column: Any) -> Any:
    """Select a column of the approved translation beside a post; most posts have none and are not asked."""
    approved = select(column).where(Translation.post_id == Post.id, Translation.approved_at.is_not(None))
    return case(
        (Post.is_translated, approved.order_by(Translation.id.desc()).limit(1).correlate(Post).scalar_subquery())
    )


def _select(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Select what a document holds of posts that may be indexed."""
    return (
        select(
            Post.id,
            Post.thread_id,
            Post.number,
            Post.html,
            Post.language,
            Post.created_at,
            Post.edited_at,
            Post.external_id,
            Thread.title,
            Thread.audience,
            Thread.reply_count,
            accepted.html.label("answer"),
            Thread.tags,
            _of_translation(Translation.title).label("translated_title"),
            _of_translation(Translation.html).label("translated_html"),
            Board.slug,
            Board.branch_id,
            Board.title.label("board_title"),
            User.username,
            User.display_name,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Thread.board_id)
        .join(User, User.id == Post.author_id)
        .outerjoin(accepted, and_(Post.number == 1, IS_ACCEPTED))
        .where(SHOWN_POST, SHOWN_THREAD, *where)
    )


def _document(row: Row[Any]) -> Document:
    opening = row.number == 1
    return Document(
        ref=Ref("thread", row.thread_id) if opening else Ref("post", row.id),
        title=row.title,
        text="\n".join(_texts(row)),
        audience=row.audience,
        language=row.language,
        url=urls.for_thread(row.thread_id) if opening else urls.for_post(row.id),
        created_at=row.created_at,
        updated_at=row.edited_at or row.created_at,
        board=row.slug,
        branch=str(row.branch_id),
        author=row.username,
        author_name=row.display_name,
        place=row.board_title,
        external_id=row.external_id or "",
        popularity=row.reply_count if opening else 0,
        solved=row.answer is not None,
    )


def _texts(row: Row[Any]) -> list[str]:
    """Return the text in both languages, the answer that was accepted and, for a thread, what it is tagged with."""
    texts = [plain(without_veiled(html)) for html in (row.html, row.translated_html, row.answer) if html is not None]
    texts += [row.translated_title] if row.translated_title else []
    return texts + (_tag_words(row.tags) if row.number == 1 else [])


def _tag_words(tags: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the names of the tags in both languages: by them a thread is found, too."""
    return [words for tag in tags for words in (tag.get("zh"), tag.get("en")) if words]


class ThreadSource:
    """One document for each thread: its title and opening post."""

    kind = "thread"

    def count(self) -> int:
        """Return how many threads there are."""
        return db.session.scalar(select(func.count()).select_from(Thread).where(SHOWN_THREAD)) or 0

    def documents(self, after_id: int, limit: int) -> Sequence[Document]:
        """Return the next threads by id."""
        rows = db.session.execute(_select(Post.number == 1, Thread.id > after_id).order_by(Thread.id).limit(limit))
        return [_document(row) for row in rows]

    def get(self, ids: Iterable[int]) -> Sequence[Document]:
        """Return these threads as far as they are shown."""
        return [_document(row) for row in db.session.execute(_select(Post.number == 1, Thread.id.in_(list(ids))))]


class PostSource:
    """One document for each reply, under its thread's title."""

    kind = "post"

    def count(self) -> int:
        """Return how many replies there are."""
        return db.session.scalar(select(func.count()).select_from(Post).where(Post.number > 1, SHOWN_POST)) or 0

    def documents(self, after_id: int, limit: int) -> Sequence[Document]:
        """Return the next replies by id."""
        rows = db.session.execute(_select(Post.number > 1, Post.id > after_id).order_by(Post.id).limit(limit))
        return [_document(row) for row in rows]

    def get(self, ids: Iterable[int]) -> Sequence[Document]:
        """Return these replies as far as they are shown."""
        return [_document(row) for row in db.session.execute(_select(Post.number > 1, Post.id.in_(list(ids))))]


class BoardNames:
    """What boards are called."""

    facet = "board"

    def names(self, values: Collection[str]) -> dict[str, Faces]:
        """Return the titles of these boards."""
        rows = db.session.execute(select(Board.slug, Board.title).where(Board.slug.in_(values)))
        return {row.slug: row.title for row in rows}

    def called(self, name: str) -> str:
        """Return the address name of the board with this title."""
        rows = db.session.execute(select(Board.slug, Board.title).order_by(Board.id)).all()
        return next((row.slug for row in rows if row.title.is_called(name)), "")


class PostTarget:
    """Posts as moderators act on them; an opening post stands for its thread."""

    kind = "post"

    def find(self, target_id: int) -> ModerationSubject | None:
        """Return the post, hidden or not."""
        post = queries.find_post(target_id)
        if post is None:
            return None
        thread = post.thread
        # What a moderator has removed stands in the log; what its author took away is nobody else's concern.
        if removed_by(removed_part(post)) == "author":
            return None
        return ModerationSubject(
            ref=post.ref,
            title=str(HIDDEN_TITLE) if thread.hidden_at and post.number > 1 else thread.title,
            excerpt=excerpt(plain(post.html), EXCERPT_LENGTH),
            author_id=post.author_id,
            branch_id=thread.board.branch_id,
            scope=thread.board.branch.path,
            place=f"{thread.board.title} · #{post.number}",
            url=urls.for_post(post.id),
            audience=thread.audience,
            hidden=not (post.is_shown and thread.is_listed),
        )

    def hide(self, target_id: int, actor: Actor, reason: str) -> None:
        """Hide the post inside the caller's transaction."""
        if post := queries.find_post(target_id, lock=True):
            services.hide_post(post, actor, reason)

    def restore(self, target_id: int, actor: Actor) -> None:
        """Show the post again inside the caller's transaction: what was done to it last is undone."""
        if post := queries.find_post(target_id, lock=True):
            # What is removed cannot be hidden as well; what is hidden can be removed.
            if removed_by(removed_part(post)) == "moderator":
                services.put_back(post)
            else:
                services.restore_post(post, actor)


class Discussions:
    """Threads about things of other rooms."""

    def talk_on(self, ref: Ref, actor: Actor, limit: int = 5) -> Talk:
        """Return the most lately active threads this reader may see, and where threads hang."""
        rows, places = queries.talk_on(ref, actor, limit)
        return Talk([_link(row) for row in rows], [Place(row.mark, row.title, row.number) for row in places])

    def start_url(self, ref: Ref, mark: str = "", title: str = "") -> str:
        """Return where a new thread about the thing, or the passage with this mark, is written; titled so at first."""
        return urls.for_discussion(ref, mark, title)


def _link(row: Any) -> ThreadLink:
    return ThreadLink(
        title=row.title,
        url=urls.for_thread(row.id),
        reply_count=row.number,
        last_posted_at=row.last_posted_at,
    )


def register() -> None:
    """Offer all of it; called once."""
    register_source(ThreadSource())
    register_source(PostSource())
    register_names(BoardNames())
    register_target(PostTarget())
    register_discussions(Discussions())
    register_pages(BoardPages())
    register_pages(ThreadPages())
