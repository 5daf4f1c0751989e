"""Who gets which answer from the pages by which threads are sorted."""

from core.faces import Faces
from forum.models import BoardTemplate, Tag
from tests.access import Row
from tests.factories.forum import BoardFactory, ThreadFactory
from tests.forum.access import MANAGERS, MODERATORS, TEXT_BACK, at, every, row

NAMES = {"name_en": "Fresh"}
FIELD = {"label_en": "Matter", "choices": "One\nTwo"}
TEMPLATE = {"title_en": "A start", "body": "Say what happened."}
MANAGED = (302, 403, 403, 403, 403, 303)
MANAGED_TEXT = (TEXT_BACK, *MANAGED[1:])
SITE_MODERATORS = (302, 403, 403, 200, 403, 200)
SITE_MODERATORS_POST = (302, 403, 403, 303, 403, 303)


def furnish(world) -> None:
    from core.db import db

    world.sorted_board = BoardFactory(slug="sorted-talk")
    world.sorted_thread = ThreadFactory(board=world.sorted_board, author=world.member)
    db.session.add_all([Tag(slug="fees", name=Faces("会费", "Fees")), Tag(slug="dues", name=Faces("", "Dues"))])
    world.template = BoardTemplate(board_id=world.sorted_board.id, title=Faces(en="T"), body="B")
    db.session.add(world.template)
    db.session.flush()


def thread(tail):
    return lambda world: f"/forum/threads/{world.sorted_thread.id}{tail}"


def template(world):
    return f"/forum/manage/sorted-talk/templates/{world.template.id}"


ROWS: list[Row] = [
    row("show_sorting", "GET", thread("/sort"), (302, 200, 403, 200, 403, 200)),
    row("sort_thread", "POST", thread("/sort"), (302, 303, 403, 303, 403, 303), data=lambda w: {"tags": "fees"}),
    row("sort_thread", "POST", thread("/sort"), (302, 422, 403, 303, 403, 303), "new tag", lambda w: {"tags": "odd"}),
    row("pin_thread", "POST", thread("/pin"), MODERATORS),
    row("pin_thread", "POST", thread("/pin"), MODERATORS, "everywhere", lambda w: {"where": "everywhere"}),
    row("mark_digest", "POST", thread("/digest"), MODERATORS),
    row(
        "set_timer",
        "POST",
        thread("/timer"),
        (302, 303, 403, 303, 403, 303),
        data=lambda w: {"timer": "no"},
    ),
    row("show_tags", "GET", at("/forum/tags"), every(200)),
    row("create_tag", "POST", at("/forum/tags"), (302, 403, 403, 303, 303, 303), data=lambda w: NAMES),
    row("show_tag", "GET", at("/forum/tags/fees"), every(200)),
    row("show_tag", "GET", at("/forum/tags/nowhere"), every(404), "missing"),
    row("show_tag_form", "GET", at("/forum/tags/fees/edit"), SITE_MODERATORS),
    row("edit_tag", "POST", at("/forum/tags/fees/edit"), SITE_MODERATORS_POST, data=lambda w: NAMES),
    row("merge_tag", "POST", at("/forum/tags/fees/merge"), SITE_MODERATORS_POST, data=lambda w: {"into": "Dues"}),
    row("show_digest", "GET", at("/forum/digest"), every(200)),
    row("show_plans", "GET", at("/forum/manage/sorted-talk/sorting"), MANAGERS),
    row("show_field", "GET", at("/forum/manage/sorted-talk/fields/new"), MANAGERS),
    row("save_field", "POST", at("/forum/manage/sorted-talk/fields/new"), MANAGED, data=lambda w: FIELD),
    row("new_template", "GET", at("/forum/manage/sorted-talk/templates/new"), MANAGERS),
    row(
        "create_template", "POST", at("/forum/manage/sorted-talk/templates/new"), MANAGED_TEXT, data=lambda w: TEMPLATE
    ),
    row("show_template", "GET", template, MANAGERS),
    row("edit_template", "POST", template, MANAGED_TEXT, data=lambda w: TEMPLATE),
]
