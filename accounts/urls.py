"""Addresses of our own pages, as plain paths."""

from urllib.parse import quote


def for_member(username: str) -> str:
    """Return the page of a person."""
    return f"/members/{quote(username, safe='')}"


def for_branch(slug: str) -> str:
    """Return the page of a branch."""
    return f"/branches/{quote(slug, safe='')}"


def for_person(user_id: int) -> str:
    """Return the staff page of a person."""
    return f"/admin/people/{user_id}"
