"""Fills in courses with their lessons and documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from sqlalchemy import select

from app.sample.making import PICTURES, SOUNDS
from app.sample.people import Cast
from app.sample.quizzes import SampleQuiz, fill_quiz
from app.sample.reading import HERE, LessonText, faces, lesson_text, linked_faces, load
from core.attachments import Prepared, prepare_picture
from core.db import db
from core.faces import Faces
from core.files import File, store
from core.permissions import Actor
from study import urls
from study.enums import LessonKind, Level, TeamRole
from study.models import Course, Lesson, Material, Module
from study.release import Terms
from study.services import certificates, courses, lessons, materials
from study.services.gates import set_terms
from study.services.pictures import add_picture
from study.services.team import add_to_team

SLUGS = ("open-branch", "winter-safety", "east-lake-hall", "notice-board")
SIGNS_A_MINUTE = 220
"""How many Chinese characters of such a text are read in a minute, tables and sums included."""

DOCUMENT_MINUTES, QUIZ_MINUTES, SOUND_MINUTES = 4, 8, 2


@dataclass
class Library:
    """What stands in the courses: ids by key, and the addresses that texts link to."""

    lessons: dict[str, int] = field(default_factory=dict)
    quizzes: dict[str, SampleQuiz] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """What lies beside the uploads; its rows are not saved yet."""

    files: Mapping[str, File]
    pictures: Mapping[str, Prepared]


def keep_files() -> Kept:
    """Put the sample's documents, recordings and pictures beside the uploads. Do it before the transaction."""
    plans = [load("courses", slug, "course.toml") for slug in SLUGS]
    names = [name for plan in plans for name in plan.get("files", {}).values()]
    names += [name for plan in plans for parts in plan.get("sounds", {}).values() for name in parts.values()]
    # They are our own: a look at each in a process of its own would only keep the first start waiting.
    files = {name: store(_content(name), name) for name in sorted(names)}
    shown = [name for plan in plans for name in plan.get("pictures", ())]
    return Kept(files, {name: prepare_picture(PICTURES[name](), f"{name}.png") for name in shown})


def _content(name: str) -> BytesIO:
    return SOUNDS[name]() if name in SOUNDS else BytesIO(HERE.joinpath("files", name).read_bytes())


def fill_courses(cast: Cast, kept: Kept, board_addresses: Mapping[str, str]) -> Library:
    """Write all courses, publish them and join their texts by links."""
    library = Library(addresses={**board_addresses, **{f"course:{slug}": urls.for_course(slug) for slug in SLUGS}})
    drafts = [_Draft(cast, slug, library, kept) for slug in SLUGS]
    for draft in drafts:
        draft.outline()
    # A lesson may link to one that comes later, so texts follow when all have their addresses.
    for draft in drafts:
        draft.write()
    return library


class _Draft:
    """One course in the making."""

    def __init__(self, cast: Cast, slug: str, library: Library, kept: Kept) -> None:
        self.slug = slug
        self.library = library
        self.files, self.pictures = kept.files, kept.pictures
        self.plan = load("courses", slug, "course.toml")
        self.actor: Actor = cast.actor(self.plan["owner"])
        self.course: Course = courses.create_course(
            self.actor,
            cast.branches[self.plan["branch"]],
            slug,
            self._content(Faces(), cast.audience(self.plan["audience"])),
        )
        self.pages: dict[str, Lesson] = {}

    def _content(self, body: Faces, audience: str) -> courses.CourseContent:
        return courses.CourseContent(
            title=faces(self.plan["title"]),
            summary=faces(self.plan["summary"]),
            body=body,
            audience=audience,
            category=courses.category_named(faces(self.plan["subject"])),
            in_order=False,
            outcomes=faces(self.plan["outcomes"]),
            level=Level(self.plan["level"]),
        )

    def outline(self) -> None:
        """Lay out modules and lessons with their titles."""
        for name in self.plan.get("pictures", ()):
            picture = add_picture(self.course, self.actor, self.pictures[name], "")
            self.library.addresses[f"picture:{name}"] = urls.for_picture(picture.id)
        for entry in self.plan["modules"]:
            module = lessons.add_module(self.course, self.actor, faces(entry["title"]))
            for key in entry["lessons"]:
                self._add(module, key)
            if "quiz" in entry:
                self._add_quiz(module, entry["quiz"])

    def _add(self, module: Module, key: str) -> None:
        text = lesson_text(self.slug, key)
        lesson = lessons.add_lesson(module, self.actor, self._lesson(key, text, Faces()))
        self.pages[key] = lesson
        self.library.lessons[key] = lesson.id
        self.library.addresses[f"lesson:{key}"] = urls.for_lesson(lesson.id)

    def _lesson(self, key: str, text: LessonText, body: Faces) -> lessons.LessonContent:
        name = self.plan.get("files", {}).get(key)
        if parts := self.plan.get("sounds", {}).get(key):
            return self._sound(text.title, body, parts)
        return lessons.LessonContent(
            kind=LessonKind.DOCUMENT if name else LessonKind.PAGE,
            title=text.title,
            body=body,
            minutes=DOCUMENT_MINUTES if name else max(2, round(len(text.body.zh) / SIGNS_A_MINUTE)),
            material_id=self._material(name, text.title) if name else None,
        )

    def _sound(self, title: Faces, body: Faces, parts: Mapping[str, str]) -> lessons.LessonContent:
        """Return a recording with its subtitles."""
        ids = {part: self._material(name, Faces.of(name, "en")) for part, name in parts.items()}
        return lessons.LessonContent(
            kind=LessonKind.AUDIO,
            title=title,
            body=body,
            minutes=SOUND_MINUTES,
            material_id=ids["sound"],
            subtitles_zh_id=ids["zh"],
            subtitles_en_id=ids["en"],
        )

    def _material(self, name: str, title: Faces) -> int:
        file = self.files[name]
        arrival = materials.Arrival(
            external_id=name, title=title.all().replace("\n", " / "), checksum=file.sha256, file=file
        )
        materials.take_in(self.course.id, [arrival], self.actor.id)
        found = select(Material.id).where(Material.course_id == self.course.id, Material.external_id == name)
        return db.session.scalars(found).one()

    def _add_quiz(self, module: Module, key: str) -> None:
        plan: dict[str, Any] = load("courses", self.slug, "quizzes", f"{key}.toml")
        quiz = fill_quiz(self.course, self.actor, plan)
        self.library.quizzes[key] = quiz
        lessons.add_lesson(
            module,
            self.actor,
            lessons.LessonContent(
                kind=LessonKind.QUIZ,
                title=faces(plan["title"]),
                body=faces(plan["summary"]),
                minutes=plan.get("minutes", QUIZ_MINUTES),
                quiz_id=quiz.quiz_id,
            ),
        )

    def write(self) -> None:
        """Fill in the texts and publish."""
        addresses = self.library.addresses
        for key, lesson in self.pages.items():
            text = lesson_text(self.slug, key)
            lessons.edit_lesson(lesson, self.actor, self._lesson(key, text, linked_faces(text.body, addresses)))
        body = linked_faces(faces(self.plan["body"]), addresses)
        courses.edit_course(self.course, self.actor, self._content(body, self.course.audience))
        courses.publish(self.course, self.actor)
        for role, username in self.plan.get("team", {}).items():
            add_to_team(self.course, self.actor, username, TeamRole(role))
        for key, other in self.plan.get("after", {}).items():
            set_terms(self.pages[key], self.actor, Terms(after_lesson_id=self.pages[other].id))
        if "certificate" in self.plan:
            certificates.set_rule(self.course, self.actor, _certificate(self.plan["certificate"]))


def _certificate(plan: Mapping[str, Any]) -> certificates.RuleContent:
    return certificates.RuleContent(
        is_on=True,
        title=faces(plan["title"]),
        hours_tenths=round(plan["hours"] * 10),
        valid_months=plan.get("valid_months"),
    )
