"""Lists of members from a spreadsheet: which columns there are, in English or Chinese, and what stands in each line."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.errors import Invalid
from core.i18n import _l
from core.permissions import Role

COLUMNS = {
    "username": ("username", "user name", "user", "login", "用户名", "账号", "帐号", "登录名"),
    "display_name": ("display_name", "display name", "name", "full name", "姓名", "名字", "显示名", "显示名称"),
    "email": ("email", "e-mail", "mail", "e-mail address", "邮箱", "电子邮箱", "邮件", "电子邮件"),
    "branch": ("branch", "支部", "支社", "所属支部", "单位"),
    "role": ("role", "office", "角色", "职务", "身份"),
}

ROLES = {
    Role.MEMBER: ("", "member", "成员", "会员", "社员"),
    Role.INSTRUCTOR: ("instructor", "teacher", "讲师", "教师"),
    Role.MODERATOR: ("moderator", "版主"),
    Role.OFFICER: ("officer", "负责人", "支部负责人"),
    Role.ADMINISTRATOR: ("administrator", "admin", "管理员"),
}

SIZE_MAX = 20_000_000
LINES_MAX = 50_000


class RosterUnreadable(Invalid):
    """The file is no table we can read."""

    message = _l("The file cannot be read as a table (CSV or XLSX).")


class RosterWithoutNames(Invalid):
    """The first line names no column for user names."""

    message = _l("The first line must name the columns; “username” or “用户名” is missing.")


class RoleUnknown(Invalid):
    """A word is no role."""

    message = _l("There is no role “%(role)s”.")


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """One person as the list gives them, with the number of the line."""

    line: int
    username: str
    values: dict[str, str] = field(default_factory=dict)

    def get(self, column: str) -> str:
        """Return what stands in a column, or ``""``."""
        return self.values.get(column, "")


def role_named(word: str) -> Role:
    """Return the role a word means, in English or Chinese; nothing means member.

    Raises:
        RoleUnknown: it is no role.
    """
    folded = word.strip().casefold()
    for role, words in ROLES.items():
        if folded in words:
            return role
    raise RoleUnknown(role=word.strip()[:40])


def read_roster(data: bytes, name: str) -> Iterator[RosterLine]:
    """Read the lines of a CSV or XLSX file; empty ones are left out.

    Raises:
        RosterUnreadable: it is neither, or too large.
        RosterWithoutNames: the first line has no column of user names.
    """
    if len(data) > SIZE_MAX:
        raise RosterUnreadable
    rows = _rows_of_xlsx(data) if name.lower().endswith(".xlsx") or data[:2] == b"PK" else _rows_of_csv(data)
    return _lines(rows)


def _lines(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[RosterLine]:
    columns: list[str] = []
    for number, cells in rows:
        if number > LINES_MAX:
            raise RosterUnreadable
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = [_column(cell) for cell in cells]
            if "username" not in columns:
                raise RosterWithoutNames
            continue
        values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
        yield RosterLine(line=number, username=values.get("username", ""), values=values)
    if not columns:
        raise RosterWithoutNames


def _column(title: str) -> str:
    folded = title.strip().casefold()
    return next((column for column, words in COLUMNS.items() if folded in words), "")


def _rows_of_csv(data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t，", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as fault:
        raise RosterUnreadable from fault


def _decoded(data: bytes) -> str:
    if b"\0" in data[:4096]:
        raise RosterUnreadable
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterUnreadable


def _rows_of_xlsx(data: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- heavy, and few ever upload a table
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 -- as above

    try:
        if sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist()) > SIZE_MAX * 10:
            raise RosterUnreadable
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True, max_col=50), start=1):
            yield number, ["" if value is None else str(value) for value in row]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError) as fault:
        raise RosterUnreadable from fault
