"""From what somebody typed to what a post stores. Runs before the transaction: rendering is slow, locks are short."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import JSON, or_, select, type_coerce

from accounts.models import Branch, User, UserState
from accounts.names import key_of
from core import markup
from core.db import db
from core.permissions import VISITOR, Actor
from core.text import detect_language, normalise
from forum.attaching import files_of
from forum.permissions import ForumPermission

HEADING = 3
"""The level of the highest heading in a post; above it stand the thread's title and the section."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A post that is rendered but not stored."""

    body: str
    html: str
    language: str
    mentioned_ids: tuple[int, ...] = ()
    branch_ids: tuple[int, ...] = ()


def sent_key(key: str | None, *content: object) -> str | None:
    """Return what marks one sending of one text: the same form with another text, or to another place, is another."""
    if not key:
        return None
    return blake2b("\x1f".join(map(str, (key, *content))).encode("utf-8", "replace"), digest_size=16).hexdigest()


def compose(
    source: str,
    writer: Actor = VISITOR,
    *,
    uploader_id: int | None = None,
    audiences: Collection[str] | None = None,
) -> Draft:
    """Render a text and find whom it mentions; branches only those over which the writer holds an office.

    Args:
        source: what somebody typed.
        writer: who writes; nobody, where a text is rendered again and speaks to nobody.
        uploader_id: whose files it may show, where that is not the writer.
        audiences: whose posts' files it may show beside those; those that the writer may read, where nothing is said.

    Raises:
        SourceTooLong: it is longer than is rendered.
    """
    candidates = markup.mention_candidates(source)
    people, branches = _members_named(candidates), _branches_named(candidates, writer)
    rendered = markup.render(
        source,
        members={name: username for name, (username, _id) in people.items()},
        branches={name: slug for name, (slug, _id) in branches.items()},
        files=files_of(
            source,
            uploader_id or writer.id or 0,
            writer.tokens if audiences is None else audiences,
        ),
        heading=HEADING,
    )
    ids, branch_ids = dict(people.values()), dict(branches.values())
    return Draft(
        body=normalise(source),
        html=rendered.html,
        language=detect_language(source),
        mentioned_ids=tuple(ids[username] for username in rendered.mentions),
        branch_ids=tuple(branch_ids[slug] for slug in rendered.branches),
    )


def _members_named(names: set[str]) -> dict[str, tuple[str, int]]:
    """Return name → (username, id) for those of the names that belong to one member."""
    if not names:
        return {}
    keys = sorted({key_of(name) for name in names})
    rows = db.session.execute(
        select(User.id, User.username, User.display_name).where(
            User.state == UserState.ACTIVE,
            or_(User.username_key.in_(keys), User.display_name.in_(sorted(names))),
        )
    ).all()
    shown = [row.display_name for row in rows]
    # A name that two people bear means neither; their usernames still do.
    found = {row.display_name: (row.username, row.id) for row in rows if shown.count(row.display_name) == 1}
    return found | {row.username: (row.username, row.id) for row in rows}


def _branches_named(names: set[str], writer: Actor) -> dict[str, tuple[str, int]]:
    """Return name → (slug, id) for those of the names that belong to one branch this writer may speak to."""
    scopes = writer.scopes(ForumPermission.MENTION_BRANCH)
    if not names or not scopes:
        return {}
    wanted = sorted(names)
    faces = [type_coerce(Branch.name, JSON)[language].as_string() for language in ("zh", "en")]
    rows = db.session.execute(
        select(Branch.id, Branch.slug, *(text.label(f"name_{number}") for number, text in enumerate(faces))).where(
            or_(*(Branch.path.startswith(path, autoescape=True) for path in scopes)),
            or_(Branch.slug.in_([name.lower() for name in wanted]), *(text.in_(wanted) for text in faces)),
        )
    ).all()
    shown = [name for row in rows for name in {row.name_0, row.name_1}]
    named = {
        name: (row.slug, row.id) for row in rows for name in (row.name_0, row.name_1) if name and shown.count(name) == 1
    }
    return named | {row.slug: (row.slug, row.id) for row in rows}
