"""What programmes are told of a public thread: its one address, a summary, schema.org."""

from dataclasses import dataclass
from typing import Any, Final

from accounts.enums import UserState
from core.addresses import absolute
from core.i18n import _
from core.permissions import PUBLIC, Actor
from core.text import excerpt, plain
from forum import queries, urls
from forum.enums import PostView, ThreadKind

SUMMARY: Final = 200
_LOCALES: Final = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW", "en": "en_US"}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """``text``, ``locale`` and ``data`` are empty on all pages but that with the opening post."""

    canonical: str
    title: str
    text: str = ""
    locale: str = ""
    data: dict[str, Any] | None = None


def about_thread(page: queries.ThreadPage, actor: Actor) -> About | None:
    """Return it for visitors of a public thread that is shown; nobody else's programme needs it."""
    thread = page.thread
    if actor.id is not None or thread.audience != PUBLIC or thread.hidden_at or thread.deleted_at:
        return None
    address = absolute(urls.for_thread(thread.id))
    # Other orders show the same posts: only pages by time count as pages of their own.
    number = page.page if page.view is PostView.FLAT else 1
    canonical = f"{address}?page={number}" if number > 1 else address
    opening = next(
        (post for post in page.posts if post.number == 1 and not post.hidden_at and not post.deleted_at), None
    )
    if opening is None:
        return About(canonical=canonical, title=thread.title)
    text = excerpt(plain(opening.html), SUMMARY)
    return About(
        canonical=canonical,
        title=thread.title,
        text=text,
        locale=_LOCALES.get(opening.language, ""),
        data=_data(thread, opening, text, address),
    )


def _data(thread: Any, opening: Any, text: str, address: str) -> dict[str, Any]:
    erased = opening.state == UserState.ERASED
    author = {"@type": "Person", "name": _("deleted member") if erased else opening.author_name}
    if not erased:
        author["url"] = absolute(urls.for_member(opening.username))
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "url": address,
        "headline": thread.title,
        "text": text,
        "author": author,
        "datePublished": opening.created_at.isoformat(),
        "commentCount": thread.reply_count,
        "isPartOf": absolute(urls.for_board(thread.board_slug)),
    }
    if opening.edited_at:
        found["dateModified"] = opening.edited_at.isoformat()
    if opening.language != "und":
        found["inLanguage"] = opening.language
    if thread.kind == ThreadKind.QUESTION and thread.accepted_post_id:
        found["comment"] = {"@type": "Comment", "url": absolute(urls.for_post(thread.accepted_post_id))}
    return found
