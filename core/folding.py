"""Chinese in two scripts and several widths, folded so that each form finds the other."""

import unicodedata
from importlib.resources import files
from typing import Final


def _simplified() -> dict[int, str]:
    """Return traditional → simplified, one character to one."""
    table: dict[int, str] = {}
    lines = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8").splitlines()
    for line in lines:
        source, _, targets = line.partition("\t")
        target = targets.split(" ", 1)[0].strip()
        if len(source) == len(target) == 1 and source != target:
            table[ord(source)] = target
    return table


_SIMPLIFIED: Final = _simplified()


def simplify(text: str) -> str:
    """Return the text in simplified characters."""
    return text.translate(_SIMPLIFIED)


def fold_script(text: str) -> str:
    """Return the text in compatibility form and simplified characters, capitals kept."""
    return simplify(unicodedata.normalize("NFKC", text))
