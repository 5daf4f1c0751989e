"""Fills in programmes: courses in an order."""

from app.sample.people import Cast
from app.sample.reading import faces, load
from study.queries.courses import find_course
from study.services import programmes
from study.services.programmes import ProgrammeContent


def fill_programmes(cast: Cast) -> None:
    """Write and publish every programme."""
    for plan in load("programmes.toml")["programmes"]:
        actor = cast.actor(plan["owner"])
        programme = programmes.create_programme(
            actor,
            cast.branches[plan["branch"]],
            plan["slug"],
            ProgrammeContent(
                title=faces(plan["title"]),
                summary=faces(plan["summary"]),
                audience=cast.audience(plan["audience"]),
                in_order=plan["in_order"],
            ),
        )
        for slug in plan["courses"]:
            course = find_course(slug)
            assert course is not None  # noqa: S101 -- the sample has just written it
            programmes.add_course(programme, actor, course.id)
        programmes.set_published(programme, actor, is_published=True)
