"""What search may know of people and branches: their names."""

from collections.abc import Collection

from sqlalchemy import func, or_, select

from accounts.models import Branch, User
from core.db import db
from core.documents import register_names
from core.faces import Faces


class AuthorNames:
    """What members are called."""

    facet = "author"

    def names(self, values: Collection[str]) -> dict[str, Faces]:
        """Return how these members show themselves."""
        rows = db.session.execute(select(User.username, User.display_name).where(User.username.in_(values)))
        return {row.username: Faces(row.display_name) for row in rows}

    def called(self, name: str) -> str:
        """Return the name for signing in of the member with this name, whichever of the two it is."""
        is_named = or_(User.username_key == name.lower(), func.lower(User.display_name) == name.lower())
        # Who has it for signing in comes first.
        statement = select(User.username).where(is_named).order_by(User.username_key != name.lower(), User.id)
        return db.session.scalar(statement.limit(1)) or ""


class BranchNames:
    """What branches are called."""

    facet = "branch"

    def names(self, values: Collection[str]) -> dict[str, Faces]:
        """Return the names of the branches with these ids."""
        ids = [int(value) for value in values if value.isdecimal()]
        rows = db.session.execute(select(Branch.id, Branch.name).where(Branch.id.in_(ids)))
        return {str(row.id): row.name for row in rows}

    def called(self, name: str) -> str:
        """Return the id of the branch with this name."""
        rows = db.session.execute(select(Branch.id, Branch.name).order_by(Branch.id)).all()
        return next((str(row.id) for row in rows if row.name.is_called(name)), "")


def register() -> None:
    """Offer it; called once."""
    register_names(AuthorNames())
    register_names(BranchNames())
