"""Who may report and who may decide."""

from core.permissions import Permission, Role, allow


class ModerationPermission(Permission):
    """Acts of moderation."""

    REPORT = "moderation.report"
    DECIDE = "moderation.decide"


allow(Role.MEMBER, ModerationPermission.REPORT)
allow(Role.MODERATOR, ModerationPermission.DECIDE)
