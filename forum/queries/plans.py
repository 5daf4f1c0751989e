"""Templates of a board."""

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from forum.models import BoardTemplate


def list_templates(board_id: int) -> list[BoardTemplate]:
    """Return the texts with which a new thread on a board may begin."""
    return list(
        db.session.scalars(
            select(BoardTemplate)
            .where(BoardTemplate.board_id == board_id)
            .order_by(BoardTemplate.position, BoardTemplate.id)
        )
    )


def get_template(board_id: int, template_id: int) -> BoardTemplate:
    """Return one of them.

    Raises:
        NotFound: the board has none with this number.
    """
    found = db.session.scalars(
        select(BoardTemplate).where(BoardTemplate.id == template_id, BoardTemplate.board_id == board_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
