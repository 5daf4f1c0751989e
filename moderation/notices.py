"""The kinds of notice that moderation sends."""

from core.i18n import _l
from core.notifications import notice_kind

REASON = _l("Reason: %(reason)s")
RULE = _l("Reason: %(reason)s (house rule %(rule)s). If you disagree, log entry %(number)s says what you can do.")

notice_kind("moderation.waiting", _l("“%(title)s” was reported and waits for a moderator"), icon="hide")
notice_kind("moderation.hide", _l("“%(title)s”, written by you, was hidden"), icon="hide", detail=RULE)
notice_kind("moderation.restore", _l("“%(title)s”, written by you, is visible again"), icon="check", detail=REASON)
notice_kind("moderation.lock", _l("“%(title)s”, written by you, was locked"), icon="lock", detail=REASON)
notice_kind("moderation.unlock", _l("“%(title)s”, written by you, is open again"), icon="check")
notice_kind("moderation.close_poll", _l("The poll “%(title)s”, asked by you, was ended"), icon="poll", detail=REASON)
notice_kind("moderation.pin", _l("“%(title)s”, written by you, was pinned"), icon="pin")
notice_kind("moderation.unpin", _l("“%(title)s”, written by you, is no longer pinned"), icon="pin")
notice_kind("moderation.digest", _l("“%(title)s”, written by you, was taken into the digest"), icon="star")
notice_kind("moderation.undigest", _l("“%(title)s”, written by you, is no longer in the digest"), icon="star")
notice_kind("moderation.timer", _l("“%(title)s”, written by you, closes on a set day"), icon="clock")
notice_kind("moderation.untimer", _l("“%(title)s”, written by you, has no closing day any more"), icon="clock")
notice_kind("moderation.sort", _l("“%(title)s”, written by you, was sorted anew"), icon="note")
notice_kind(
    "moderation.move", _l("“%(title)s”, written by you, was moved to another board"), icon="note", detail=REASON
)
notice_kind(
    "moderation.merge", _l("“%(title)s”, written by you, was joined to another thread"), icon="note", detail=REASON
)
notice_kind(
    "moderation.split", _l("“%(title)s”, written by you, is a thread of its own now"), icon="note", detail=REASON
)
notice_kind(
    "moderation.copy", _l("“%(title)s”, written by you, was copied out as a thread"), icon="note", detail=REASON
)
notice_kind("moderation.delete", _l("“%(title)s”, written by you, was removed"), icon="hide", detail=RULE)
notice_kind("moderation.undelete", _l("“%(title)s”, written by you, was brought back"), icon="check")
notice_kind("moderation.rewrite", _l("“%(title)s”, written by you, has an earlier text again"), icon="note")
notice_kind("moderation.report_hide", _l("Your report on “%(title)s” was handled: hidden"), icon="hide", detail=REASON)
notice_kind(
    "moderation.report_delete", _l("Your report on “%(title)s” was handled: removed"), icon="hide", detail=REASON
)
notice_kind("moderation.report_keep", _l("Your report on “%(title)s” was handled: kept"), icon="check", detail=REASON)
notice_kind(
    "moderation.report_restore", _l("Your report on “%(title)s” was handled: restored"), icon="check", detail=REASON
)
