"""Reads what stands on the front page of a course beside its lessons: team, editions, news, days; one query."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, case, cast, func, literal, select, union_all

from accounts.models import User, UserState
from core.db import db
from core.faces import Faces, FacesType
from core.permissions import Actor
from study.enums import CourseState, LessonKind, TeamRole
from study.models import (
    Announcement,
    Certificate,
    CertificateRule,
    Course,
    Edition,
    Lesson,
    Meeting,
    Module,
    Seat,
    TeamMember,
    WorkBrief,
)
from study.permissions import readable_courses
from study.queries.works import has_handed_in, is_sent_back

NEWS = 2
"""Announcements that stand on the page of a course; the others have a page of their own."""


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """Somebody of the team, or without a part in it the author."""

    role: TeamRole | None
    username: str
    display_name: str


@dataclass(frozen=True, kw_only=True)
class Sibling:
    """The edition before or after a course."""

    slug: str
    title: Faces
    state: CourseState
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class News:
    """An announcement as the page of the course shows it."""

    id: int
    title: Faces
    html: Faces
    at: datetime


@dataclass(frozen=True, kw_only=True)
class LessonDay:
    """When an assignment is due or a meeting begins, and what the reader has to do with it."""

    at: datetime | None
    is_handed_in: bool
    is_sent_back: bool
    """It was handed in, but not accepted, and may be done once more."""
    is_signed_up: bool
    is_waiting: bool


@dataclass(kw_only=True)
class Front:
    """What a course's page shows of people and editions."""

    team: list[Teacher] = field(default_factory=list)
    """Who teaches; of a course without a team whoever wrote it."""
    older: Sibling | None = None
    newer: Sibling | None = None
    news: list[News] = field(default_factory=list)
    """The latest announcements, the newest first."""
    gives_certificate: bool = False
    certificate: str = ""
    """The number of the reader's own certificate."""
    days: dict[int, LessonDay] = field(default_factory=dict)
    """Of each assignment and meeting, by its lesson."""


def course_front(course: Course, reader: Actor) -> Front:
    """Return what stands beside the lessons of a course. An edition is named to those who may read it."""
    front = Front()
    parts = [*_team(course), *_editions(course, reader), _news(course), _certificate(course, reader)]
    parts += [_hand_ins(course, reader), _meetings(course, reader)]
    for row in db.session.execute(union_all(*parts)):
        if row.kind == "news":
            front.news.append(News(id=int(row.slug), title=row.title, html=row.html, at=row.at))
        elif row.kind == "day":
            front.days[int(row.slug)] = LessonDay(
                at=row.at,
                is_handed_in=row.word == "handed_in",
                is_sent_back=row.word == "sent_back",
                is_signed_up=row.word == "seat",
                is_waiting=row.word == "waiting",
            )
        elif row.kind == "certificate":
            front.gives_certificate, front.certificate = row.name == "1", row.slug
        elif row.kind == "team":
            role = TeamRole(row.word) if row.word else None
            front.team.append(Teacher(role=role, username=row.slug, display_name=row.name))
        else:
            sibling = Sibling(slug=row.slug, title=row.title, state=CourseState(row.word), at=row.at)
            setattr(front, row.kind, sibling)
    front.news.sort(key=lambda one: one.id, reverse=True)
    front.team = [one for one in front.team if one.role] or front.team
    front.team.sort(key=lambda one: one.role is not TeamRole.INSTRUCTOR)
    return front


def _team(course: Course) -> list[Any]:
    people = select(
        literal("team").label("kind"),
        User.username.label("slug"),
        literal(None, FacesType()).label("title"),
        literal(None, FacesType()).label("html"),
        User.display_name.label("name"),
        func.coalesce(cast(TeamMember.role, String), "").label("word"),
        TeamMember.added_at.label("at"),
    ).where(User.state == UserState.ACTIVE)
    of_it = (TeamMember.user_id == User.id) & (TeamMember.course_id == course.id)
    return [
        people.join(TeamMember, of_it),
        people.outerjoin(TeamMember, of_it).where(User.id == course.created_by_id, TeamMember.user_id.is_(None)),
    ]


def _editions(course: Course, reader: Actor) -> list[Any]:
    """Select the two editions beside a course; a newer one that is not published yet is for those who teach."""
    columns = (
        Course.slug,
        Course.title,
        literal(None, FacesType()),
        literal(""),
        cast(Course.state, String),
        Course.published_at,
    )
    older = (
        select(literal("older"), *columns)
        .join(Edition, Edition.of_course_id == Course.id)
        .where(Edition.course_id == course.id, readable_courses(reader))
    )
    newer = (
        select(literal("newer"), *columns)
        .join(Edition, Edition.course_id == Course.id)
        .where(Edition.of_course_id == course.id, readable_courses(reader))
    )
    return [older, newer]


def _news(course: Course) -> Any:
    latest = (
        select(
            literal("news"),
            cast(Announcement.id, String),
            Announcement.title,
            Announcement.html,
            literal(""),
            literal(""),
            Announcement.created_at,
        )
        .where(Announcement.course_id == course.id)
        .order_by(Announcement.id.desc())
        .limit(NEWS)
        .subquery()
    )
    return select(latest)


def _certificate(course: Course, reader: Actor) -> Any:
    """Select whether the course gives a certificate and the number of the reader's own, as one row."""
    mine = (Certificate.course_id == Course.id) & (Certificate.user_id == (reader.id or 0))
    return (
        select(
            literal("certificate"),
            func.coalesce(Certificate.number, ""),
            literal(None, FacesType()),
            literal(None, FacesType()),
            case((CertificateRule.is_on, "1"), else_=""),
            literal(""),
            Course.published_at,
        )
        .select_from(Course)
        .outerjoin(CertificateRule, CertificateRule.course_id == Course.id)
        .outerjoin(Certificate, mine)
        .where(Course.id == course.id)
    )


def _hand_ins(course: Course, reader: Actor) -> Any:
    word = case((is_sent_back(reader), "sent_back"), (has_handed_in(reader), "handed_in"), else_="")
    return _of_lessons(course, LessonKind.ASSIGNMENT, word, WorkBrief.due_at).outerjoin(
        WorkBrief, WorkBrief.lesson_id == Lesson.id
    )


def _meetings(course: Course, reader: Actor) -> Any:
    mine = (Seat.lesson_id == Lesson.id) & (Seat.user_id == (reader.id or 0)) & Seat.signed_up_at.is_not(None)
    word = case((Seat.is_waiting, "waiting"), (Seat.user_id.is_not(None), "seat"), else_="")
    return (
        _of_lessons(course, LessonKind.MEETING, word, Meeting.starts_at)
        .outerjoin(Meeting, Meeting.lesson_id == Lesson.id)
        .outerjoin(Seat, mine)
    )


def _of_lessons(course: Course, kind: LessonKind, word: Any, at: Any) -> Any:
    """Select a day and a word of each lesson of a kind."""
    return (
        select(
            literal("day"),
            cast(Lesson.id, String),
            literal(None, FacesType()),
            literal(None, FacesType()),
            literal(""),
            word,
            at,
        )
        .select_from(Lesson)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.course_id == course.id, Lesson.kind == kind)
    )
