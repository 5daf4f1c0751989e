"""The numbers, parents and paths of posts that come into a thread or leave it. Rules without a database.

Whatever happens, the posts of a thread are numbered 1 … n without a gap in the order they had, every parent is an
earlier post of the same thread, and every path is what ``paths.child`` gives for the parent and the number.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from forum import paths


class Standing(NamedTuple):
    """Where one post stands."""

    id: int
    number: int
    parent_id: int | None
    path: str


def place(post_id: int, number: int, parent: Standing | None) -> Standing:
    """Return where a post stands with this number below this parent; None stands for the thread itself."""
    path = paths.child(parent.path if parent else "", number) if number > 1 else ""
    return Standing(post_id, number, parent.id if parent else None, path)


def append(posts: Sequence[Standing], after: int) -> list[Standing]:
    """Return where the posts of a whole thread stand behind number ``after`` of another.

    The tree keeps together: what answered the thread answers its former opening post now.
    """
    placed: dict[int, Standing] = {}
    for number, post in enumerate(posts, after + 1):
        opening = placed.get(posts[0].id)
        placed[post.id] = place(post.id, number, placed.get(post.parent_id or 0, opening))
    return list(placed.values())


def subtrees(posts: Sequence[Standing], roots: Collection[int]) -> set[int]:
    """Return the ids of posts and of all that stands below them, however deep. ``posts`` go by number."""
    found: set[int] = set()
    for post in posts:
        if post.id in roots or post.parent_id in found:
            found.add(post.id)
    return found


def take_out(
    posts: Sequence[Standing], taken: Collection[int], before: Mapping[int, Standing]
) -> tuple[list[Standing], list[Standing]]:
    """Return where those taken stand as a thread of their own, and where the others stand then.

    Args:
        posts: the posts from the first taken one on, by number.
        taken: ids; whole subtrees.
        before: earlier posts that some of ``posts`` answer, by id.
    """
    moved: dict[int, Standing] = {}
    left: dict[int, Standing] = {}
    first = posts[0].number
    for post in posts:
        if post.id in taken:
            moved[post.id] = place(post.id, len(moved) + 1, moved.get(post.parent_id or 0))
        else:
            parent = left.get(post.parent_id or 0) or before.get(post.parent_id or 0)
            left[post.id] = place(post.id, first + len(left), parent)
    return list(moved.values()), list(left.values())
