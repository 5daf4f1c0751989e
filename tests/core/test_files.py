"""Files: kept by checksum, known by content, limited in size."""

import io
import zipfile

import pytest

from core.errors import Invalid
from core.files import FileEmpty, FileNotWhatItSays, FileTooLarge, clean_name, path_of, sniff, store
from core.media_types import DOCX, PDF, TEXT


def docx() -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return stream


def test_content_is_kept_under_its_checksum(app):
    file = store(io.BytesIO(b"hello"), "问候.txt")
    assert (file.size, file.media_type, file.original_name) == (5, TEXT, "问候.txt")
    assert path_of(file).read_bytes() == b"hello"
    assert path_of(file).name == file.sha256


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [(b"%PDF-1.7 x", "a.pdf", PDF), (docx().getvalue(), "a.docx", DOCX), ("字".encode(), "a", TEXT)],
)
def test_the_type_is_read_from_the_content(content, name, media_type):
    assert sniff(io.BytesIO(content), name) == media_type


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"MZ\x90\x00", "a.pdf"), (b"plain", "a.docx"), (b"%PDF-1.7", "a.txt"), (b"PK\x03\x04x", "a.docx")],
)
def test_a_file_that_is_not_what_it_says_is_refused(app, content, name):
    with pytest.raises(FileNotWhatItSays):
        store(io.BytesIO(content), name)


def test_empty_and_too_large_files_leave_nothing_behind(app, tmp_path):
    with pytest.raises(FileEmpty):
        store(io.BytesIO(b""), "a.txt")
    with pytest.raises(FileTooLarge):
        store(io.BytesIO(b"x" * (9 * 1024 * 1024)), "a.txt")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
    assert issubclass(FileTooLarge, Invalid)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\dir\\期末考试（最终版）.docx", "期末考试（最终版）.docx"),
        ("a\r\nb\x00.txt", "ab.txt"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_names_are_shown_but_never_paths(name, clean):
    assert clean_name(name) == clean
    assert len(clean_name("长" * 500 + ".pdf")) <= 200
