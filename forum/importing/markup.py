"""From the markup of other forums to Markdown. Pure work for the processor: opens no database."""

import re
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from markdownify import MarkdownConverter

from core.markup.formulas import BLOCK_MAX, INLINE_MAX, is_formula
from core.text import plain

_URL: Final = re.compile(r"(https?://[^\s<>]+|www\.[^\s<>]+)")
_SIGNS: Final = re.compile(r"([\\`*_\[\]<>|~$])")
_LINE_START: Final = re.compile(r"^([ \t]*)(#{1,6}(?=\s|$)|[-+=](?=[\s=-]|$)|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE)
_INDENT: Final = re.compile(r"^[ \t\u3000]+", re.MULTILINE)
_LANGUAGE: Final = re.compile(r"(?:lang(?:uage)?-)([A-Za-z0-9_+#.-]{1,30})")
_FORMULA: Final = re.compile(
    rf"(?<![0-9A-Za-z\\])(?:\$\$(?P<block>(?:[^\\$]|\\.){{1,{BLOCK_MAX}}}?)\$\$"
    rf"|\$(?=[^\s$])(?P<inline>(?:[^\\$]|\\.){{1,{INLINE_MAX}}}?)(?<!\s)\$(?![0-9A-Za-z])"
    rf"|(?P<lines>\\begin\{{(?P<kind>(?:align|equation|gather|multline|eqnarray)\*?)\}}"
    rf"[^$]{{1,{BLOCK_MAX - 40}}}?\\end\{{(?P=kind)\}}))",
    re.DOTALL,
)
"""Formulas as other forums have them: ours are the same, but stand on one line and always between dollar signs."""
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_NO_LANGUAGE: Final = frozenset({"auto", "nohighlight", "none", "plaintext"})
_DROPPED: Final = ["script", "style", "template", "noscript", "object", "svg", "button"]
_LEFT_OUT: Final = "a.anchor, .lightbox-wrapper .meta, .quote-controls, aside.quote .title img, .onebox-metadata"


def _code_language(element: Any) -> str:
    """Find the language of a block of code in the classes of it or of what it holds."""
    for part in (element, *element.find_all("code", limit=1)):
        found = _LANGUAGE.search(" ".join(part.get("class") or ()))
        if found and found[1] not in _NO_LANGUAGE:
            return found[1]
    return ""


class _Converter(MarkdownConverter):
    """Posts show a line end as a line break, so no mark is needed for one."""

    def convert_br(self, el: Any, text: str, parent_tags: Any) -> str:
        """A line break."""
        return " " if "_inline" in parent_tags else "\n"

    def escape(self, text: Any, parent_tags: Any) -> str:
        """Words that mean nothing in Markdown; formulas stay as they are written, apart from where their lines end."""
        plainly: Any = super()  # Its stubs do not know how it escapes.
        parts, done, here = [], 0, 0
        while found := _FORMULA.search(text, here):
            if not is_formula(_source(found)):
                here = found.start() + 1
                continue
            parts += [plainly.escape(text[done : found.start()], parent_tags), _formula(found, parent_tags)]
            done = here = found.end()
        return "".join((*parts, plainly.escape(text[done:], parent_tags)))


def _source(found: re.Match[str]) -> str:
    return " ".join(str(found["block"] or found["inline"] or found["lines"]).split())


def _formula(found: re.Match[str], parent_tags: Any) -> str:
    source = _source(found)
    if found["inline"]:
        return f"${source}$"
    return f"$${source}$$" if "_inline" in parent_tags else f"\n$${source}$$\n"


_converter = _Converter(heading_style="ATX", bullets="-", escape_misc=True, code_language_callback=_code_language)


def html_to_markdown(source: str, base: str = "") -> str:
    """Return the Markdown of an HTML fragment; one that is nested beyond reason comes out as plain text.

    Links that name no host belong to the other site: they start from ``base``, or only their words are kept.
    """
    soup = BeautifulSoup(source, "lxml")
    try:
        _tidy(soup, base)
        text = str(_converter.convert_soup(soup))
    except RecursionError:
        text = text_to_markdown(plain(source))
    return _BLANK_LINES.sub("\n\n", text).strip()


def _tidy(soup: BeautifulSoup, base: str) -> None:
    for part in [*soup.find_all(_DROPPED), *soup.select(_LEFT_OUT)]:
        part.decompose()
    for part in soup.select("aside.onebox, iframe[src], video[src], audio[src]"):
        first = part.find("a", href=True)
        _link_to(soup, part, str(part.get("data-onebox-src") or part.get("src") or (first["href"] if first else "")))
    for part in soup.select("aside.quote"):
        _plain_quote(soup, part)
    for part in soup.select("pre ol, pre ul"):
        _plain_lines(part)
    for part in soup.find_all("br"):
        _end_line(part)
    for part in soup.find_all("img"):
        _picture(part, base)
    for part in soup.find_all("a", href=True):
        _link(part, base)


def _plain_lines(part: Tag) -> None:
    """Take lines of code out of the list that numbers them."""
    lines = [item.get_text().strip("\n") for item in part.find_all("li")]
    part.replace_with("\n".join(lines) + "\n")


def _end_line(part: Tag) -> None:
    """Drop the line end that the source has after a line break: it says nothing more."""
    after = part.next_sibling
    if isinstance(after, NavigableString) and not part.find_parent("pre"):
        after.replace_with(after.lstrip("\n"))


def _link_to(soup: BeautifulSoup, part: Tag, address: str) -> None:
    """Put a link in place of a preview of another page; code is kept: it is what the writer wants to show."""
    heading = part.find(["h3", "h4"])
    link = soup.new_tag("a", href=address)
    link.string = " ".join(heading.get_text(" ").split()) if heading else address
    paragraph = soup.new_tag("p")
    paragraph.append(link)
    part.replace_with(paragraph, *(code.extract() for code in part.find_all("pre")))


def _plain_quote(soup: BeautifulSoup, part: Tag) -> None:
    """Turn a quotation with its own head into one that begins with the name of who is quoted."""
    title, quote = part.find(class_="title"), part.find("blockquote")
    name = str(part.get("data-username") or (title.get_text(" ").strip(" :") if title else ""))
    if title is not None:
        title.decompose()
    if isinstance(quote, Tag):
        if name:
            quote.insert(0, _who(soup, name))
        part.replace_with(quote)


def _who(soup: BeautifulSoup, name: str) -> Tag:
    strong = soup.new_tag("strong")
    strong.string = name
    paragraph = soup.new_tag("p")
    paragraph.append(strong)
    return paragraph


def _picture(part: Tag, base: str) -> None:
    """Keep a picture as a link to where it lies; small signs within a line become their words."""
    words = str(part.get("alt") or part.get("title") or "")
    address = _absolute(str(part.get("src") or ""), base)
    classes: list[str] = list(part.get("class") or ())
    if "emoji" in classes or "smilies" in classes or not address:
        part.replace_with(words)
        return
    part["src"], part["alt"] = address, words or address.rsplit("/", 1)[-1][:80]
    if isinstance(part.parent, Tag) and part.parent.name == "a":
        part.replace_with(str(part["alt"]))  # The link around it leads to the larger one.


def _link(part: Tag, base: str) -> None:
    address = str(part["href"])
    if address.startswith("#"):
        part.unwrap()
    elif absolute := _absolute(address, base):
        part["href"] = absolute
        if not part.get_text(strip=True):
            part.string = absolute
    else:
        part.unwrap()


def _absolute(address: str, base: str) -> str:
    """Return an address that stands by itself, or nothing where it cannot."""
    try:
        found = urljoin(base, address.strip()) if base else address.strip()
        parts = urlsplit(f"https:{found}" if found.startswith("//") else found)
    except ValueError:
        return ""
    if parts.scheme == "mailto":
        return found
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else ""


def text_to_markdown(source: str) -> str:
    """Return Markdown that shows a plain text as it stands; bare links stay links."""
    parts = _URL.split(_INDENT.sub("", source))
    parts[::2] = [_SIGNS.sub(r"\\\1", words) for words in parts[::2]]
    return _LINE_START.sub(_escaped_start, "".join(parts)).strip()


def _escaped_start(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark.isdigit() else f"{found[1]}\\{mark}"
