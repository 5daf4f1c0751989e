"""Points as they were derived, so that branches can be added up. Nothing is written while they are off."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class PointDay(Base):
    """The points of one member on one day where the site is."""

    __tablename__ = "study_point_days"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    points: Mapped[int]


class BranchPoints(Base):
    """The points of the members of a branch and below it in the last weeks, as a mean and a median."""

    __tablename__ = "study_branch_points"

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id", ondelete="CASCADE"), primary_key=True)
    members: Mapped[int]
    mean_tenths: Mapped[int]
    median_tenths: Mapped[int]
    may_show: Mapped[bool]
    """Whether they tell about enough people, also beside those of the branches around."""
