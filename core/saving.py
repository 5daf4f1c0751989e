"""Texts for readers who save data: a picture is a link that says how large it is."""

import re
from typing import Final

from core.i18n import _

# As the renderer writes it, with nothing but attributes of ours in this order.
_PICTURE: Final = re.compile(r'<img [^>]*?data-kb="(\d+)"[^>]*? alt="([^"]*)"[^>]*>')


def without_pictures(html: str) -> str:
    """Return a text whose pictures wait until they are asked for."""
    if "data-kb" not in html:
        return html
    words = _("picture, %(size)s KB", size="{size}")
    return _PICTURE.sub(lambda found: f"{found[2]} ({words.replace('{size}', found[1])})", html)
