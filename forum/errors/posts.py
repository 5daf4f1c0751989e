"""What may go wrong with posts and drafts."""

from core.errors import Conflict, Denied, Invalid
from core.i18n import _l


class PostGone(Conflict):
    """The post was hidden or deleted meanwhile."""

    message = _l("This post has been hidden or deleted.")


class EditedMeanwhile(Conflict):
    """Somebody saved another version after this form was opened."""

    message = _l(
        "This post was changed after you opened it. Compare below; "
        "if you save again, your text takes the place of the other."
    )


class NotYours(Denied):
    """Only the author may do this."""

    message = _l("Only the author of a post may change it.")


class OwnPost(Denied):
    """Nobody reacts to what they wrote themselves."""

    message = _l("You cannot react to a post of your own.")


class TooLateToBringBack(Conflict):
    """What an author has deleted can be had again for some days only."""

    message = _l("It was deleted too long ago to be brought back.")


class AuthorDecides(Conflict):
    """What its author has deleted is the author's to bring back, as long as the author can."""

    message = _l("Its author can still bring it back; until then nobody else does.")


class OwnRemoval(Denied):
    """Nobody judges what they wrote themselves."""

    message = _l("You wrote this yourself: another moderator has to decide about it.")


class DraftTooLarge(Invalid):
    """More was typed than a draft can hold."""

    message = _l("This is too long to be kept as a draft.")


class TooManyDrafts(Conflict):
    """The member keeps as many drafts as one may."""

    message = _l("You keep very many drafts. Please publish or delete some of them first.")
