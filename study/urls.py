"""Links to the pages of the study room, as plain functions: cheap enough for loops."""

from datetime import date
from urllib.parse import quote, urlencode

HOME = "/study/"
CALENDAR = "/study/calendar"
PROGRESS = "/study/progress"
HOURS = "/study/progress/hours"
MANAGE = "/study/manage/"
REPORTS = "/study/reports/"
CERTIFICATES = "/study/certificates/"
TASKS = "/study/assigned/"
BADGE_ISSUER = "/study/badges/issuer"


def for_course(slug: str) -> str:
    """Return the page of a course."""
    return f"/study/courses/{slug}"


def for_lesson(lesson_id: int) -> str:
    """Return the page of a lesson."""
    return f"/study/lessons/{lesson_id}"


def for_quiz(quiz_id: int) -> str:
    """Return the page of a quiz."""
    return f"/study/quizzes/{quiz_id}"


def for_material(material_id: int) -> str:
    """Return the page of a material; pages of it are ``#page-1`` and so on."""
    return f"/study/materials/{material_id}"


def for_file(material_id: int, *, download: bool = False) -> str:
    """Return the original file of a material."""
    return f"/study/materials/{material_id}/file{'?download=1' if download else ''}"


def for_version(material_id: int, number: int) -> str:
    """Return the file that a material had as one of its versions."""
    return f"/study/materials/{material_id}/versions/{number}"


def try_again(lesson_id: int, number: int, place: str) -> str:
    """Return the place in a lesson that asks a question, as if it were not answered yet."""
    return f"/study/lessons/{lesson_id}?again={number}{f'#{place}' if place else ''}"


def for_picture(picture_id: int) -> str:
    """Return a picture as it was sent, in a size for screens."""
    return f"/study/pictures/{picture_id}"


def for_thumbnail(picture_id: int) -> str:
    """Return the small form of a picture, which texts show."""
    return f"/study/pictures/{picture_id}/thumbnail"


def to_pictures(slug: str) -> str:
    """Return where scripts send pictures for a course."""
    return f"/study/manage/courses/{slug}/pictures"


def for_catalogue(**filters: str | int) -> str:
    """Return the catalogue under filters; empty ones are left out."""
    query = urlencode({name: value for name, value in filters.items() if value})
    return f"{HOME}?{query}" if query else HOME


def to_manage(slug: str) -> str:
    """Return the page on which a course is written."""
    return f"/study/manage/courses/{slug}"


def for_programme(slug: str) -> str:
    """Return the page of a programme."""
    return f"/study/programmes/{slug}"


def to_manage_programme(slug: str) -> str:
    """Return the page on which a programme is written."""
    return f"/study/manage/programmes/{slug}"


def to_copy(slug: str) -> str:
    """Return the form that copies a course."""
    return f"/study/manage/courses/{slug}/copy"


def for_announcements(slug: str) -> str:
    """Return the announcements of a course."""
    return f"/study/courses/{slug}/announcements"


def for_announcement(slug: str, announcement_id: int) -> str:
    """Return one announcement among those of its course."""
    return f"/study/courses/{slug}/announcements#announcement-{announcement_id}"


def to_announce(slug: str) -> str:
    """Return the form of a new announcement."""
    return f"/study/manage/courses/{slug}/announcements"


def to_announcement(announcement_id: int) -> str:
    """Return the form of an announcement."""
    return f"/study/manage/announcements/{announcement_id}"


def for_calendar_file(token: str) -> str:
    """Return the secret address of a member's calendar."""
    return f"/study/calendar/{token}.ics"


def to_folder(slug: str) -> str:
    """Return the form that sends a folder."""
    return f"/study/manage/courses/{slug}/folder"


def to_upload(upload_id: int) -> str:
    """Return what a folder that was sent becomes."""
    return f"/study/manage/uploads/{upload_id}"


def to_team(slug: str) -> str:
    """Return the team of a course."""
    return f"/study/manage/courses/{slug}/team"


def to_edit_module(module_id: int) -> str:
    """Return the form of a module."""
    return f"/study/manage/modules/{module_id}"


def to_add_lesson(module_id: int) -> str:
    """Return the form of a new lesson of a module."""
    return f"/study/manage/modules/{module_id}/lessons"


def to_edit_lesson(lesson_id: int) -> str:
    """Return the form of a lesson."""
    return f"/study/manage/lessons/{lesson_id}"


def for_passage(lesson_id: int, mark: str) -> str:
    """Return where a lesson is opened at a passage, wherever that stands by then."""
    return f"/study/lessons/{lesson_id}/passages/{mark}"


def for_note(lesson_id: int, mark: str) -> str:
    """Return one's own note at a passage of a lesson, or at the mark of the whole."""
    return f"/study/lessons/{lesson_id}/notes/{mark}"


def for_notes(course: str = "", *, markdown: bool = False) -> str:
    """Return all of one's own notes, of one course or of all, as a page or as Markdown."""
    return f"/study/notes{'.md' if markdown else ''}{f'?course={course}' if course else ''}"


def for_hours(first: date, last: date, *, csv: bool = False) -> str:
    """Return the proof of one's own hours in a period, as a page or as a table."""
    return f"{HOURS}{'.csv' if csv else ''}?first={first.isoformat()}&last={last.isoformat()}"


def to_learners(lesson_id: int) -> str:
    """Return where a teacher confirms by hand who has done a lesson."""
    return f"/study/manage/lessons/{lesson_id}/learners"


def to_meeting(lesson_id: int) -> str:
    """Return the page from which a meeting is led."""
    return f"/study/manage/lessons/{lesson_id}/meeting"


def to_works(lesson_id: int) -> str:
    """Return the list of what was handed in for a lesson."""
    return f"/study/manage/lessons/{lesson_id}/works"


def to_mark(work_id: int) -> str:
    """Return the page on which a piece of work is marked."""
    return f"/study/manage/works/{work_id}"


def for_work_file(work_file_id: int) -> str:
    """Return a file that was handed in."""
    return f"/study/works/files/{work_file_id}"


def to_materials(slug: str) -> str:
    """Return the list of a course's materials with the upload form."""
    return f"/study/manage/courses/{slug}/materials"


def for_report(branch_slug: str) -> str:
    """Return the report of a branch."""
    return f"/study/reports/{branch_slug}"


def for_quarter(branch_slug: str, quarter: object = "", *, kind: str = "") -> str:
    """Return the quarterly sheet of a branch, as a page or as a file of a kind."""
    return f"/study/reports/{branch_slug}/quarter{'.' if kind else ''}{kind}{'?quarter=' if quarter else ''}{quarter}"


def to_own_material(material_id: int) -> str:
    """Return where an author acts on a material."""
    return f"/study/manage/materials/{material_id}"


def for_certificate(number: str) -> str:
    """Return the public page that checks a certificate."""
    return f"{CERTIFICATES}{number}"


def for_status(number: str) -> str:
    """Return where verifiers ask whether a certificate was revoked."""
    return f"{CERTIFICATES}{number}/status"


def for_achievement(key: str) -> str:
    """Return what a course's certificate is given for, as verifiers read it."""
    return f"/study/badges/achievements/{key}"


def for_badge_key(kid: str) -> str:
    """Return the public key of this name."""
    return f"/study/badges/keys/{kid}"


def for_own_certificate(number: str) -> str:
    """Return the holder's page of a certificate; ``/pdf`` and ``/badge`` below it are the files."""
    return f"{PROGRESS}/certificates/{number}"


def to_certificate_rule(slug: str) -> str:
    """Return the form that decides about a course's certificate."""
    return f"{to_manage(slug)}/certificate"


def to_certificates(slug: str) -> str:
    """Return the list of certificates issued for a course."""
    return f"{to_manage(slug)}/certificates"


def to_issued(certificate_id: int) -> str:
    """Return where staff act on one certificate."""
    return f"/study/manage/certificates/{certificate_id}"


def for_task(task_id: int) -> str:
    """Return the page of an assigned course, for officers."""
    return f"/study/assigned/{task_id}"


def to_assign(**wanted: str | int) -> str:
    """Return the form that assigns a course, filled in as far as known: ``branch`` and ``course``."""
    return f"/study/assigned/new?{urlencode(wanted)}" if wanted else "/study/assigned/new"


def to_extend(task_id: int, username: str) -> str:
    """Return the form that gives one person another day."""
    return f"/study/assigned/{task_id}/people/{quote(username)}"
