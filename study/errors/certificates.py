"""What is refused about certificates."""

from core.errors import Conflict
from core.i18n import _l


class AlreadyRevoked(Conflict):
    """Somebody else was faster."""

    message = _l("This certificate is revoked already.")


class RevokedNotRenewed(Conflict):
    """What was taken back is not made valid by the way."""

    message = _l("This certificate is revoked. Restore it before you renew it.")


class NotRevoked(Conflict):
    """There is nothing to take back."""

    message = _l("This certificate is not revoked.")
