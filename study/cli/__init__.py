"""Commands of the study room."""

from study.cli.materials import import_materials
from study.cli.progress import study
from study.cli.questions import import_questions

__all__ = ["import_materials", "import_questions", "study"]
