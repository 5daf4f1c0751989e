"""What an author chooses and types about a wrong key."""

from typing import Any

from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import Length

from core.forms import Form, NotBlank, Short, strip
from core.i18n import _l
from study.enums import KeyRule
from study.errors import KeyOfNoQuiz
from study.models import QuestionVersion
from study.models.keys import REASON_MAX
from study.quiz.keys import needs_key
from study.quiz.queries.key_sheet import Asked
from study.quiz.services.rekeying import Plan

TICKET_MAX = 400


class KeyForm(Form):
    """Why the key is changed. What is done stands in the address of the sheet."""

    reason = TextAreaField(
        _l("Reason, as those will read whose papers it is about"),
        filters=[strip],
        validators=[NotBlank(), Short(REASON_MAX)],
    )
    revokes = BooleanField(_l("Revoke the certificates whose course is then no longer done; the reason is told"))
    token = HiddenField(validators=[NotBlank(), Length(max=TICKET_MAX)])
    """Names the sheet that was shown, signed."""


WHOLE = "course-"
"""Begins what stands for all quizzes of a course, where there are several courses."""


def read_course(sent: Any, asked: list[Asked]) -> int | None:
    """Return the course whose papers an address asks for; None where it names none."""
    said = sent.get("quiz", "")
    if said.startswith(WHOLE) and said.removeprefix(WHOLE).isdecimal():
        return int(said.removeprefix(WHOLE)[:10])
    return next((one.course_id for one in asked if str(one.quiz_id) == said), None)


def read_plan(sent: Any, asked: list[Asked], versions: list[QuestionVersion]) -> Plan | None:
    """Return what an address asks for; None where nothing whole was chosen.

    Args:
        sent: the words of the address.
        asked: the papers there are, of one course.
        versions: all versions of the question that are ready.

    Raises:
        KeyOfNoQuiz: it names a quiz or a course of which there are no papers.
    """
    numbers = set(sent.getlist("version"))
    chosen = {one.version.id: one.version for one in asked if str(one.version.version) in numbers}
    rule = sent.get("rule", "")
    if not chosen or rule not in {one.value for one in KeyRule}:
        return None
    named = sent.get("quiz", "")
    quiz = next((one.quiz_id for one in asked if str(one.quiz_id) == named), None)
    if named and quiz is None and all(f"{WHOLE}{one.course_id}" != named for one in asked):
        raise KeyOfNoQuiz
    key = next((one for one in versions if str(one.version) == sent.get("key", "")), None)
    return Plan(
        rule=KeyRule(rule),
        versions=list(chosen.values()),
        quiz_id=quiz,
        key=key if needs_key(KeyRule(rule)) else None,
    )
