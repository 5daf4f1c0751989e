"""What moderation offers to others: who has reported what."""

from typing import Any

from sqlalchemy import Select, select

from core.documents import register_reports
from moderation.enums import ReportState
from moderation.models import Report


class Reports:
    """The reports that wait, one a thing and person."""

    def open_by(self, kind: str, ids: Any, reporter_id: Any) -> Select[int]:
        """Return a statement for the ids of those of the things that this person has reported and nobody decided."""
        return select(Report.subject_id).where(
            Report.reporter_id == reporter_id,
            Report.subject_kind == kind,
            Report.subject_id.in_(ids),
            Report.state == ReportState.OPEN,
        )


def register() -> None:
    """Offer it; called once."""
    register_reports(Reports())
