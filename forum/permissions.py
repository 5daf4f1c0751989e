"""Who may do what in the forum."""

from core.permissions import Permission, Role, allow


class ForumPermission(Permission):
    """Rights of the forum."""

    START = "forum.start"
    REPLY = "forum.reply"
    ANNOUNCE = "forum.announce"
    SEE_RECEIPTS = "forum.see_receipts"
    MENTION_BRANCH = "forum.mention_branch"
    APPROVE_TRANSLATION = "forum.approve_translation"
    MODERATE = "forum.moderate"
    TAG = "forum.tag"
    MANAGE = "forum.manage"


allow(Role.MEMBER, ForumPermission.START, ForumPermission.REPLY)
allow(
    Role.MODERATOR,
    ForumPermission.ANNOUNCE,
    ForumPermission.APPROVE_TRANSLATION,
    ForumPermission.MENTION_BRANCH,
    ForumPermission.MODERATE,
    ForumPermission.TAG,
)
allow(
    Role.OFFICER,
    ForumPermission.ANNOUNCE,
    ForumPermission.APPROVE_TRANSLATION,
    ForumPermission.MENTION_BRANCH,
    ForumPermission.SEE_RECEIPTS,
    ForumPermission.TAG,
)
