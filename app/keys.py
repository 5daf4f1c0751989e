"""Pages that explain the site's own controls."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.i18n import _

bp = Blueprint("help", __name__, url_prefix="/help")

Group = tuple[str, list[tuple[tuple[str, ...], str]]]


def _groups() -> list[Group]:
    return [
        (
            _("In a list or a thread"),
            [
                (("j",), _("next row or post")),
                (("k",), _("row or post before")),
                (("n",), _("next unread")),
                (("r",), _("reply to the post you are at, else to the thread")),
                (("q",), _("quote what is selected, else the post you are at")),
            ],
        ),
        (
            _("Go to"),
            [
                (("g", "h"), _("first page")),
                (("g", "f"), _("discussions")),
                (("g", "s"), _("courses")),
                (("g", "i"), _("inbox")),
                (("/",), _("the search box")),
            ],
        ),
        (
            _("In the mistake notebook"),
            [
                (("1–9",), _("choose an answer, or say how well you knew it")),
                (("Enter",), _("check the answer, or take the rating that is suggested")),
                (("u",), _("take back the last rating")),
            ],
        ),
        (
            _("Everywhere"),
            [(("?",), _("show this list")), (("Esc",), _("close this list, leave what has the focus"))],
        ),
    ]


@bp.get("/keys")
def show_keys() -> ResponseReturnValue:
    """The keyboard shortcuts; the script shows the same list in a sheet."""
    return render_template("help/keys.html", groups=_groups())
