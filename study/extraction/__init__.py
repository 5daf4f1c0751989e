"""Reads the text out of files, page by page. Pure functions over a path; they know no database and no request.

Files come from people, so parsers of PDF and of archives run only in a child process with limits: see ``runner.py``.
"""

import logging
from importlib import import_module
from pathlib import Path

from core.media_types import BINARY, DOCX, EPUB, HTML, MARKDOWN, PDF, PLAYED, PPTX, SUBRIP, TEXT, WEBVTT
from study.enums import ExtractionFault
from study.extraction.parts import Extracted, Rich, Unreadable

log = logging.getLogger(__name__)

READERS = {
    PDF: ("pdf", "read_pdf"),
    DOCX: ("word", "read_docx"),
    PPTX: ("slides", "read_pptx"),
    EPUB: ("books", "read_epub"),
    MARKDOWN: ("texts", "read_markdown"),
    HTML: ("texts", "read_html"),
    TEXT: ("texts", "read_plain"),
    SUBRIP: ("cues", "read_subtitles"),
    WEBVTT: ("cues", "read_subtitles"),
    **dict.fromkeys(PLAYED, ("media", "read_media")),
}
"""Media type → module and function; imported when needed, since the parsers are heavy and run in the child alone."""

RICH = {
    DOCX: ("word", "rich_docx"),
    PPTX: ("slide_pages", "rich_pptx"),
    EPUB: ("books", "rich_epub"),
    HTML: ("books", "rich_html"),
}
"""Types that are shown as more than plain words, with what turns them into HTML; run in the child alone."""

RICH_VERSION = 3
"""Rises when the same file gives other HTML, so that a command can read old files again."""

IN_CHILD = frozenset({PDF, *RICH}) | PLAYED
"""Types whose parsers may be hurt by a hostile file."""

ENDINGS = (
    ".pdf", ".docx", ".pptx", ".epub", ".md", ".markdown", ".mdx", ".mkd", ".txt", ".html", ".htm",
    ".srt", ".vtt", ".sbv",
    ".mp4", ".m4v", ".webm", ".ogv", ".mp3", ".m4a", ".m4b", ".ogg", ".oga", ".opus", ".weba", ".wav", ".flac",
)  # fmt: skip
"""Names of files that are taken at all."""


def extract(path: Path, media_type: str) -> Extracted:
    """Return the text of a file.

    Raises:
        Unreadable: with the reason as a code.
    """
    reader = READERS.get(media_type)
    if reader is None:
        # Only what is another thing than its name says is kept as mere bytes.
        raise Unreadable(ExtractionFault.OTHER_KIND if media_type == BINARY else ExtractionFault.KIND_REFUSED)
    module, name = reader
    found: Extracted = getattr(import_module(f"study.extraction.{module}"), name)(path)
    if media_type not in PLAYED and not any(page.strip() for page in found.pages):
        raise Unreadable(ExtractionFault.NO_TEXT)
    return found


def enrich(path: Path, media_type: str) -> Rich | None:
    """Return a document whose words could be read as safe HTML; None where it cannot be shown so.

    Nothing that goes wrong here costs the words.
    """
    if media_type not in RICH:
        return None
    module, name = RICH[media_type]
    try:
        rich: Rich = getattr(import_module(f"study.extraction.{module}"), name)(path)
    except Exception:  # The libraries fail in a dozen ways at what people send; all of them mean the same.
        log.warning("A document could not be turned into HTML", exc_info=True)
        return None
    return rich if any(rich.parts) else None


__all__ = ["ENDINGS", "IN_CHILD", "READERS", "RICH", "RICH_VERSION", "Extracted", "Unreadable", "enrich", "extract"]
