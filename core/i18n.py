"""Two languages, one door: translation, the reader's locale, and dates as readers write them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel.dates import format_date
from flask import current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel, force_locale, get_domain
from flask_babel import gettext as _gettext
from flask_babel import lazy_gettext as _lazy_gettext
from flask_babel import ngettext as _ngettext
from markupsafe import Markup, escape

from core.clock import utcnow

LANGUAGES = ("zh-Hans", "en")
"""Language tags of the interface, as they stand in HTML."""

LANGUAGE_COOKIE = "lang"

_forced: ContextVar[str | None] = ContextVar("forced_language", default=None)


def _(message: str, **words: object) -> str:
    """Translate for the present reader; ``%(name)s`` placeholders are filled from ``words``."""
    if not has_app_context():  # No catalogue: nothing to remember.
        return str(_gettext(message, **words))
    text = _translated(message, current_locale())
    return text % words if words else text


# A page translates some fifty texts, and finding the catalogue costs ten times what looking a text up in it does.
@lru_cache(maxsize=8192)
def _translated(message: str, _language: str) -> str:
    return str(_gettext(message))


def _l(message: str, **words: object) -> Any:
    """Translate later, when the text is shown."""
    return _lazy_gettext(message, **words)


def ngettext(one: str, many: str, num: int, **words: object) -> str:
    """Translate a text that counts; ``%(num)s`` holds the number."""
    if not has_app_context():  # No catalogue: nothing to remember.
        return str(_ngettext(one, many, num, **words))
    # Of our languages one tells one from many and the other has a single form.
    return _counted(one, many, 1 if num == 1 else 2, current_locale()) % {"num": num, **words}


@lru_cache(maxsize=2048)
def _counted(one: str, many: str, num: int, _language: str) -> str:
    return str(get_domain().get_translations().ungettext(one, many, num))


def language_of(locale: str) -> str:
    """Return the language tag nearest to a locale or an ``Accept-Language`` value, or ``""``."""
    primary = locale.replace("_", "-").split("-", 1)[0].lower()
    return {"zh": "zh-Hans", "en": "en"}.get(primary, "")


def _wanted_language() -> str:
    if has_request_context():
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        for tag in request.accept_languages.values():
            if language := language_of(tag):
                return language
    if has_app_context():
        return str(current_app.config.get("LANGUAGE", LANGUAGES[0]))
    return LANGUAGES[0]


def current_locale() -> str:
    """Return the language tag of the present reader: ``zh-Hans`` or ``en``."""
    forced = _forced.get()
    if forced is not None:
        return forced
    if not has_request_context():
        return _wanted_language()
    language: str | None = g.get("language")
    if language is None:
        language = g.language = _wanted_language()
    return language


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak ``language`` inside the block: for mail and notices to somebody else."""
    language = language if language in LANGUAGES else LANGUAGES[0]
    token = _forced.set(language)
    try:
        with force_locale(language.replace("-", "_")):
            yield
    finally:
        _forced.reset(token)


def use_time_zone(name: str) -> None:
    """Show times in this zone for the rest of the request; ``""`` stands for the site's."""
    g.time_zone = name
    g.pop("calendar", None)


def is_time_zone(name: str) -> bool:
    """Tell whether the machine knows a time zone of this name."""
    return name in available_timezones()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def current_zone() -> ZoneInfo:
    """Return the present reader's time zone, else the site's."""
    name = ""
    if has_request_context():
        name = g.get("time_zone", "")
    if not name and has_app_context():
        name = current_app.config.get("TIME_ZONE", "UTC")
    return _zone(name or "UTC")


def site_zone() -> ZoneInfo:
    """Return the site's time zone: for days that are the same for everybody."""
    return _zone(current_app.config.get("TIME_ZONE", "") or "UTC")


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone that somebody else chose, else the site's."""
    return _zone(name) if name else site_zone()


# Babel's formatting costs some 50 µs a date. A page shows dozens, most of them on few days, so days are remembered.
@lru_cache(maxsize=4096)
def _day_words(year: int, month: int, day: int, *, language: str, with_year: bool) -> str:
    value = datetime(year, month, day)  # noqa: DTZ001 -- a calendar day already in the reader's zone
    if language == "en":
        return format_date(value, "d MMM y" if with_year else "d MMM", locale="en")
    return format_date(value, "y年M月d日" if with_year else "M月d日", locale="zh_Hans")


def _stamp(moment: datetime, words: str) -> Markup:
    return Markup(f'<time datetime="{moment:%Y-%m-%dT%H:%M:%SZ}">{escape(words)}</time>')  # noqa: S704 -- escaped


def day_words(moment: datetime) -> str:
    """Return the day in words; the year only when it is not this year."""
    zone = current_zone()
    local, now = moment.astimezone(zone), utcnow().astimezone(zone)
    return _day_words(local.year, local.month, local.day, language=current_locale(), with_year=local.year != now.year)


def between() -> str:
    """Return what stands between two sentences: nothing in Chinese, whose full stops are wide."""
    return "" if current_locale().startswith("zh") else " "


def day(moment: datetime) -> Markup:
    """Return the day as a ``<time>`` element."""
    return _stamp(moment, day_words(moment))


def clock_time(moment: datetime) -> str:
    """Return hours, minutes and seconds in the reader's zone."""
    return moment.astimezone(current_zone()).strftime("%H:%M:%S")


def moment_words(moment: datetime) -> str:
    """Return day and time of day in words."""
    return f"{day_words(moment)} {moment.astimezone(current_zone()).strftime('%H:%M')}"


def full(moment: datetime) -> Markup:
    """Return day and time of day as a ``<time>`` element."""
    return _full(moment, *_calendar())


def stamps() -> Callable[[datetime], Markup]:
    """Return what does the same for many moments of one page: zone, language and year are looked up once."""
    calendar = _calendar()
    return lambda moment: _full(moment, *calendar)


def _calendar() -> tuple[ZoneInfo, str, int]:
    """Return zone, language and present year of the reader, found once a request."""
    calendar: tuple[ZoneInfo, str, int] | None = None
    remembered = _forced.get() is None and has_request_context()
    if remembered:
        calendar = g.get("calendar")
    if calendar is None:
        zone = current_zone()
        calendar = (zone, current_locale(), utcnow().astimezone(zone).year)
        if remembered:
            g.calendar = calendar
    return calendar


@lru_cache(maxsize=8192)
def _full(moment: datetime, zone: ZoneInfo, language: str, this_year: int) -> Markup:
    local = moment.astimezone(zone)
    words = _day_words(local.year, local.month, local.day, language=language, with_year=local.year != this_year)
    return _stamp(moment, f"{words} {local:%H:%M}")


def when(moment: datetime) -> Markup:
    """Return how long ago something was, as a ``<time>`` element: minutes and hours today, else the day."""
    age = utcnow() - moment
    if timedelta(0) <= age < timedelta(hours=24):
        return _stamp(moment, _age_words(int(age.total_seconds()) // 60, current_locale()))
    return _stamp(moment, day_words(moment))


@lru_cache(maxsize=4096)
def _age_words(minutes: int, _language: str) -> str:
    # The language is part of the key of the cache; the words come from the catalogue.
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes)
    return ngettext("%(num)s hour ago", "%(num)s hours ago", minutes // 60)


def init_app(app: Any) -> Babel:
    """Wire Flask-Babel to the reader's language and zone."""
    return Babel(
        app,
        default_locale="en",
        default_translation_directories=str(app.config["LOCALE_DIR"]),
        locale_selector=lambda: current_locale().replace("-", "_"),
        timezone_selector=lambda: str(current_zone()),
    )


def html_escape(text: object) -> Markup:
    """Escape for HTML; the one name templates and Python share."""
    return escape(text)
