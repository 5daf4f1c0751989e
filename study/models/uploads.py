"""Folders that were sent and wait for their author to look at what they become."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base
from study.models.materials import TITLE_MAX


class FolderUpload(Base):
    """One folder with the files that were kept of it and what was wrong with the others."""

    __tablename__ = "study_folder_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    module: Mapped[str] = mapped_column(String(TITLE_MAX))
    """Where files that lie in no folder go."""
    pieces: Mapped[list[Any]] = mapped_column(default=list)
    faults: Mapped[list[Any]] = mapped_column(default=list)
    """``[name, reason]`` each, in the words of whoever sent them."""
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
