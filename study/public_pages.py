"""Public courses, for the sitemap."""

from collections.abc import Sequence

from sqlalchemy import func, select

from core.db import db
from core.permissions import PUBLIC
from core.public_pages import PublicPage
from study import urls
from study.enums import CourseState
from study.models import Course


class CoursePages:
    """Published courses that anybody may look at."""

    name = "courses"

    def last_id(self) -> int:
        """Return the highest id."""
        return db.session.scalar(select(func.max(Course.id))) or 0

    def pages(self, first: int, last: int) -> Sequence[PublicPage]:
        """Return the public courses in a range of ids."""
        rows = db.session.execute(
            select(Course.slug, Course.updated_at)
            .where(Course.id.between(first, last), Course.audience == PUBLIC, Course.state == CourseState.PUBLISHED)
            .order_by(Course.id)
        )
        return [PublicPage(urls.for_course(row.slug), row.updated_at) for row in rows]
