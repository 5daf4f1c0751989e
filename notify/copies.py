"""Copies of notices by mail."""

import logging
from collections.abc import Sequence

from flask import current_app

from core import mail
from core.db import transaction
from core.i18n import _, in_language
from notify import queries, services, urls, wording

log = logging.getLogger(__name__)


def send_copies(notification_ids: Sequence[int]) -> int:
    """Send every copy that is wanted and has not left yet, and return how many left.

    Each is noted as sent right after it was, so a crash repeats one message at most.
    """
    wanted = queries.list_copies(notification_ids)
    for copy in wanted:
        mail.send(_mail(copy))
        with transaction():
            services.mark_mailed(copy.id)
    return len(wanted)


def _mail(copy: queries.Copy) -> mail.Mail:
    base = str(current_app.config["BASE_URL"]).rstrip("/")
    with in_language(copy.locale):
        words = wording.headline(copy.kind, copy.params, copy.actor_name)
        detail = wording.detail(copy.kind, copy.params, copy.actor_name)
        why = _(
            "You get this because you asked for copies by mail. To stop them, choose “no” here: %(url)s",
            url=base + urls.SETTINGS,
        )
        hello = _("Hello %(name)s,", name=copy.display_name)
    lines = [hello, "", words, *([detail] if detail else []), base + copy.url, "", "-- ", why, ""]
    return mail.Mail(to=copy.email, subject=words, text="\n".join(lines))
