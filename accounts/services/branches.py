"""Shaping the tree of branches."""

import re

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from accounts.enums import BranchKind
from accounts.errors import BranchInsideItself, BranchSlugInvalid, BranchSlugTaken
from accounts.events import BranchMoved
from accounts.models import SLUG_MAX, Branch
from accounts.permissions import AccountPermission
from core.db import db, lock
from core.errors import Denied
from core.faces import Faces
from core.outbox import announce
from core.permissions import Actor, require

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check_slug(text: str) -> str:
    """Return the name of a branch in addresses.

    Raises:
        BranchSlugInvalid: it has other characters than small letters, digits and hyphens between them.
    """
    if not _SLUG.fullmatch(text) or len(text) > SLUG_MAX:
        raise BranchSlugInvalid(allowed=SLUG_MAX)
    return text


def add_branch(
    parent: Branch, *, name: Faces, slug: str, kind: BranchKind, actor: Actor | None, position: int = 0
) -> Branch:
    """Add a branch below another.

    Args:
        parent: what it belongs to.
        name: at least one face.
        slug: its name in addresses.
        kind: what it is called; never ``SITE``.
        actor: who adds it; None is the command line of the machine itself.
        position: its place among its neighbours, smallest first.

    Raises:
        Denied: the actor may not shape the tree there.
        BranchSlugInvalid, BranchSlugTaken: the slug cannot be used.
    """
    if actor is not None:
        require(actor, AccountPermission.MANAGE_BRANCHES, parent.path)
    branch = Branch(
        parent_id=parent.id, path=f"new:{slug}", slug=check_slug(slug), name=name, kind=kind, position=position
    )
    _store(branch)
    branch.path = f"{parent.path}{branch.id}/"  # Only now has it an id.
    db.session.flush()
    return branch


def change_branch(branch: Branch, *, name: Faces, slug: str, kind: BranchKind, position: int, actor: Actor) -> None:
    """Change what a branch is called. The root stays the site.

    Raises:
        Denied: the actor may not shape the tree there.
        BranchSlugInvalid, BranchSlugTaken: the slug cannot be used.
    """
    require(actor, AccountPermission.MANAGE_BRANCHES, branch.path)
    branch.name, branch.slug, branch.position = name, check_slug(slug), position
    if branch.parent_id is not None:
        branch.kind = kind
    _store(branch)


def move_branch(branch: Branch, parent: Branch, actor: Actor) -> None:
    """Hang a branch and all below it elsewhere. Rights and audiences follow from the next request on.

    Raises:
        Denied: the actor may not shape the tree at the old place or the new one; the root stays where it is.
        BranchInsideItself: the new place lies below the branch.
    """
    require(actor, AccountPermission.MANAGE_BRANCHES, branch.path)
    require(actor, AccountPermission.MANAGE_BRANCHES, parent.path)
    if branch.parent_id is None:
        raise Denied
    if parent.path.startswith(branch.path):
        raise BranchInsideItself
    old, new = branch.path, f"{parent.path}{branch.id}/"
    db.session.execute(lock(select(Branch.id).where(Branch.path.startswith(old, autoescape=True))))
    db.session.execute(
        update(Branch)
        .where(Branch.path.startswith(old, autoescape=True))
        .values(path=new + func.substr(Branch.path, len(old) + 1)),
        execution_options={"synchronize_session": False},
    )
    branch.parent_id = parent.id
    db.session.flush()
    db.session.expire_all()  # The paths in memory are the old ones.
    announce(BranchMoved(branch_id=branch.id))


def _store(branch: Branch) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(branch)
    except IntegrityError as clash:
        raise BranchSlugTaken from clash
