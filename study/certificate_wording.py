"""The reader's words for certificates."""

from datetime import datetime
from typing import Any

from babel.dates import format_date

from core.i18n import _, _l, current_locale, current_zone, ngettext
from study.enums import CertificateAct, CertificateState

STATES: dict[CertificateState, Any] = {
    CertificateState.VALID: _l("Valid"),
    CertificateState.EXPIRED: _l("Expired"),
    CertificateState.REVOKED: _l("Revoked"),
}

TAGS = {CertificateState.VALID: "ok", CertificateState.EXPIRED: "wait", CertificateState.REVOKED: "late"}

ACTS: dict[CertificateAct, Any] = {
    CertificateAct.ISSUED: _l("Issued"),
    CertificateAct.SHOWN: _l("The holder changed what is shown"),
    CertificateAct.REVOKED: _l("Revoked"),
    CertificateAct.RESTORED: _l("Restored"),
    CertificateAct.RENEWED: _l("Renewed"),
}


def hours_words(tenths: int) -> str:
    """Say how many hours of study something counts for."""
    if tenths % 10:
        return _("%(hours)s hours of study", hours=f"{tenths // 10}.{tenths % 10}")
    return ngettext("%(num)s hour of study", "%(num)s hours of study", tenths // 10)


def long_day(moment: datetime) -> str:
    """Return a day with its year, as documents write it."""
    local = moment.astimezone(current_zone())
    if current_locale() == "en":
        return format_date(local.date(), "d MMMM y", locale="en")
    return format_date(local.date(), "y年M月d日", locale="zh_Hans")
