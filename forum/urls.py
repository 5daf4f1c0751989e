"""Links to the pages of the forum: plain functions, since a page shows dozens of them."""

from typing import Final
from urllib.parse import quote, urlencode

from core.refs import Ref

PAGE_SIZE: Final = 20
"""Posts on one page of a thread."""

INDEX: Final = "/forum/"
NEW: Final = "/forum/new"
BOOKMARKS: Final = "/forum/bookmarks"
FOLLOWS: Final = "/forum/follows"
TAGS: Final = "/forum/tags"
DIGEST: Final = "/forum/digest"
MANAGE: Final = "/forum/manage"
DRAFTS: Final = "/forum/drafts"
BIN: Final = "/forum/bin"


def for_board(slug: str) -> str:
    """Return the page of a board."""
    return f"/forum/boards/{quote(slug)}"


def for_tag(slug: str) -> str:
    """Return the threads that carry a tag."""
    return f"{TAGS}/{quote(slug)}"


def for_follow(kind: str, target_id: int) -> str:
    """Return where a member chooses what to hear of a board, a tag or a course."""
    return f"/forum/follow/{kind}/{target_id}"


def for_plans(slug: str) -> str:
    """Return where the fields and templates of a board are managed."""
    return f"{MANAGE}/{quote(slug)}"


def for_thread(thread_id: int) -> str:
    """Return the first page of a thread."""
    return f"/forum/threads/{thread_id}"


def for_page(thread_id: int, page: int, view: str = "") -> str:
    """Return one page of a thread."""
    query = "&".join([f"view={view}"] * bool(view) + [f"page={page}"] * (page > 1))
    return f"/forum/threads/{thread_id}{'?' if query else ''}{query}"


def for_branch(thread_id: int, post_id: int) -> str:
    """Return the page with a post and what stands below it in the tree, nothing else."""
    return f"/forum/threads/{thread_id}?under={post_id}"


def for_bin(*, board: str = "", threads: bool = False) -> str:
    """Return the list of the posts or threads that were removed, of one board or of all."""
    query = "&".join(["show=threads"] * threads + [f"board={quote(board)}"] * bool(board))
    return f"{BIN}{'?' if query else ''}{query}"


def for_start(thread_id: int, start: int, view: str, under: int | None = None) -> str:
    """Return the page of a thread, or of the branch of a post, that begins at a post."""
    return f"{_ordered(thread_id, view, under)}&from={start}"


def for_end(thread_id: int, end: int, view: str, under: int | None = None) -> str:
    """Return the page of a thread, or of the branch of a post, that ends before a post; 0: the last page."""
    return f"{_ordered(thread_id, view, under)}&before={end}"


def _ordered(thread_id: int, view: str, under: int | None) -> str:
    return for_branch(thread_id, under) if under is not None else f"/forum/threads/{thread_id}?view={view}"


def page_of(number: int) -> int:
    """Return the page on which a post stands by its number."""
    return (number - 1) // PAGE_SIZE + 1


def for_number(thread_id: int, number: int) -> str:
    """Return the place of a post in the flat order."""
    page = page_of(number)
    return f"{for_page(thread_id, page, 'flat' if page > 1 else '')}#p{number}"


def for_post(post_id: int) -> str:
    """Return the permanent address of a post."""
    return f"/forum/posts/{post_id}"


def for_translation(post_id: int) -> str:
    """Return the page of a post and its translation."""
    return f"/forum/posts/{post_id}/translation"


def for_file(attachment_id: int) -> str:
    """Return the address of a file on a post."""
    return f"/forum/files/{attachment_id}"


def for_thumbnail(attachment_id: int) -> str:
    """Return the address of the small form of a picture on a post."""
    return f"/forum/files/{attachment_id}/thumbnail"


def for_member(username: str) -> str:
    """Return the page of a member."""
    return f"/members/{quote(username, safe='')}"


def for_discussion(ref: Ref, mark: str = "", title: str = "") -> str:
    """Return where a thread about a thing, or about the passage with this mark, is started, titled so at first."""
    asked = urlencode({name: value for name, value in (("anchor", mark), ("title", title)) if value})
    return f"/forum/discuss/{quote(ref.kind)}/{ref.id}{f'?{asked}' if asked else ''}"


def for_board_feed(slug: str) -> str:
    """Return the public feed of a board."""
    return f"/forum/feeds/boards/{quote(slug)}"


def for_thread_feed(thread_id: int) -> str:
    """Return the public feed of a thread."""
    return f"/forum/feeds/threads/{thread_id}"
