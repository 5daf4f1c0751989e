"""What a thread says about itself: its tags, and its choices in the fields of its board."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete

from core.db import db
from core.events import ContentEvent
from core.outbox import announce
from core.permissions import Actor
from forum import sorting
from forum.errors import ChoiceMissing, UnknownChoice
from forum.models import Board, Thread, ThreadChoice
from forum.permissions import ForumPermission
from forum.services.moderating import require_moderator, tell_log
from forum.services.posts import require_reply
from forum.services.tags import put_tags


def require_sort(thread: Thread, actor: Actor) -> None:
    """Do nothing if the person may say what a thread is about: its author as long as it is open, and its moderators.

    Raises:
        Denied: the person is neither.
        BoardArchived, ThreadHidden, ThreadLocked: its author changes nothing any more.
    """
    if actor.may(ForumPermission.MODERATE, thread.board.branch.path):
        return
    if actor.id != thread.author_id:
        require_moderator(thread, actor)
    require_reply(thread, actor)


def sort_thread(thread: Thread, actor: Actor, names: Sequence[str], choices: Mapping[str, int]) -> None:
    """Let a thread carry exactly these tags and choices. The caller holds the thread's row lock.

    Raises:
        Denied, BoardArchived, ThreadHidden, ThreadLocked: as ``require_sort``.
        UnknownTags: some tags do not exist, and this person may not make any.
        UnknownChoice, ChoiceMissing: the board's fields do not allow these choices.
    """
    require_sort(thread, actor)
    tags_changed = put_tags(thread, actor, names, thread.board.branch.path)
    choices_changed = put_choices(thread, thread.board, choices)
    if not (tags_changed or choices_changed):
        return
    announce(ContentEvent(subject=thread.ref))
    if actor.id != thread.author_id:
        tell_log(thread, actor, "sort", sorting.join_names(thread.tags))


def put_choices(thread: Thread, board: Board, choices: Mapping[str, int]) -> bool:
    """Store what a thread chose in the fields that the board asks for; tell whether that was a change.

    Raises:
        UnknownChoice: there is no such field or choice.
        ChoiceMissing: a field that must be chosen is not.
    """
    fields = {field.key: field for field in sorting.fields_of(board.fields)}
    for key, at in choices.items():
        if key not in fields or fields[key].retired or not 0 <= at < len(fields[key].choices):
            raise UnknownChoice
    missing = [field for field in sorting.asked(fields.values()) if field.required and field.key not in choices]
    if missing:
        raise ChoiceMissing(fields=", ".join(str(field.label) for field in missing))
    # What was chosen while a field was in use stays with the thread.
    kept = {key: at for key, at in thread.fields.items() if key in fields and fields[key].retired}
    wanted = {**kept, **choices}
    if wanted == thread.fields:
        return False
    db.session.execute(delete(ThreadChoice).where(ThreadChoice.thread_id == thread.id))
    db.session.add_all(
        ThreadChoice(thread_id=thread.id, key=key, board_id=board.id, choice=at) for key, at in wanted.items()
    )
    thread.fields = wanted
    db.session.flush()
    return True
