"""Reads the files of materials in a child process and keeps what was found; no transaction waits for it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core import files
from core.db import db, lock, transaction
from study.enums import ExtractionFault, MaterialState
from study.extraction import Extracted, Unreadable, runner
from study.models import Material
from study.queries.readings import is_outdated
from study.services import materials as services
from study.services.readings import keep_pictures


def read_arrived(material_id: int) -> None:
    """Read a file that has arrived; one whose words came along, as in the file of a course, is made fit to be shown."""
    if not read_file(material_id) and is_outdated(material_id):
        read_file(material_id, state=MaterialState.READY)


def read_file(material_id: int, *, state: MaterialState = MaterialState.WAITING) -> bool:
    """Read the file of a material that is in this state; tell whether anything was kept.

    What was deleted or got another file meanwhile is left alone. Words that were read once stay when they cannot be
    read again.
    """
    wanted = select(Material).options(joinedload(Material.file))
    material = db.session.scalars(wanted.where(Material.id == material_id, Material.state == state)).one_or_none()
    if material is None or material.file is None:
        return False
    file_id, path, media_type = material.file_id, files.path_of(material.file), material.file.media_type
    db.session.rollback()  # Reading may take minutes; the database is not kept waiting for it.
    found: Extracted | None = None
    fault: ExtractionFault | None = None
    try:
        found = runner.read(path, media_type)
    except Unreadable as error:
        fault = error.fault
    pictures = keep_pictures(found)
    with transaction():
        again = select(Material).where(Material.id == material_id, Material.file_id == file_id, Material.state == state)
        row = db.session.scalars(lock(again)).one_or_none()
        if row is None:
            return False
        if found is not None:
            services.note_text(row, found, pictures)
        elif fault is not None and state is MaterialState.WAITING:
            services.note_fault(row, fault)
    return found is not None
