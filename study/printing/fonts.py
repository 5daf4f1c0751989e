"""The fonts of all that is printed: a Chinese one, and one for the letters and signs it lacks."""

from importlib.resources import files
from typing import Any

from fpdf import FPDF
from pylopdf_fonts_zh_cn import serif_path

MISSING = "〓"
"""Stands for a sign that no font of ours has, as printers always wrote it."""


def add_fonts(pdf: FPDF) -> None:
    """Put both fonts into a file in the making; only signs that are used end up in it."""
    pdf.add_font("serif", fname=serif_path())
    pdf.add_font("latin", fname=_latin_path())
    pdf.set_fallback_fonts(["latin"])
    pdf.c_margin = 0


def lost_in(pdf: FPDF, text: str) -> set[str]:
    """Return the signs of a text that neither font has."""
    fonts: Any = pdf.fonts
    return {
        sign
        for sign in text
        if ord(sign) not in fonts["serif"].cmap and ord(sign) not in fonts["latin"].cmap and not sign.isspace()
    }


def _latin_path() -> Any:
    """Return the font for Latin, Greek and Cyrillic letters that the Chinese one lacks, as names may have."""
    return files("fontpkg_noto_serif") / "files" / "NotoSerif[wdth,wght].ttf"
