"""Commands of the study room."""

from study.cli.courses import export_course, import_course_file
from study.cli.materials import import_materials
from study.cli.points import rebuild_points
from study.cli.progress import study
from study.gradebook.cli import export_grades
from study.quiz.cli import export_questions, import_questions

__all__ = [
    "export_course",
    "export_grades",
    "export_questions",
    "import_course_file",
    "import_materials",
    "import_questions",
    "rebuild_points",
    "study",
]
