"""Turning a post into a quotation of it."""

import re
from typing import Final

QUOTED_MAX: Final = 1_500
_INNER: Final = re.compile(r"^\s{0,3}>")


def quoted(body: str, username: str) -> str:
    """Return Markdown that quotes a post and names its author; what the post itself quotes is left out."""
    lines = [line for line in body.split("\n") if not _INNER.match(line)]
    text = "\n".join(lines).strip()
    if len(text) > QUOTED_MAX:
        text = text[:QUOTED_MAX].rsplit("\n", 1)[0].rstrip() + " …"
    shown = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return f"> @{username}\n>\n{shown}\n\n"
