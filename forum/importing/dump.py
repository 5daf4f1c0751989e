"""Rows of a MySQL dump, read as a stream: one value after the other, whatever the length of lines and statements."""

import re
from collections.abc import Iterator
from typing import Final, TextIO

from core.i18n import _
from forum.importing.lines import LineRefused

CHUNK: Final = 1 << 18
TOKEN_MAX: Final = 32 * 2**20
"""Characters of one value; a dump with a longer one is damaged or hostile."""

Value = str | None

_TOKEN: Final = re.compile(
    r"""(?P<space>\s++|--(?=[ \t\r\n])[^\n]*+\n?|\#[^\n]*+\n?|/\*(?!!)(?:[^*]++|\*(?!/))*+\*/)
    |(?P<text>'(?:[^'\\]++|\\.|'')*+'(?!')|"(?:[^"\\]++|\\.|"")*+"(?!"))
    |(?P<name>`(?:[^`]++|``)*+`)
    |(?P<hex>0x[0-9A-Fa-f]*+|[xX]'[0-9A-Fa-f]*+')
    |(?P<word>[A-Za-z_][A-Za-z0-9_$]*+|[-+]?[0-9.]++(?:[eE][-+]?[0-9]+)?)
    |(?P<sign>/\*!\d*|\*/|[^'"`])""",
    re.VERBOSE | re.DOTALL,
)
# What a statement that is not wanted is made of, in as few pieces as may be.
_SKIPPED: Final = re.compile(r"[^'\"`;\#/-]++")
_ESCAPED: Final = re.compile(r"\\(.)|''|\"\"", re.DOTALL)
_ESCAPES: Final = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a"}
_NO_COLUMN: Final = frozenset(
    {"PRIMARY", "KEY", "UNIQUE", "INDEX", "FULLTEXT", "SPATIAL", "CONSTRAINT", "FOREIGN", "CHECK"}
)


class Broken(LineRefused):
    """The dump ends within a value or holds something that is no SQL."""


class Scanner:
    """Tokens of a text that is read piece by piece; ``line`` is where the last one ended."""

    def __init__(self, source: TextIO, charset: str) -> None:
        self.source, self.charset = source, charset
        self.buffer, self.place, self.line, self.ended = "", 0, 1, False

    def _more(self) -> None:
        self.buffer, self.place = self.buffer[self.place :], 0
        if len(self.buffer) > TOKEN_MAX:
            raise Broken(_("A value of the dump is too long."))
        # Twice as much each time, so that a long value costs no more than its length.
        piece = self.source.read(max(CHUNK, len(self.buffer)))
        self.ended = not piece
        self.buffer += piece

    def next(self, *, skipping: bool = False) -> tuple[str, str]:
        """Return the next token as (kind, text); ("end", "") at the end.

        Raises:
            Broken: the text ends within a token.
        """
        while True:
            found = self._match(skipping=skipping)
            if found is None:
                return "end", ""
            self.line += found[0].count("\n")
            self.place = found.end()
            if found.lastgroup != "space":
                return found.lastgroup or "junk", found[0]

    def _match(self, *, skipping: bool) -> re.Match[str] | None:
        while True:
            found = _SKIPPED.match(self.buffer, self.place) if skipping else None
            found = found or _TOKEN.match(self.buffer, self.place)
            # What reaches to the end of what was read may go on behind it.
            if found is not None and (self.ended or found.end() < len(self.buffer)):
                return found
            if self.ended:
                if self.place >= len(self.buffer):
                    return None
                raise Broken(_("The dump ends within a value."))
            self._more()

    def skip_statement(self) -> None:
        """Go on behind the next semicolon that is not in a value."""
        while True:
            kind, text = self.next(skipping=True)
            if kind == "end" or text == ";":
                return


def _value(kind: str, text: str, charset: str) -> Value:
    if kind == "text":
        return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]) if found[1] else found[0][0], text[1:-1])
    if kind == "hex":
        digits = text[2:].strip("'")
        return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode(charset, "replace")
    return None if text.upper() in ("NULL", "DEFAULT") else text


def rows(scanner: Scanner, wanted: frozenset[str]) -> Iterator[tuple[str, int, dict[str, Value]]]:
    """Yield (table without its prefix, line, column → value) for every row of the tables whose names end so.

    Raises:
        Broken: the dump is damaged; what came before was good.
    """
    columns: dict[str, list[str]] = {}
    while True:
        kind, text = scanner.next()
        if kind == "end":
            return
        word = text.upper()
        if word in ("CREATE", "INSERT", "REPLACE"):
            yield from _statement(scanner, word, wanted, columns)
        elif text != ";":
            scanner.skip_statement()


def _statement(
    scanner: Scanner, verb: str, wanted: frozenset[str], columns: dict[str, list[str]]
) -> Iterator[tuple[str, int, dict[str, Value]]]:
    table, behind = _table(scanner)
    short = next((name for name in wanted if table == name or table.endswith(f"_{name}")), "")
    if not short or behind[1] == ";":
        if behind[1] != ";":
            scanner.skip_statement()
    elif verb == "CREATE":
        columns[table] = _defined(scanner) if behind[1] == "(" else []
        scanner.skip_statement()
    else:
        names = columns.get(table, [])
        if behind[1] == "(":
            names, behind = _listed(scanner), scanner.next()
        if behind[1].upper() not in ("VALUES", "VALUE"):
            scanner.skip_statement()
        elif names:
            yield from ((short, line, row) for line, row in _tuples(scanner, names))
        else:
            raise Broken(_("The dump does not name the columns of “%(table)s”.", table=table))


def _table(scanner: Scanner) -> tuple[str, tuple[str, str]]:
    """Return the name of the table of a statement, and the token behind it."""
    name = ""
    while True:
        kind, text = scanner.next()
        if kind not in ("word", "name"):
            if text == "." and name:
                continue
            return name, (kind, text)
        if text.upper() in ("VALUES", "VALUE") and kind == "word":
            return name, (kind, text)
        # "INSERT IGNORE INTO a.b", "CREATE TABLE IF NOT EXISTS b": the last name is the table's.
        name = text.strip("`")


def _defined(scanner: Scanner) -> list[str]:
    found, depth, first = [], 1, True
    while depth:
        kind, text = scanner.next()
        if kind == "end":
            raise Broken(_("The dump ends within a value."))
        if first and depth == 1 and (kind == "name" or (kind == "word" and text.upper() not in _NO_COLUMN)):
            found.append(text.strip("`"))
        depth += (text == "(") - (text == ")")
        first = text == "," and depth == 1
    return found


def _listed(scanner: Scanner) -> list[str]:
    found = []
    while (token := scanner.next())[1] != ")":
        if token[0] == "end":
            raise Broken(_("The dump ends within a value."))
        if token[0] in ("name", "word"):
            found.append(token[1].strip("`"))
    return found


def _tuples(scanner: Scanner, names: list[str]) -> Iterator[tuple[int, dict[str, Value]]]:
    while True:
        kind, text = scanner.next()
        if text == "(":
            yield scanner.line, dict(zip(names, _row(scanner), strict=False))
        elif text != ",":
            if kind != "end" and text != ";":
                scanner.skip_statement()
            return


def _row(scanner: Scanner) -> list[Value]:
    """Read the values of one row up to its closing bracket; what is computed is None."""
    values: list[Value] = []
    here: Value = None
    depth = 0
    while True:
        kind, text = scanner.next()
        if kind == "end":
            raise Broken(_("The dump ends within a value."))
        if depth == 0 and text in (",", ")"):
            values.append(here)
            here = None
            if text == ")":
                return values
        elif kind == "sign":
            depth += (text == "(") - (text == ")")
        elif depth == 0 and not (kind == "word" and text.startswith("_")):  # _binary 'x' names a character set.
            here = _value(kind, text, scanner.charset)
