"""Facts about the site that are kept in its database, such as being a demonstration."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Json, db
from core.upserts import upsert


class SiteSetting(Base):
    """One named value."""

    __tablename__ = "core_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json)


def get(name: str, default: Any = None) -> Any:
    """Return the value kept under a name."""
    row = db.session.execute(select(SiteSetting.value).where(SiteSetting.name == name)).first()
    return default if row is None else row.value


def put(name: str, value: Any) -> None:
    """Keep a value under a name, inside the present transaction."""
    db.session.execute(upsert(SiteSetting, {"name": name, "value": value}, ["name"], ["value"]))
