"""The front page: a signed-out face that explains, a signed-in face that goes on."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from core.clock import utcnow
from core.i18n import current_zone
from core.permissions import Actor
from forum.queries import threads
from study.notebook.queries.cards import get_day
from study.queries import courses, lessons
from study.queries.ahead import list_ahead
from study.queries.rhythm import get_rhythm
from study.wording import due_words

bp = Blueprint("home", __name__)

SHOWN = 5


@bp.get("/")
def show() -> ResponseReturnValue:
    """Show the front page to a visitor or to a member."""
    actor = current_actor()
    return _for_member(actor) if actor.is_authenticated else _for_visitor(actor)


def _for_visitor(actor: Actor) -> str:
    return render_template(
        "home/visitor.html",
        threads=threads.list_latest_threads(actor, limit=SHOWN),
        courses=courses.list_open_courses(actor, limit=3),
    )


def _for_member(actor: Actor) -> str:
    return render_template(
        "home/member.html",
        hour=utcnow().astimezone(current_zone()).hour,
        go_on=lessons.go_on(actor),
        ahead=list_ahead(actor),
        due_words=due_words,
        rhythm=get_rhythm(actor, weeks=1),
        cards=get_day(actor),
        news=threads.list_new_threads(actor, cursor=None).items[:SHOWN],
        latest=threads.list_latest_threads(actor, limit=SHOWN),
        courses=courses.list_open_courses(actor, limit=3),
    )
