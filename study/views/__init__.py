"""Pages of the study room; importing this adds all of them to the blueprint."""

from flask import Blueprint

bp = Blueprint("study", __name__, url_prefix="/study")

from study.views import (  # noqa: E402 -- the pages need the blueprint
    attempts,
    badges,
    catalogue,
    certificates,
    confirming,
    lessons,
    manage_certificates,
    manage_courses,
    manage_lessons,
    manage_materials,
    manage_quizzes,
    materials,
    media,
    offline,
    playing,
    progress,
    question_imports,
    questions,
    quizzes,
    release,
    reports,
    tasks,
    team,
)

__all__ = [
    "attempts",
    "badges",
    "bp",
    "catalogue",
    "certificates",
    "confirming",
    "lessons",
    "manage_certificates",
    "manage_courses",
    "manage_lessons",
    "manage_materials",
    "manage_quizzes",
    "materials",
    "media",
    "offline",
    "playing",
    "progress",
    "question_imports",
    "questions",
    "quizzes",
    "release",
    "reports",
    "tasks",
    "team",
]
