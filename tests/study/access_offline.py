"""Who takes courses along."""

from tests.access import Row

EVERYBODY = dict(visitor=200, member=200, instructor=200, moderator=200, officer=200, administrator=200)
MEMBERS = {**EVERYBODY, "visitor": 404}


def furnish(world) -> None:
    """The courses of the study room serve here too."""


def _offline(world, ending: str = "") -> str:
    return f"/study/courses/{world.course.slug}/offline{ending}"


ROWS = [
    Row("study.offer_parcels", "GET", _offline, **MEMBERS),
    Row("study.offer_parcels", "GET", lambda w: f"/study/courses/{w.public_course.slug}/offline", **EVERYBODY),
    Row("study.send_website", "GET", lambda w: _offline(w, ".zip?files=1"), **MEMBERS),
    Row("study.send_epub", "GET", lambda w: _offline(w, ".epub"), **MEMBERS),
]
