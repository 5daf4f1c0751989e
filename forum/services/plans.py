"""What a board asks of new threads and how they may begin: fields of classification, and templates."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from core.db import db
from core.faces import Faces
from core.permissions import Actor, require
from forum import sorting
from forum.errors import ChoicesMoved, TooManyFields, TooManyTemplates
from forum.models import Board, BoardTemplate
from forum.permissions import ForumPermission
from forum.sorting import FIELDS_MAX, BoardField

TEMPLATES_MAX = 10


def save_field(board: Board, actor: Actor, field: BoardField) -> None:
    """Add a field to a board, or change the one with its key. The caller holds the board's row lock.

    Raises:
        Denied: the person does not manage the board.
        ChoicesMoved: choices were taken out or moved, though threads store their places.
        TooManyFields: the board asks for enough.
    """
    require(actor, ForumPermission.MANAGE, board.branch.path)
    fields = sorting.fields_of(board.fields)
    old = next((one for one in fields if one.key == field.key), None)
    if old is None:
        fields.append(replace(field, key=sorting.new_key(fields)))
    elif not sorting.keeps_order(old.choices, field.choices):
        raise ChoicesMoved
    else:
        fields[fields.index(old)] = field
    if len(sorting.asked(fields)) > FIELDS_MAX:
        raise TooManyFields(limit=FIELDS_MAX)
    board.fields = [one.stored() for one in fields]
    db.session.flush()


@dataclass(frozen=True, kw_only=True)
class TemplatePlan:
    """What a template holds."""

    title: Faces
    thread_title: str
    body: str


def create_template(board: Board, actor: Actor, plan: TemplatePlan) -> BoardTemplate:
    """Let new threads on a board begin with a text. The caller holds the board's row lock.

    Raises:
        Denied: the person does not manage the board.
        TooManyTemplates: there are enough to choose from.
    """
    require(actor, ForumPermission.MANAGE, board.branch.path)
    count, last = db.session.execute(
        select(func.count(), func.max(BoardTemplate.position)).where(BoardTemplate.board_id == board.id)
    ).one()
    if count >= TEMPLATES_MAX:
        raise TooManyTemplates(limit=TEMPLATES_MAX)
    template = BoardTemplate(
        board_id=board.id, title=plan.title, thread_title=plan.thread_title, body=plan.body, position=(last or 0) + 1
    )
    db.session.add(template)
    db.session.flush()
    return template


def edit_template(template: BoardTemplate, board: Board, actor: Actor, plan: TemplatePlan) -> None:
    """Change a template of a board.

    Raises:
        Denied: the person does not manage the board.
    """
    require(actor, ForumPermission.MANAGE, board.branch.path)
    template.title, template.thread_title, template.body = plan.title, plan.thread_title, plan.body
    db.session.flush()


def delete_template(template: BoardTemplate, board: Board, actor: Actor) -> None:
    """Take a template away; threads that began with it stay as they are.

    Raises:
        Denied: the person does not manage the board.
    """
    require(actor, ForumPermission.MANAGE, board.branch.path)
    db.session.delete(template)
    db.session.flush()
