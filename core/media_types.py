"""Media types of the files we know, and the endings of their names. No other module is imported here."""

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
EPUB = "application/epub+zip"
MARKDOWN = "text/markdown"
TEXT = "text/plain"
HTML = "text/html"
CSV = "text/csv"
WEBVTT = "text/vtt"
SUBRIP = "application/x-subrip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY = "application/octet-stream"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
"""Types that only ``core.pictures`` gives; nothing is believed to be a picture because it looks like one."""
MP4 = "video/mp4"
WEBM = "video/webm"
OGV = "video/ogg"
M4A = "audio/mp4"
WEBA = "audio/webm"
OGA = "audio/ogg"
MP3 = "audio/mpeg"
WAV = "audio/wav"
FLAC = "audio/flac"
VIDEO = frozenset({MP4, WEBM, OGV})
AUDIO = frozenset({M4A, WEBA, OGA, MP3, WAV, FLAC})
PLAYED = VIDEO | AUDIO
"""What browsers play. Whether one of the three containers holds pictures or only sound, the content says."""

BY_ENDING = {
    ".pdf": PDF,
    ".docx": DOCX,
    ".pptx": PPTX,
    ".epub": EPUB,
    ".xlsx": XLSX,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".mdx": MARKDOWN,
    ".mkd": MARKDOWN,
    ".txt": TEXT,
    ".gift": TEXT,
    ".html": HTML,
    ".htm": HTML,
    ".csv": CSV,
    ".srt": SUBRIP,
    ".sbv": SUBRIP,
    ".vtt": WEBVTT,
    ".mp4": MP4,
    ".m4v": MP4,
    ".webm": WEBM,
    ".ogv": OGV,
    ".ogg": OGA,
    ".oga": OGA,
    ".opus": OGA,
    ".m4a": M4A,
    ".m4b": M4A,
    ".weba": WEBA,
    ".mp3": MP3,
    ".wav": WAV,
    ".flac": FLAC,
}

BY_PART = {
    "word/document.xml": DOCX,
    "ppt/presentation.xml": PPTX,
    "xl/workbook.xml": XLSX,
    "META-INF/container.xml": EPUB,
}
"""What an archive is, by a part that it must hold."""


def container(media_type: str) -> str:
    """Return the container of a film or recording: one may hold either."""
    return media_type.partition("/")[2]
