"""What may go wrong when threads are moved, merged, split or copied."""

from core.errors import Conflict, Invalid
from core.i18n import _l


class ThreadMerged(Conflict):
    """Only a signpost is left of the thread."""

    message = _l("This thread was joined to another meanwhile. Open it again.")


class PostMoved(Conflict):
    """The post stands in another thread now."""

    message = _l(
        "The post you answer was moved to another thread. "
        "Your text was not published; copy it, open the post and put it in."
    )


class SamePlace(Invalid):
    """Nothing would change."""

    message = _l("It is there already.")


class StandsAlone(Conflict):
    """The thread carries what cannot go into another."""

    message = _l("A poll or an announcement cannot be joined to another thread: its votes and receipts belong to it.")


class NothingChosen(Invalid):
    """No post was chosen."""

    message = _l("Choose at least one post of this thread.")


class OpeningChosen(Invalid):
    """The opening post cannot leave its thread."""

    message = _l("The opening post cannot be split off. Move the thread, or copy the post out.")


class TooManyPosts(Conflict):
    """More posts would change their places than one transaction may touch."""

    message = _l("Too many posts would change their numbers at once. Choose later ones, or join the other way round.")


class Elsewhere(Exception):
    """The posts of a thread stand in another one now; ``post_id`` is what was its opening post."""

    def __init__(self, post_id: int) -> None:
        super().__init__(post_id)
        self.post_id = post_id
