"""Words for the scripts of the writing pages, in the reader's language: scripts carry none of their own."""

import json
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup

from core.i18n import _l, current_locale

_COMPOSER: Final[dict[str, Any]] = {
    "formatting": _l("Formatting"),
    "bold": _l("Bold"),
    "italic": _l("Stress"),
    "header-3": _l("Heading"),
    "link": _l("Link"),
    "unordered-list": _l("List"),
    "ordered-list": _l("Numbers"),
    "quote": _l("Quote"),
    "code": _l("Code"),
    "file": _l("File"),
    "picture": _l("Picture or recording"),
    "tabs": _l("Write or preview"),
    "write": _l("Write"),
    "preview": _l("Preview"),
    "nothing": _l("There is nothing to show yet."),
    "no_preview": _l("The preview cannot be shown now."),
    "mentions": _l("People and branches"),
    "saved": _l("Saved %(time)s"),
    "offline": _l("Offline: kept in this browser"),
    "kept": _l("The site cannot save now: kept in this browser"),
    "not_kept": _l("Not saved: copy your text to be safe"),
    "found": _l("A text of %(time)s was not sent; this browser has kept it."),
    "restore": _l("Put it back"),
    "discard": _l("Throw it away"),
    "sending": _l("Sending …"),
    "not_sent": _l("Not sent: the site cannot be reached. Your text stays here and is kept in this browser."),
    "not_sent_not_kept": _l("Not sent: the site cannot be reached. Your text stays here; copy it to be safe."),
    "uploading": _l("Sending %(file)s: %(done)s"),
    "uploaded": _l("%(file)s is in the text."),
    "not_uploaded": _l("%(file)s could not be sent."),
    "no_network": _l("The site cannot be reached."),
    "alt": _l("What does %(file)s show? This is read to those who cannot see it."),
    "add": _l("Add the picture"),
    "cancel": _l("Cancel"),
}


def composer_words() -> Markup:
    """Return the words of a writing page as JSON, for an attribute in single quotes: JSON is full of double ones."""
    return _composer_words(current_locale())


@lru_cache(maxsize=4)
def _composer_words(_language: str) -> Markup:
    # The language is part of the key of the cache; the words come from the catalogue.
    text = json.dumps({name: str(words) for name, words in _COMPOSER.items()}, ensure_ascii=False)
    for sign, reference in (("&", "&amp;"), ("<", "&lt;"), ("'", "&#39;")):
        text = text.replace(sign, reference)
    return Markup(text)  # noqa: S704 -- what could end the attribute or begin an element is escaped above
