"""Every route answers every role as the matrix says, and every route is in it."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import tests
from accounts.web import SESSION_COOKIE
from core.buffer import drop_all
from core.limits import forget_all
from core.permissions import Role
from tests.access import ROLES, Row, World
from tests.conftest import inside_a_transaction, undone
from tests.factories.accounts import BranchFactory, UserFactory, grant, root_branch, session_for


def _rooms():
    for found in pkgutil.walk_packages(tests.__path__, "tests."):
        if found.name.rsplit(".", 1)[-1].startswith("access") and found.name != "tests.access":
            yield importlib.import_module(found.name)


ROOMS = list(_rooms())
ROWS: list[Row] = [row for room in ROOMS for row in room.ROWS]


@pytest.fixture(scope="module")
def world(site, tmp_path_factory) -> Iterator[World]:
    """Everybody and everything, made once: whatever an answer writes is taken back before the next question."""
    with inside_a_transaction(site, tmp_path_factory.mktemp("world")):
        root = root_branch()
        branch = BranchFactory(parent=root, slug="east-lake")
        made = World(
            root=root,
            branch=branch,
            other_branch=BranchFactory(parent=root, slug="north-hill"),
            member=UserFactory(username="member", branch=branch),
        )
        for role, place in OFFICES.items():
            person = UserFactory(username=role.value, branch=getattr(made, place))
            grant(person, role, getattr(made, place))
            setattr(made, role.value, person)
        for room in ROOMS:
            room.furnish(made)
        made.sessions = {role: session_for(getattr(made, role)) for role in ROLES if role != "visitor"}
        yield made


OFFICES = {
    Role.INSTRUCTOR: "root",
    Role.MODERATOR: "root",
    Role.OFFICER: "branch",
    Role.ADMINISTRATOR: "root",
}
"""Who holds an office where."""


@pytest.fixture
def ask(site, world):
    """Return ``ask(row, role) -> answer``; limits and buffers begin anew with every row."""
    forget_all()
    drop_all()
    site.extensions["mailer"].sent.clear()

    def act(row: Row, role: str):
        browser = site.test_client()
        if role != "visitor":
            browser.set_cookie(SESSION_COOKIE, world.sessions[role], domain="localhost")
        with undone():
            return browser.open(row.url(world), method=row.method, data=row.data(world), buffered=True)

    return act


def test_every_route_is_in_the_matrix(site):
    known = {(row.endpoint, row.method) for row in ROWS}
    routes = {
        (rule.endpoint, method)
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or ()) - {"HEAD", "OPTIONS"}
    }
    assert routes - known == set()
    assert known - routes == set()


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.method}-{row.endpoint}{'-' + row.note.replace(' ', '-') if row.note else ''}"
)
def test_the_route_answers_every_role_as_the_matrix_says(ask, row):
    answers = {role: ask(row, role) for role in ROLES}
    answered = {role: answer.status_code for role, answer in answers.items()}
    wrong = [
        f"{role}: {answer.get_data(as_text=True)[:2000]}"
        for role, answer in answers.items()
        if answer.status_code != getattr(row, role)
    ]

    assert answered == {role: getattr(row, role) for role in ROLES}, "\n".join(wrong)
