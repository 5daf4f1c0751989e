"""Every route answers every role as the matrix says, and every route is in it."""

import importlib
import pkgutil

import pytest

import tests
from tests.access import ROLES, Row, World


def _rooms():
    for found in pkgutil.walk_packages(tests.__path__, "tests."):
        if found.name.rsplit(".", 1)[-1].startswith("access") and found.name != "tests.access":
            yield importlib.import_module(found.name)


ROOMS = list(_rooms())
ROWS: list[Row] = [row for room in ROOMS for row in room.ROWS]


@pytest.fixture
def world(app, root, branch, other_branch, member, instructor, moderator, officer, administrator) -> World:
    made = World(
        root=root,
        branch=branch,
        other_branch=other_branch,
        member=member,
        instructor=instructor,
        moderator=moderator,
        officer=officer,
        administrator=administrator,
    )
    for room in ROOMS:
        room.furnish(made)
    return made


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
def test_the_route_answers_every_role_as_the_matrix_says(world, client, sign_in, undone, row):
    answered, wrong = {}, []
    for role in ROLES:
        with undone():
            browser = client if role == "visitor" else sign_in(getattr(world, role))
            answer = browser.open(row.url(world), method=row.method, data=row.data(world), buffered=True)
            answered[role] = answer.status_code
            if answer.status_code != getattr(row, role):
                wrong.append(f"{role}: {answer.get_data(as_text=True)[:2000]}")

    assert answered == {role: getattr(row, role) for role in ROLES}, "\n".join(wrong)
