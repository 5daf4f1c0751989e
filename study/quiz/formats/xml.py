"""Reads XML that may come from anywhere: document types and so entities are refused, nothing else is opened."""

import re
from typing import TYPE_CHECKING

from core.i18n import _l
from study.quiz.formats.items import FileRefused

if TYPE_CHECKING:
    from lxml.etree import _Element

_PROLOG = re.compile(rb"[\xef\xbb\xbf\xff\xfe]*(?>\s+|<\?.*?\?>|<!--.*?-->)*+(<!DOCTYPE|<[A-Za-z])", re.DOTALL)


class NotXml(FileRefused):
    """The file is broken, or none of this kind."""

    message = _l("The file is not whole XML: line %(line)s cannot be read.")


class HasDoctype(FileRefused):
    """A document type may name entities, and those may be bombs or point at other files."""

    message = _l("The file has a document type (<!DOCTYPE …>), which no such file needs. Take it out.")


def looks_like(data: bytes) -> bool:
    """Tell whether the content begins like XML."""
    return _PROLOG.match(data.replace(b"\0", b"")) is not None


def parse_xml(data: bytes) -> "_Element":
    """Return the root of a file.

    Raises:
        NotXml, HasDoctype: see there.
    """
    from lxml import etree  # noqa: PLC0415 -- only imports of questions need it

    found = _PROLOG.match(data.replace(b"\0", b""))
    if found and found[1] == b"<!DOCTYPE":
        raise HasDoctype
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotXml(line=getattr(error, "lineno", None) or 1) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise HasDoctype
    return root
