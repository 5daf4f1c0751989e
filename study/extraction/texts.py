"""Reads plain text, Markdown and HTML; each is one page."""

import re
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.text import detect_language, normalise, plain
from study.enums import ExtractionFault
from study.extraction.parts import Extracted, Unreadable, clean_page

_FRONT_MATTER: Final = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_ATTRIBUTES: Final = re.compile(r"\s*(?:\{[#.:][^{}]*\}|\[\[[^\[\]]*\]\])\s*$")
_NOT_READ: Final = ("script", "style", "template", "noscript", "svg", "head")
NESTING_MAX: Final = 20
_BEFORE: Final = r"\A(?>\s|<\?.*?\?>|<!--.*?-->)*+"
_DECLARED: Final = r"""\[(?><!--.*?-->|<\?.*?\?>|"[^"]*"|'[^']*'|[^\]"'])*+\]"""
_DOCTYPE: Final = re.compile(rf"{_BEFORE}<!DOCTYPE[^<>\[]*+{_DECLARED}\s*>", re.DOTALL | re.IGNORECASE)

_markdown = MarkdownIt("commonmark", {"maxNesting": NESTING_MAX}).enable(["table", "strikethrough"])


def decode(raw: bytes) -> str:
    """Return a text file's words: UTF-8, UTF-16 with its mark, or GB 18030 where that gives Chinese.

    Raises:
        Unreadable: it is none of these.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(raw, "utf-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _decoded(raw, "gb18030")
    # Nearly any bytes can be read as GB 18030; only Chinese words show that they were meant so.
    if not detect_language(text).startswith("zh"):
        raise Unreadable(ExtractionFault.NOT_UTF8)
    return text


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(ExtractionFault.NOT_UTF8) from error


def read_plain(path: Path) -> Extracted:
    """Return a text file; form feeds part its pages."""
    pages = decode(path.read_bytes()).split("\f")
    return Extracted(tuple(clean_page(page) for page in pages))


def read_markdown(path: Path) -> Extracted:
    """Return the words of a Markdown file and its first heading."""
    return markdown_text(decode(path.read_bytes()))


def markdown_text(source: str) -> Extracted:
    """Return the words of Markdown without its marks, and its first heading of the first level as title."""
    tokens = _markdown.parse(_FRONT_MATTER.sub("", normalise(source)))
    blocks: list[str] = []
    title = ""
    for index, token in enumerate(tokens):
        words = _block_words(token)
        if words is None:
            continue
        if not title and index and tokens[index - 1].type == "heading_open" and tokens[index - 1].tag == "h1":
            title = words
        blocks.append(words)
    return Extracted((clean_page("\n".join(block for block in blocks if block.strip())),), title)


def _block_words(token: Token) -> str | None:
    if token.type == "inline":
        return _ATTRIBUTES.sub("", "".join(_inline_words(child) for child in token.children or []))
    if token.type in ("fence", "code_block"):
        return token.content.rstrip("\n")
    return plain(token.content) if token.type == "html_block" else None


def _inline_words(token: Token) -> str:
    if token.type in ("text", "code_inline"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content if token.type == "image" else ""


def read_html(path: Path) -> Extracted:
    """Return the words of an HTML page and its title."""
    return html_text(decode(path.read_bytes()))


def without_declarations(source: str) -> str:
    """Return HTML without a document type that declares things of its own: parsers of HTML end it too early.

    What it declares means nothing to a browser either.
    """
    return _DOCTYPE.sub("", source)


def html_text(source: str) -> Extracted:
    """Return the words of HTML and its title.

    Raises:
        Unreadable: there is nothing in it.
    """
    # Loaded here: pages that read subtitles need its 6 MB for nothing else.
    from lxml import etree, html  # noqa: PLC0415 -- as said

    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, encoding="utf-8", huge_tree=False)
        root = html.document_fromstring(without_declarations(source).encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(ExtractionFault.BROKEN) from error
    title = " ".join((root.findtext(".//title") or "").split())
    for element in list(root.iter(*_NOT_READ)):
        element.drop_tree()
    body = plain(html.tostring(root, encoding="unicode"))
    return Extracted((clean_page(body),), clean_page(title))
