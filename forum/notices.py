"""Kinds of notices the forum sends."""

from core.i18n import _l
from core.notifications import notice_kind

MENTION = notice_kind("forum.mention", _l("%(actor)s mentioned you in “%(title)s”"), icon="talk")
REPLY = notice_kind("forum.reply", _l("%(actor)s answered you in “%(title)s”"), icon="talk")
BRANCH = notice_kind("forum.branch", _l("%(actor)s mentioned your branch in “%(title)s”"), icon="talk")
NEW_POST = notice_kind("forum.post", _l("%(actor)s wrote in “%(title)s”"), icon="talk")
ACCEPTED = notice_kind("forum.accepted", _l("%(actor)s accepted your answer in “%(title)s”"), icon="check")
NEW_THREAD = notice_kind("forum.thread", _l("%(actor)s started “%(title)s”"), icon="talk")
REMINDER = notice_kind("forum.reminder", _l("You wanted to be reminded of “%(title)s”"), icon="clock")
REMINDER_WITH_NOTE = notice_kind("forum.reminder_note", REMINDER.words, icon="clock", detail=_l("Your note: %(note)s"))
UNPUBLISHED = notice_kind(
    "forum.unpublished",
    _l("“%(title)s” could not be published at its time; it waits among your drafts"),
    icon="clock",
    detail=_l("Reason: %(reason)s"),
)
REMIND = notice_kind("forum.remind", _l("%(actor)s asks you to confirm that you have read “%(title)s”"), icon="horn")
POLL_ENDED = notice_kind("forum.poll_ended", _l("The poll “%(title)s” has ended"), icon="poll")
TRANSLATION_PROPOSED = notice_kind(
    "forum.translation_proposed", _l("%(actor)s proposed a translation of your post in “%(title)s”"), icon="talk"
)
TRANSLATION_APPROVED = notice_kind(
    "forum.translation_approved", _l("%(actor)s approved a translation in “%(title)s”"), icon="check"
)
TRANSLATION_WITHDRAWN = notice_kind(
    "forum.translation_withdrawn", _l("%(actor)s withdrew your translation in “%(title)s”"), icon="talk"
)
