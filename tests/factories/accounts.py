"""People and branches for tests."""

import secrets
from datetime import timedelta

import factory
from sqlalchemy import select

from accounts.actors import token_hash
from accounts.models import Branch, BranchKind, Grant, Membership, Session, User
from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.permissions import Role


class Factory(factory.alchemy.SQLAlchemyModelFactory):
    """Commits into the test's outer transaction, which is rolled back."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = staticmethod(lambda: db.session)
        sqlalchemy_session_persistence = "commit"


def root_branch() -> Branch:
    """Return the root of the tree, made when it is missing."""
    found = db.session.scalars(select(Branch).where(Branch.parent_id.is_(None))).one_or_none()
    if found is None:
        found = Branch(id=1, path="/1/", slug="society", name=Faces("青禾社", "Qinghe Society"), kind=BranchKind.SITE)
        db.session.add(found)
        db.session.commit()
    return found


class BranchFactory(Factory):
    """A branch below ``parent``, by default below the root."""

    class Meta:
        model = Branch

    id = factory.Sequence(lambda n: n + 1000)
    slug = factory.Sequence(lambda n: f"branch-{n}")
    name = factory.LazyAttribute(lambda o: Faces(f"支部 {o.slug}", f"Branch {o.slug}"))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        parent = kwargs.pop("parent", None) or root_branch()
        kwargs.setdefault("parent_id", parent.id)
        kwargs.setdefault("path", f"{parent.path}{kwargs['id']}/")
        return super()._create(model_class, *args, **kwargs)


class UserFactory(Factory):
    """An active person; ``branch=`` makes them a member of it."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.LazyAttribute(lambda o: f"成员 {o.username}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@xuetan.test")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        branch = kwargs.pop("branch", None)
        user = super()._create(model_class, *args, **kwargs)
        if branch is not None:
            db.session.add(Membership(user_id=user.id, branch_id=branch.id))
            db.session.commit()
        return user


def grant(user: User, role: Role, branch: Branch) -> Grant:
    """Give a person a role in a branch."""
    row = Grant(user_id=user.id, role=role, branch_id=branch.id)
    db.session.add(row)
    db.session.commit()
    return row


def session_for(user: User) -> str:
    """Start a session and return the token its browser holds."""
    token = secrets.token_urlsafe(32)
    db.session.add(Session(token_hash=token_hash(token), user_id=user.id, expires_at=utcnow() + timedelta(hours=12)))
    db.session.commit()
    return token
