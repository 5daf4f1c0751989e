"""Commands that enter people."""

import io
import json

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from sqlalchemy import select

from accounts import passwords
from accounts.cli import users
from accounts.models import Grant, Membership, User
from core.db import db
from core.permissions import Role
from tests.accounts.conftest import PASSWORD


@pytest.fixture
def run(app, branch):
    """Return ``run(*arguments, input=…) -> result``."""
    return lambda *arguments, **more: CliRunner().invoke(users, [str(one) for one in arguments], **more)


def _usernames():
    return set(db.session.scalars(select(User.username)))


def test_person_with_a_password_from_standard_input(run, branch):
    result = run("add", "zhaomin", "--role", "officer", "--branch", branch.slug, "--password-stdin", input=PASSWORD)

    assert result.exit_code == 0, result.output
    user = db.session.scalars(select(User)).one()
    assert passwords.is_right(PASSWORD, user.password_hash)
    assert db.session.scalars(select(Grant.role)).all() == [Role.OFFICER]
    assert db.session.scalars(select(Membership.branch_id)).all() == [branch.id]
    assert PASSWORD not in result.output


def test_person_without_a_password_gets_a_link_that_works(run, branch, client):
    result = run("add", "admin", "--branch", branch.slug, "--display-name", "赵敏", "--json")

    path = json.loads(result.stdout)["link"].removeprefix("http://xuetan.test")
    page = client.get(path)
    assert page.status_code == 200
    assert "赵敏" in page.text
    assert db.session.scalars(select(User.password_hash)).one() is None


@pytest.mark.parametrize(
    "arguments",
    [("a b",), ("member",), ("x", "--email", "nobody"), ("newname", "--email", "member@xuetan.test")],
)
def test_refused_person_is_not_made(run, member, branch, arguments):
    result = run("add", *arguments, "--branch", branch.slug)

    assert result.exit_code == 1
    assert _usernames() == {"member"}


def test_unknown_branch_and_weak_password_are_refused(run, branch):
    assert run("add", "zhaomin", "--branch", "nowhere").exit_code == 1
    assert run("add", "zhaomin", "--branch", branch.slug, "--password-stdin", input="1234567890\n").exit_code == 1
    assert _usernames() == set()


def test_unknown_role_is_wrong_usage(run, branch):
    assert run("add", "zhaomin", "--role", "emperor", "--branch", branch.slug).exit_code == 2


LIST = "用户名,姓名,邮箱,支部,角色\nzhaomin,赵敏,zm@example.org,east-lake,支部负责人\n\nliwen,李文,,east-lake,成员\n"


def test_chinese_list_is_entered_once(run, branch, tmp_path):
    path = tmp_path / "members.csv"
    path.write_text(LIST, "utf-8-sig")

    first, second = run("import", path, "--json"), run("import", path, "--json")

    assert first.exit_code == second.exit_code == 0
    report = json.loads(first.stdout)
    assert [(row["line"], row["username"]) for row in report["imported"]] == [(2, "zhaomin"), (4, "liwen")]
    assert all(row["link"].startswith("http://xuetan.test/account/set-up/") for row in report["imported"])
    assert {name: len(rows) for name, rows in json.loads(second.stdout).items()} == {
        "imported": 0,
        "known": 2,
        "refused": 0,
    }
    user = db.session.scalars(select(User).where(User.username == "zhaomin")).one()
    assert (user.display_name, user.email) == ("赵敏", "zm@example.org")
    assert db.session.scalars(select(Grant.user_id)).all() == [user.id]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_usual_encodings_are_read(run, branch, tmp_path, encoding):
    path = tmp_path / "members.csv"
    path.write_text(LIST, encoding)

    result = run("import", path)

    assert result.exit_code == (1 if encoding == "utf-16" else 0)
    assert _usernames() == (set() if encoding == "utf-16" else {"zhaomin", "liwen"})


def test_spreadsheet_is_read(run, branch, tmp_path):
    book = Workbook()
    book.active.append(["Role", "Branch", "Name", "Username", "Shoe size"])
    book.active.append(["member", branch.slug, 42, "liwen", 41])
    book.save(tmp_path / "members.xlsx")

    result = run("import", tmp_path / "members.xlsx", "--json")

    assert result.exit_code == 0, result.output
    assert db.session.scalars(select(User.display_name)).one() == "42"


def test_faulty_lines_are_named_and_the_others_kept(run, member, branch, tmp_path):
    path = tmp_path / "members.csv"
    path.write_text(
        "username;email;branch;role\n"
        "good;good@example.org;east-lake;\n"
        "bad name;;east-lake;\n"
        "second;nobody;east-lake;\n"
        "third;;nowhere;\n"
        "fourth;;east-lake;emperor\n"
        "fifth;good@example.org;east-lake;\n"
        "MEMBER;other@example.org;east-lake;\n"
        '"six\nth";;east-lake;\n'
    )

    result = run("import", path, "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [row["line"] for row in report["imported"]] == [2]
    assert [row["line"] for row in report["refused"]] == [3, 4, 5, 6, 7, 8, 10]
    assert all(row["error"] for row in report["refused"])
    assert _usernames() == {"good", "member"}


def _bomb() -> bytes:
    stream = io.BytesIO()
    Workbook().save(stream)
    return stream.getvalue()[:-40]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("members.csv", b""),
        ("members.csv", b"\0\0\0"),
        ("members.csv", b"name,email\nx,y\n"),
        ("members.csv", b"username\n" + b'"' + b"x" * 200_000),
        ("members.xlsx", b"PK\x03\x04 no zip"),
        ("members.xlsx", b"plain text"),
        ("members.xlsx", _bomb()),
    ],
)
def test_unreadable_list_is_refused_whole(run, tmp_path, name, data):
    (tmp_path / name).write_bytes(data)

    result = run("import", tmp_path / name)

    assert result.exit_code == 1
    assert _usernames() == set()
