"""Reads PDF by page, with pdfium: it keeps Chinese sentences whole where others break them at every glyph run."""

from pathlib import Path

import pypdfium2

from study.enums import ExtractionFault
from study.extraction.parts import TEXT_MAX, Extracted, Unreadable, clean_page, join_lines


def open_pdf(path: Path) -> pypdfium2.PdfDocument:
    """Open a PDF.

    Raises:
        Unreadable: it is encrypted, damaged or without pages.
    """
    try:
        document = pypdfium2.PdfDocument(path)
        if not len(document):
            raise Unreadable(ExtractionFault.BROKEN)
    except pypdfium2.PdfiumError as error:
        encrypted = "password" in str(error).lower()
        raise Unreadable(ExtractionFault.ENCRYPTED if encrypted else ExtractionFault.BROKEN) from error
    return document


def read_pdf(path: Path) -> Extracted:
    """Return the text of a PDF by page.

    Raises:
        Unreadable: it cannot be opened, or holds more text than any document of a course.
    """
    document = open_pdf(path)
    pages: list[str] = []
    size = 0
    for number in range(len(document)):
        text = _page_text(document, number)
        size += len(text)
        if size > TEXT_MAX:
            raise Unreadable(ExtractionFault.TOO_LARGE_INSIDE)
        pages.append(text)
    # The title inside a PDF is as a rule that of the template it was written with; the name of the file says more.
    return Extracted(tuple(pages))


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        found = page.get_textpage()
        text = found.get_text_range()
        found.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""  # One damaged page does not spoil the others.
    # pdfium marks a hyphen at a line end with U+FFFE.
    return join_lines(clean_page(text.replace("\ufffe", "-")))
