"""Which rows and columns of a course travel. A test compares this with the tables, so that no column is forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from study.models import (
    CertificateRule,
    Course,
    Gate,
    Gradebook,
    GradeItem,
    Lesson,
    LessonMedia,
    Material,
    Meeting,
    Module,
    Picture,
    Question,
    QuestionBank,
    QuestionVersion,
    Quiz,
    QuizSlot,
    Timing,
    WorkBrief,
)

FORMAT, VERSION = "xuetan-course", 1

MOMENTS = {"created_at": "of the site it stands on", "updated_at": "of the site it stands on"}
RENDERED = "rendered anew"
PERSON = "people do not travel"


@dataclass(frozen=True, kw_only=True)
class Table:
    """How the rows of one table travel."""

    name: str
    """Of the list in ``course.json``."""
    model: type[Any]
    owner: str = ""
    """The table whose rows hold these, and the column that says so."""
    link: str = ""
    taken: tuple[str, ...] = ()
    """Columns that travel as they are."""
    points: Mapping[str, str] = field(default_factory=dict)
    """Columns that travel as the number of a row of another table here."""
    special: tuple[str, ...] = ()
    """Columns that travel in a form of their own; ``writing`` and ``reading`` know it."""
    left: Mapping[str, str] = field(default_factory=dict)
    """Columns that stay behind, and why."""
    absent: Mapping[str, Any] = field(default_factory=dict)
    """Columns that files of older sites lack, and what they mean there."""
    order: tuple[str, ...] = ("id",)

    @property
    def has_id(self) -> bool:
        """Tell whether other rows can point at these."""
        return "id" in self.model.__table__.c


TABLES = (
    Table(
        name="course",
        model=Course,
        taken=("slug", "title", "summary", "body", "outcomes", "level", "in_order"),
        special=("audience", "category_id"),
        left={
            "html": RENDERED,
            "state": "an import begins as a draft",
            "published_at": "an import begins as a draft",
            "branch_id": "chosen at the import",
            "created_by_id": PERSON,
            **MOMENTS,
        },
    ),
    Table(
        name="certificates",
        model=CertificateRule,
        owner="course",
        link="course_id",
        taken=("is_on", "title", "hours_tenths", "valid_months"),
        left={"key": "made by each site for itself", **MOMENTS},
        order=("course_id",),
    ),
    Table(
        name="materials",
        model=Material,
        owner="course",
        link="course_id",
        taken=("title", "external_id", "page_count", "language", "state", "fault", "version", "checksum"),
        special=("file_id", "text"),
        left={"created_by_id": PERSON, "origin": "a folder of this site's keepers", **MOMENTS},
    ),
    Table(
        name="pictures",
        model=Picture,
        owner="course",
        link="course_id",
        taken=("name", "alt", "source"),
        special=("file_id",),
        left={
            "thumbnail_id": "made anew",
            "width": "of the small form, made anew",
            "height": "of the small form, made anew",
            "import_id": "files were taken in elsewhere",
            "created_by_id": PERSON,
            "created_at": MOMENTS["created_at"],
        },
    ),
    Table(
        name="timings",
        model=Timing,
        owner="materials",
        link="material_id",
        taken=("length_ms",),
        special=("cues",),
        order=("material_id",),
    ),
    Table(
        name="banks",
        model=QuestionBank,
        owner="course",
        link="course_id",
        taken=("name",),
        left={"shared_with_id": "branches are those of the site", **MOMENTS},
    ),
    Table(
        name="questions",
        model=Question,
        owner="banks",
        link="bank_id",
        taken=("key", "name", "current_version", "state", "folder", "tags", "level"),
        absent={"folder": "", "tags": "", "level": None},
        left={
            "sketch": "told by the content",
            "twin_of_id": "told by the content",
            "import_id": "files were taken in elsewhere",
            **MOMENTS,
        },
    ),
    Table(
        name="versions",
        model=QuestionVersion,
        owner="questions",
        link="question_id",
        taken=("version", "kind", "text", "feedback", "state"),
        special=("options", "answers", "details"),
        absent={"details": {}},
        left={
            "html": RENDERED,
            "feedback_html": RENDERED,
            "render_version": RENDERED,
            "content_hash": "told by the content",
            "created_by_id": PERSON,
            "import_id": "files were taken in elsewhere",
            **MOMENTS,
        },
        order=("question_id", "version"),
    ),
    Table(
        name="quizzes",
        model=Quiz,
        owner="course",
        link="course_id",
        taken=(
            *("title", "pass_thousandths", "attempts_allowed", "time_limit_minutes", "grading", "shuffle"),
            *("delay_minutes", "review", "page_size", "in_order", "mode", "certainty"),
            *("is_anonymous", "is_double", "differ_thousandths"),
        ),
        absent={
            "delay_minutes": 0,
            "review": "at_once",
            "page_size": 10,
            "in_order": False,
            "mode": "test",
            "certainty": "none",
            "is_anonymous": False,
            "is_double": False,
            "differ_thousandths": 100,
        },
        left={
            "is_discussed": "threads do not travel",
            "opens_at": "set for those who took it then",
            "closes_at": "set for those who took it then",
            "extended_to": "set for those who took it then",
            "released_at": "set for those who took it then",
            "bands": "their HTML is made here, from what authors type",
            "password": "no secret travels in a file",
            **MOMENTS,
        },
    ),
    Table(
        name="slots",
        model=QuizSlot,
        owner="quizzes",
        link="quiz_id",
        taken=("position", "max_mark", "draw_folder", "draw_tag", "draw_level"),
        absent={"draw_bank_id": None, "draw_folder": "", "draw_tag": "", "draw_level": None},
        points={"question_id": "questions", "fixed_version_id": "versions", "draw_bank_id": "banks"},
        order=("quiz_id", "position", "id"),
    ),
    Table(
        name="modules",
        model=Module,
        owner="course",
        link="course_id",
        taken=("title", "position"),
        left=MOMENTS,
        order=("position", "id"),
    ),
    Table(
        name="lessons",
        model=Lesson,
        owner="modules",
        link="module_id",
        taken=("kind", "title", "body", "minutes", "position", "url", "completion", "completion_number"),
        points={"material_id": "materials", "quiz_id": "quizzes"},
        left={
            "html": RENDERED,
            "render_version": RENDERED,
            "text_changed_at": "of the site it stands on",
            **MOMENTS,
        },
        order=("module_id", "position", "id"),
    ),
    Table(
        name="lesson_media",
        model=LessonMedia,
        owner="lessons",
        link="lesson_id",
        points={"subtitles_zh_id": "materials", "subtitles_en_id": "materials"},
        special=("chapters",),
        order=("lesson_id",),
    ),
    Table(
        name="briefs",
        model=WorkBrief,
        owner="lessons",
        link="lesson_id",
        taken=("pass_percent", "may_repeat"),
        special=("rubric",),
        left={"due_at": "set for those who took it then"},
        order=("lesson_id",),
    ),
    Table(
        name="meetings",
        model=Meeting,
        owner="lessons",
        link="lesson_id",
        taken=("place", "link", "seats"),
        left={"starts_at": "set for those who took it then", "code": "made by each site for itself"},
        order=("lesson_id",),
    ),
    Table(
        name="gates",
        model=Gate,
        owner="course",
        link="course_id",
        taken=("opens_at", "quiz_percent"),
        points={
            "module_id": "modules",
            "lesson_id": "lessons",
            "after_lesson_id": "lessons",
            "quiz_lesson_id": "lessons",
        },
        left={
            "after_course_id": "other courses are not in the file",
            "branch_id": "branches are those of the site",
            "is_personal": "told by the rest",
            "is_told": "told by the clock",
        },
    ),
    Table(
        name="gradebook",
        model=Gradebook,
        owner="course",
        link="course_id",
        taken=("empty",),
        left={"settled_at": MOMENTS["created_at"], "settled_by_id": PERSON},
        order=("course_id",),
    ),
    Table(
        name="grade_items",
        model=GradeItem,
        owner="course",
        link="course_id",
        taken=("title", "max_mark", "weight", "is_hidden"),
        points={"quiz_id": "quizzes", "lesson_id": "lessons"},
        left={"due_at": "set for those who took it then", **MOMENTS},
    ),
)

ADDED = frozenset({"pictures", "gradebook", "grade_items"})
"""Tables that older files do not name; they hold nothing then."""

BY_NAME = {table.name: table for table in TABLES}
