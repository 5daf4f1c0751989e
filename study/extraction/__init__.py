"""Reads the text out of files, page by page. Pure functions over a path; they know no database and no request.

Files come from people, so parsers of PDF and of archives run only in a child process with limits: see ``runner.py``.
"""

from importlib import import_module
from pathlib import Path

from core.media_types import DOCX, EPUB, HTML, MARKDOWN, PDF, PLAYED, PPTX, SUBRIP, TEXT, WEBVTT
from study.enums import ExtractionFault
from study.extraction.parts import Extracted, Unreadable

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

IN_CHILD = frozenset({PDF, DOCX, PPTX, EPUB}) | PLAYED
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
        raise Unreadable(ExtractionFault.KIND_REFUSED)
    module, name = reader
    found: Extracted = getattr(import_module(f"study.extraction.{module}"), name)(path)
    if media_type not in PLAYED and not any(page.strip() for page in found.pages):
        raise Unreadable(ExtractionFault.NO_TEXT)
    return found


__all__ = ["ENDINGS", "IN_CHILD", "READERS", "Extracted", "Unreadable", "extract"]
