"""Links to the pages of a gradebook, as plain functions."""

from urllib.parse import urlencode

from study.urls import for_course, to_manage

__all__ = ["for_course", "to_manage"]


def for_own(slug: str) -> str:
    """Return a learner's own marks in a course."""
    return f"/study/courses/{slug}/marks"


def to_book(slug: str, **wish: str) -> str:
    """Return the gradebook of a course under filters; empty ones are left out."""
    query = urlencode({name: value for name, value in wish.items() if value})
    return f"/study/manage/courses/{slug}/grades{f'?{query}' if query else ''}"


def to_file(slug: str, kind: str) -> str:
    """Return the gradebook as a file."""
    return f"/study/manage/courses/{slug}/grades.{kind}"


def to_settings(slug: str) -> str:
    """Return where weights are settled."""
    return f"/study/manage/courses/{slug}/grades/settings"


def to_new_column(slug: str) -> str:
    """Return where a column of its own is added."""
    return f"/study/manage/courses/{slug}/grades/columns"


def to_column(item_id: int) -> str:
    """Return where a column of its own is changed."""
    return f"/study/manage/grade-columns/{item_id}"


def to_learner(slug: str, user_id: int) -> str:
    """Return the marks of one learner."""
    return f"/study/manage/courses/{slug}/grades/{user_id}"


def to_cell(slug: str, user_id: int, key: str) -> str:
    """Return one mark of one learner, with its history."""
    return f"/study/manage/courses/{slug}/grades/{user_id}/{key}"


def to_undo(slug: str, user_id: int, key: str) -> str:
    """Return where what was said last about a mark is taken back."""
    return f"{to_cell(slug, user_id, key)}/undo"


def to_import(slug: str) -> str:
    """Return where a file of marks is sent."""
    return f"/study/manage/courses/{slug}/grades/import"


def to_accept(slug: str) -> str:
    """Return where a file of marks that was looked at is taken in."""
    return f"{to_import(slug)}/accept"


def to_undo_import(import_id: int) -> str:
    """Return where a file of marks is taken back."""
    return f"/study/manage/grade-imports/{import_id}/undo"
