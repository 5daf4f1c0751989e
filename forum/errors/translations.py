"""What may go wrong with translations."""

from core.errors import Conflict, Denied
from core.i18n import _l


class NotYourTranslation(Denied):
    """Only the author of the post, officers and moderators approve; whoever proposed may withdraw."""

    message = _l("Only the author of the post, an officer or a moderator may do this.")


class TranslationWaits(Conflict):
    """Somebody else's proposal is being looked at."""

    message = _l("Somebody has proposed a translation of this post already; it waits to be approved.")


class TranslationStands(Conflict):
    """The present text has an approved translation."""

    message = _l("This post has a translation already. Whoever approved it can withdraw it.")


class TranslationChanged(Conflict):
    """What would be approved is another text than was read."""

    message = _l("The translation has changed since you opened this page. Please read the present text below.")
