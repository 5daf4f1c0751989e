"""What the catalogue tools share: extraction of every string and reading of a catalogue."""

import io
import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
ROOT = HERE.parent
LANGUAGES = ("zh_Hans", "en")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
SOURCE_LANGUAGE = "en"
FOLDERS = ("app", "core", "accounts", "forum", "study", "search", "moderation", "notify", "templates")


def extracted() -> Catalog:
    """Return a catalogue of every string in the code and the templates."""
    methods, options = parse_mapping_cfg(io.StringIO((HERE / "babel.cfg").read_text("utf-8")), "babel.cfg")
    catalogue = Catalog(project="Xuetan", charset="utf-8", fuzzy=False)
    os.chdir(ROOT)
    for folder in FOLDERS:
        found = extract_from_dir(
            folder, [(p.removeprefix(f"{folder}/"), m) for p, m in methods if p.startswith(f"{folder}/")],
            {p.removeprefix(f"{folder}/"): o for p, o in options.items()}, keywords=KEYWORDS,
        )  # fmt: skip
        for name, _line, message, _comments, context in found:
            catalogue.add(message, None, [(f"{folder}/{name}", None)], context=context)
    return catalogue


def path_of(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return HERE / language / "LC_MESSAGES" / "messages.po"


def load(language: str) -> Catalog:
    """Return the catalogue of a language, empty when there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Xuetan", charset="utf-8", fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)
