"""The quick look at upload: can the file be opened at all?"""

from pathlib import Path

from core.media_types import DOCX, EPUB, PDF, PLAYED, PPTX
from study.enums import ExtractionFault
from study.extraction import READERS, books, slides, word
from study.extraction.archives import open_archive, parse_part
from study.extraction.media import read_media
from study.extraction.parts import Unreadable
from study.extraction.pdf import open_pdf
from study.extraction.texts import decode

MAIN_PARTS = {DOCX: word.MAIN, PPTX: slides.MAIN, EPUB: books.CONTAINER}


def check(path: Path, media_type: str) -> None:
    """Open the file without reading all of it.

    Raises:
        Unreadable: it cannot be opened, with the reason as a code.
    """
    if media_type not in READERS:
        raise Unreadable(ExtractionFault.KIND_REFUSED)
    if media_type == PDF:
        open_pdf(path)
    elif media_type in PLAYED:
        read_media(path)
    elif main := MAIN_PARTS.get(media_type):
        with open_archive(path, main) as archive:
            parse_part(archive, main)
    else:
        decode(path.read_bytes())
