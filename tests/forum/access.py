"""Who gets which answer from the pages of the forum."""

from io import BytesIO

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.passages import Passage
from core.permissions import MEMBERS, PUBLIC, branch_audience
from core.refs import Ref
from core.subjects import DiscussionSubject, Subject, register_subject
from forum.enums import PostPolicy, ThreadKind
from forum.models import PollOption
from forum.queries.translations import find_translation
from forum.services.translations import text_mark
from tests.access import Row
from tests.factories.forum import (
    AttachmentFactory,
    BoardFactory,
    DraftFactory,
    PollFactory,
    PostFactory,
    ThreadFactory,
    TranslationFactory,
)


class Leaflets(DiscussionSubject):
    """Something threads can hang on: number 1 is for everybody, number 2 for members."""

    kind = "leaflet"

    def named(self, ids, actor):
        found = {subject_id: self.find(subject_id, actor) for subject_id in ids}
        return {subject_id: subject for subject_id, subject in found.items() if subject}

    def audiences(self, ids):
        return dict.fromkeys(ids, PUBLIC)

    board_audiences = audiences

    def note_thread(self, subject_id):
        """Nothing to note."""

    def find(self, subject_id, actor):
        audience = {1: PUBLIC, 2: MEMBERS}.get(subject_id)
        if audience is None or not actor.can_read(audience):
            return None
        return Subject(
            ref=Ref(self.kind, subject_id),
            title="A leaflet",
            url=f"/leaflets/{subject_id}",
            audience=audience,
            branch_id=1,
            board_slug=f"leaflet-{subject_id}",
            board_title=Faces("活页", "Leaflets"),
            passages=[Passage("p3", "Some words of a leaflet.", "p3")],
        )


def furnish(world) -> None:
    register_subject(Leaflets())
    world.board = BoardFactory(slug="open-talk")
    world.branch_board = BoardFactory(
        slug="inner-talk", branch=world.other_branch, audience=branch_audience(world.other_branch.id)
    )
    world.staff_board = BoardFactory(slug="news", post_policy=PostPolicy.STAFF)
    world.thread = ThreadFactory(board=world.board, author=world.member)
    world.post = PostFactory(thread=world.thread, author=world.member)
    world.poll = ThreadFactory(board=world.board, author=world.member, kind=ThreadKind.POLL)
    PollFactory(thread=world.poll)
    world.poll_options = list(db.session.scalars(select(PollOption.id).where(PollOption.thread_id == world.poll.id)))
    world.announcement = ThreadFactory(board=world.board, author=world.moderator, kind=ThreadKind.ANNOUNCEMENT)
    world.inner_announcement = ThreadFactory(board=world.branch_board, kind=ThreadKind.ANNOUNCEMENT)
    world.question = ThreadFactory(board=world.board, author=world.member, kind=ThreadKind.QUESTION)
    world.answer = PostFactory(thread=world.question)
    world.inner_thread = ThreadFactory(board=world.branch_board)
    world.inner_post = PostFactory(thread=world.inner_thread)
    world.translated_post = PostFactory(thread=world.thread)
    TranslationFactory(post=world.translated_post)
    TranslationFactory(post=world.inner_post, approved=True)
    now = utcnow()
    world.taken_post = PostFactory(
        thread=world.thread, deleted_at=now, deleted_by_id=world.moderator.id, deleted_reason="Advertising"
    )
    world.own_taken_post = PostFactory(thread=world.thread, author=world.member, deleted_at=now)
    world.others_post = PostFactory(thread=world.thread)
    world.inner_file = AttachmentFactory(post=world.inner_post)
    world.waiting_file = AttachmentFactory(uploader=world.member)
    _drafts(world)


def _drafts(world) -> None:
    """What the member keeps: a draft is for nobody else, whatever office one holds."""
    world.later = DraftFactory(
        user=world.member, place=f"board:{world.board.id}", content={"title": "T", "body": "B", "kind": "question"}
    )
    world.begun = DraftFactory(user=world.member, place=f"thread:{world.thread.id}")


def row(endpoint, method, url, statuses, note="", data=None):
    return Row(f"forum.{endpoint}", method, url, *statuses, data=data or (lambda world: {}), note=note)


def every(status):
    return (status,) * 6


def signed(status, visitor=302):
    """The same for all who are signed in; a visitor is sent to sign in."""
    return (visitor, *(status,) * 5)


def thread(tail="", of="thread"):
    return lambda world: f"/forum/threads/{getattr(world, of).id}{tail}"


def post(tail="", of="post"):
    return lambda world: f"/forum/posts/{getattr(world, of).id}{tail}"


def reaction(of):
    return lambda world: {"react": f"{getattr(world, of).id}:agree"}


def read(of):
    return lambda world: {"seen": text_mark(find_translation(getattr(world, of).id))}


def follow(of):
    return lambda world: f"/forum/follow/board/{getattr(world, of).id}"


def at(path):
    return lambda world: path


# visitor, member (of another branch), instructor and moderator at the root, officer of another branch, administrator:
# offices at the root reach down to every branch.
INNER = (404, 404, 200, 200, 404, 200)
INNER_SIGNED = (302, 404, 200, 200, 404, 200)
INNER_POST = (302, 404, 303, 303, 404, 303)
TEXT_BACK = 401
"""Who is not signed in gets what was written back, to be sent again after signing in."""
INNER_TEXT = (TEXT_BACK, *INNER_POST[1:])
AUTHOR_ONLY = (302, 200, 403, 403, 403, 403)
MODERATORS = (302, 403, 403, 303, 403, 303)
JUDGES = (302, 403, 403, 200, 403, 200)
SPAM = {"rule": "no_advertising", "reason": "Shoes."}
MANAGERS_OF_ORDER = (302, 403, 403, 200, 403, 200)
MANAGERS = (302, 403, 403, 403, 403, 200)
LEVEL = {"level": "watching"}
OWN_SENT = (302, 303, 404, 404, 404, 404)
OWN_DRAFT = (302, 200, 404, 404, 404, 404)
TRANSLATION = {"body": "In other words.", "revision": "0"}
REPLY = {"body": "Yes.", "key": "a-key"}
OPENING = {"title": "A title", "kind": "question", "body": "A text.", "key": "another-key"}
OFFICERS = (302, 403, 403, 403, 200, 200)
POLL = {"poll_options": "A\nB", "poll_max": "1", "poll_voters": "members", "poll_secret": "open"}
BOARD = {
    "title_en": "A new board",
    "slug": "a-new-board",
    "branch_id": "1",
    "audience": "members",
    "post_policy": "everyone",
    "position": "0",
}


def sent(act, **values):
    """A confirmed form of the page for keeping order."""

    def data(world):
        filled = {name: value(world) if callable(value) else value for name, value in values.items()}
        return {"confirm": "1", **{f"{act}-{name}": value for name, value in (filled | {"reason": "Order."}).items()}}

    return data


MOVE = sent("move", board_id=lambda world: world.staff_board.id)
MERGE = sent("merge", target=lambda world: world.inner_thread.id)
SPLIT = sent("split", posts=lambda world: world.post.id, title="A new thread")
COPY = sent("copy", number=2, board_id=lambda world: world.staff_board.id, title="A copy")

ROWS = [
    row("show_boards", "GET", at("/forum/"), every(200)),
    row("show_new", "GET", at("/forum/new"), signed(200)),
    row("mark_all_read", "POST", at("/forum/read"), signed(303)),
    row("show_board", "GET", at("/forum/boards/open-talk"), every(200)),
    row("show_board", "GET", at("/forum/boards/inner-talk"), INNER, "of a branch"),
    row("show_board", "GET", at("/forum/boards/nowhere"), every(404), "missing"),
    row("mark_board_read", "POST", at("/forum/boards/open-talk/read"), signed(303)),
    row("mark_board_read", "POST", at("/forum/boards/inner-talk/read"), INNER_POST, "of a branch"),
    row("new_thread", "GET", at("/forum/boards/open-talk/new"), signed(200)),
    row("new_thread", "GET", at("/forum/boards/news/new"), (302, 403, 403, 200, 403, 200), "for staff"),
    row("new_thread", "GET", at("/forum/boards/inner-talk/new"), INNER_SIGNED, "of a branch"),
    row("start_thread", "POST", at("/forum/boards/open-talk/new"), signed(303, TEXT_BACK), data=lambda w: OPENING),
    row(
        "start_thread",
        "POST",
        at("/forum/boards/news/new"),
        (TEXT_BACK, 403, 403, 303, 403, 303),
        "staff",
        lambda w: OPENING,
    ),
    row("start_thread", "POST", at("/forum/boards/inner-talk/new"), INNER_TEXT, "of a branch", lambda w: OPENING),
    row("show_thread", "GET", thread(), every(200)),
    row("show_thread", "GET", thread(of="inner_thread"), INNER, "of a branch"),
    row("show_thread", "GET", at("/forum/threads/999999"), every(404), "missing"),
    row("first_unread", "GET", thread("/unread"), every(302)),
    row("thread_news", "GET", thread("/news"), every(200)),
    row("thread_news", "GET", thread("/news", "inner_thread"), INNER, "of a branch"),
    row("thread_news", "GET", at("/forum/threads/999999/news"), every(404), "missing"),
    row("preview", "POST", at("/forum/preview"), signed(200, TEXT_BACK), data=lambda w: {"body": "Hello"}),
    row("offer_mentions", "GET", at("/forum/mentions?q=a"), signed(200)),
    row("first_unread", "GET", thread("/unread", "inner_thread"), (404, 404, 302, 302, 404, 302), "of a branch"),
    row("reply", "POST", thread("/replies"), signed(303, TEXT_BACK), data=lambda w: REPLY),
    row("reply", "POST", thread("/replies", "inner_thread"), INNER_TEXT, "of a branch", lambda w: REPLY),
    row("follow", "POST", thread("/follow"), signed(303), data=lambda w: LEVEL),
    row("follow", "POST", thread("/follow", "inner_thread"), INNER_POST, "of a branch", lambda w: LEVEL),
    row("follow", "POST", thread("/follow"), signed(422), "without a level"),
    row("ask_follow", "GET", follow("board"), signed(200)),
    row("ask_follow", "GET", follow("branch_board"), INNER_SIGNED, "of a branch"),
    row("ask_follow", "GET", at("/forum/follow/course/999999"), signed(404), "missing"),
    row("ask_follow", "GET", at("/forum/follow/dream/1"), signed(404), "unknown kind"),
    row("set_follow", "POST", follow("board"), signed(303), data=lambda w: LEVEL),
    row("set_follow", "POST", follow("branch_board"), INNER_POST, "of a branch", lambda w: LEVEL),
    row(
        "react",
        "POST",
        at("/forum/react"),
        (302, 403, 303, 303, 303, 303),
        data=reaction("post"),
    ),
    row("react", "POST", at("/forum/react"), INNER_POST, "of a branch", reaction("inner_post")),
    row("react", "POST", at("/forum/react"), signed(422), "nothing"),
    row("show_reactions", "GET", post("/reactions"), every(200)),
    row("show_reactions", "GET", post("/reactions", "inner_post"), INNER, "of a branch"),
    row("show_context", "GET", post("/context"), every(200)),
    row("show_context", "GET", post("/context", "inner_post"), INNER, "of a branch"),
    row("ask_bookmark", "GET", post("/bookmark"), signed(200)),
    row("ask_bookmark", "GET", post("/bookmark", "inner_post"), INNER_SIGNED, "of a branch"),
    row("keep_post", "POST", post("/bookmark"), signed(303), data=lambda w: {"remind": "never"}),
    row("keep_post", "POST", post("/bookmark", "inner_post"), INNER_POST, "of a branch", lambda w: {"remind": "never"}),
    row("show_bookmarks", "GET", at("/forum/bookmarks"), signed(200)),
    row("show_mine", "GET", at("/forum/mine"), signed(200)),
    row("mark_these_read", "POST", at("/forum/new/read"), signed(303)),
    row("next_unread", "GET", at("/forum/new/next"), signed(302)),
    row("show_follows", "GET", at("/forum/follows"), signed(200)),
    row("change_follows", "POST", at("/forum/follows"), signed(303)),
    row("lock_thread", "POST", thread("/lock"), MODERATORS, data=lambda w: {"reason": "Enough."}),
    row("lock_thread", "POST", thread("/lock"), (302, 403, 403, 422, 403, 422), "without a reason"),
    row("unlock_thread", "POST", thread("/unlock"), MODERATORS),
    row("arrange_thread", "GET", thread("/arrange"), MANAGERS_OF_ORDER),
    row("arrange_thread", "GET", thread("/arrange", "inner_thread"), (302, 404, 403, 200, 404, 200), "of a branch"),
    row("arrange", "POST", thread("/arrange/move"), MODERATORS, data=MOVE),
    row("arrange", "POST", thread("/arrange/merge"), MODERATORS, "merge", MERGE),
    row("arrange", "POST", thread("/arrange/split"), MODERATORS, "split", SPLIT),
    row("arrange", "POST", thread("/arrange/copy"), MODERATORS, "copy", COPY),
    row("arrange", "POST", thread("/arrange/move"), (302, 403, 403, 422, 403, 422), "empty"),
    row("arrange", "POST", thread("/arrange/move", "inner_thread"), (302, 404, 403, 303, 404, 303), "a branch", MOVE),
    row("confirm_announcement", "POST", thread("/confirm", "announcement"), signed(303)),
    row("confirm_announcement", "POST", thread("/confirm", "inner_announcement"), INNER_POST, "of a branch"),
    row("confirm_announcement", "POST", thread("/confirm"), signed(409), "a discussion"),
    row("remind_readers", "POST", thread("/remind", "announcement"), (302, 403, 403, 303, 403, 403)),
    row(
        "remind_readers", "POST", thread("/remind", "inner_announcement"), (302, 404, 403, 403, 404, 403), "of a branch"
    ),
    row("show_receipts", "GET", thread("/receipts", "announcement"), OFFICERS),
    row(
        "show_receipts", "GET", thread("/receipts", "inner_announcement"), (302, 404, 403, 403, 404, 200), "of a branch"
    ),
    row("show_receipts", "GET", thread("/receipts"), signed(404), "a discussion"),
    row("export_receipts", "GET", thread("/receipts.csv", "announcement"), OFFICERS),
    row("export_receipts", "GET", thread("/receipts.csv"), signed(404), "a discussion"),
    row("cast_vote", "POST", thread("/vote", "poll"), signed(303), data=lambda w: {"option": w.poll_options[0]}),
    row("cast_vote", "POST", thread("/vote", "poll"), signed(422), "for nothing"),
    row("cast_vote", "POST", thread("/vote"), signed(404), "in a discussion"),
    row("cast_vote", "POST", thread("/vote", "inner_thread"), (302, 404, 404, 404, 404, 404), "of a branch"),
    row("show_poll", "GET", thread("/poll", "poll"), signed(200)),
    row("show_poll", "GET", thread("/poll"), signed(404), "a discussion"),
    row("export_poll", "GET", thread("/poll.csv", "poll"), signed(403), "before voting"),
    row("edit_poll", "GET", thread("/poll/edit", "poll"), AUTHOR_ONLY),
    row("change_poll", "POST", thread("/poll/edit", "poll"), (302, 303, 403, 403, 403, 403), data=lambda w: POLL),
    row("ask_close_poll", "GET", thread("/poll/close", "poll"), (302, 200, 403, 200, 403, 200)),
    row(
        "close_poll",
        "POST",
        thread("/poll/close", "poll"),
        (302, 303, 403, 303, 403, 303),
        data=lambda w: {"reason": "Enough."},
    ),
    row("find_post", "GET", post(), every(302)),
    row("find_post", "GET", post(of="inner_post"), (404, 404, 302, 302, 404, 302), "of a branch"),
    row("answer_post", "GET", post("/reply"), signed(200)),
    row("answer_post", "GET", post("/reply", "inner_post"), INNER_SIGNED, "of a branch"),
    row("edit_post", "GET", post("/edit"), AUTHOR_ONLY),
    row("edit_post", "GET", post("/edit", "inner_post"), (302, 404, 403, 403, 404, 403), "of a branch"),
    row(
        "change_post",
        "POST",
        post("/edit"),
        (TEXT_BACK, 303, 403, 403, 403, 403),
        data=lambda w: {"body": "x", "revision": 0},
    ),
    row("restore_version", "POST", post("/restore"), (302, 404, 403, 404, 403, 404), data=lambda w: {"revision": 5}),
    row("ask_delete", "GET", post("/delete"), AUTHOR_ONLY),
    row("delete_post", "POST", post("/delete"), (302, 303, 403, 403, 403, 403)),
    row("accept_answer", "POST", post("/accept", "answer"), (302, 303, 403, 303, 403, 303), "to a question"),
    row("accept_answer", "POST", post("/accept"), (302, 409, 409, 409, 409, 409), "in a discussion"),
    row("accept_answer", "POST", post("/accept", "inner_post"), (302, 404, 409, 409, 404, 409), "of a branch"),
    row("show_bin", "GET", at("/forum/bin"), JUDGES),
    row("show_bin", "GET", at("/forum/bin?show=threads&board=open-talk"), JUDGES, "threads of a board"),
    row("show_bin", "GET", at("/forum/bin?board=nowhere"), (302, 403, 403, 404, 403, 404), "of no board"),
    row("ask_remove", "GET", post("/remove", "others_post"), JUDGES),
    row("ask_remove", "GET", post("/remove", "inner_post"), (302, 404, 403, 200, 404, 200), "of a branch"),
    row("remove_post", "POST", post("/remove", "others_post"), MODERATORS, data=lambda w: SPAM),
    row("remove_post", "POST", post("/remove", "others_post"), (302, 403, 403, 422, 403, 422), "without a reason"),
    row(
        "remove_post",
        "POST",
        post("/remove", "inner_post"),
        (302, 404, 403, 303, 404, 303),
        "of a branch",
        lambda w: SPAM,
    ),
    row("bring_back", "POST", post("/bring-back", "taken_post"), MODERATORS),
    row("bring_back", "POST", post("/bring-back", "own_taken_post"), (302, 303, 403, 409, 403, 409), "by its author"),
    row("bring_back", "POST", post("/bring-back", "inner_post"), (302, 404, 403, 303, 404, 303), "of a branch"),
    row("show_history", "GET", post("/history"), every(200)),
    row("show_history", "GET", post("/history", "inner_post"), INNER, "of a branch"),
    row("new_discussion", "GET", at("/forum/discuss/leaflet/1"), signed(200)),
    row("new_discussion", "GET", at("/forum/discuss/leaflet/3"), signed(404), "missing"),
    row("new_discussion", "GET", at("/forum/discuss/dream/1"), signed(404), "unknown kind"),
    row("start_discussion", "POST", at("/forum/discuss/leaflet/2"), signed(303, TEXT_BACK), data=lambda w: OPENING),
    row(
        "start_discussion", "POST", at("/forum/discuss/leaflet/3"), signed(404, TEXT_BACK), "missing", lambda w: OPENING
    ),
    row("attach", "POST", at("/forum/attachments"), signed(201), data=lambda w: {"file": (BytesIO(b"x"), "a.txt")}),
    row("translate_post", "GET", post("/translate"), signed(200)),
    row("translate_post", "GET", post("/translate", "inner_post"), INNER_SIGNED, "of a branch"),
    row("propose_translation", "POST", post("/translate"), signed(303, TEXT_BACK), data=lambda w: TRANSLATION),
    row(
        "propose_translation",
        "POST",
        post("/translate", "inner_post"),
        (TEXT_BACK, 404, 409, 409, 404, 409),
        "one stands already",
        lambda w: TRANSLATION,
    ),
    row("show_translation", "GET", post("/translation", "translated_post"), (404, 404, 404, 200, 404, 200), "waiting"),
    row("show_translation", "GET", post("/translation", "inner_post"), INNER, "of a branch"),
    row(
        "approve_translation",
        "POST",
        post("/translation/approve", "translated_post"),
        (302, 404, 404, 303, 404, 303),
        "waiting",
        read("translated_post"),
    ),
    row(
        "approve_translation",
        "POST",
        post("/translation/approve", "translated_post"),
        (302, 404, 404, 409, 404, 409),
        "not read",
    ),
    row(
        "approve_translation",
        "POST",
        post("/translation/approve", "inner_post"),
        (302, 404, 403, 303, 404, 303),
        "of a branch",
        read("inner_post"),
    ),
    row(
        "withdraw_translation",
        "POST",
        post("/translation/withdraw", "translated_post"),
        (302, 404, 404, 303, 404, 303),
        "waiting",
    ),
    row(
        "withdraw_translation",
        "POST",
        post("/translation/withdraw", "inner_post"),
        (302, 404, 403, 303, 404, 303),
        "of a branch",
    ),
    row("list_translations", "GET", at("/forum/translations"), signed(200)),
    row("show_file", "GET", lambda w: f"/forum/files/{w.waiting_file.id}", (404, 200, 404, 404, 404, 404), "unposted"),
    row("show_file", "GET", lambda w: f"/forum/files/{w.inner_file.id}", INNER, "of a branch"),
    row("show_thumbnail", "GET", lambda w: f"/forum/files/{w.inner_file.id}/thumbnail", INNER, "of a branch"),
    row("show_similar", "GET", at("/forum/similar?title=talk&board=open-talk"), every(200)),
    row("show_drafts", "GET", at("/forum/drafts"), signed(200)),
    row("show_draft", "GET", lambda world: f"/forum/drafts/{world.begun.id}", OWN_DRAFT),
    row(
        "save_draft", "POST", at("/forum/drafts"), signed(303, TEXT_BACK), data=lambda w: {**REPLY, "place": "thread:1"}
    ),
    row("save_draft", "POST", at("/forum/drafts"), signed(422, TEXT_BACK), "for no place", lambda w: REPLY),
    row("publish_draft", "POST", lambda world: f"/forum/drafts/{world.later.id}/publish", OWN_SENT),
    row("unschedule_draft", "POST", lambda world: f"/forum/drafts/{world.later.id}/unschedule", OWN_SENT),
    row("drop_draft", "POST", at("/forum/drafts/drop"), signed(303), data=lambda w: {"place": "thread:1"}),
    row("manage_boards", "GET", at("/forum/manage"), MANAGERS),
    row("new_board", "GET", at("/forum/manage/new"), MANAGERS),
    row("create_board", "POST", at("/forum/manage/new"), (302, 403, 403, 403, 403, 303), data=lambda w: BOARD),
    row("show_board_form", "GET", at("/forum/manage/open-talk"), MANAGERS),
    row("edit_board", "POST", at("/forum/manage/open-talk"), (302, 403, 403, 403, 403, 303), data=lambda w: BOARD),
]
