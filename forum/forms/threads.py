"""What readers type to write, and what boards are called."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any, Self

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NoneOf, NumberRange, Optional, Regexp

from core.clock import utcnow
from core.faces import Faces
from core.forms import Form, NotBlank, Short, face_area, face_line, faces_of, one_line, require_one_face, strip
from core.i18n import _, _l, current_zone
from core.markup import SOURCE_MAX
from core.permissions import Actor
from forum import queries
from forum.drafting import new_key
from forum.enums import PostPolicy, ThreadKind
from forum.forms.polls import PollFields
from forum.models import KEY_MAX, QUOTE_MAX, REASON_MAX, SLUG_MAX, TITLE_MAX
from forum.offices import offices_of
from forum.permissions import ForumPermission
from forum.services.boards import BoardPlan
from forum.services.polls import PollPlan

SLUG = re.compile(r"[^\W_]+(-[^\W_]+)*")
ABOUT_MAX = 300
BOARD_TITLE_MAX = 80
MORNING = time(8)
"""When a thread is published on a day without a time."""
LATEST = timedelta(days=366)


def _body(label: Any) -> TextAreaField:
    return TextAreaField(label, filters=[strip], validators=[NotBlank(_l("Write something first.")), Short(SOURCE_MAX)])


class ComposerForm(Form):
    """What every form with a post has."""

    key = HiddenField(default=new_key, validators=[Length(max=KEY_MAX)])
    alt_asked = HiddenField(validators=[Length(max=1)])
    office = SelectField(_l("Write as"), choices=[], default="")

    def offer_offices(self, actor: Actor, scope: str | None = None) -> Self:
        """Let the writer choose among the offices held over the branch at ``scope``; None: over any at all.

        The service looks again whether the one chosen is held over the place.
        """
        held = offices_of(actor, scope)
        self.office.choices = [SelectChoice("", _("Myself")), *(SelectChoice(o.key, str(o.words)) for o in held)]
        return self


class ReplyForm(ComposerForm):
    """A reply to a thread, or to one post of it."""

    parent = HiddenField(validators=[Optional(), Regexp(r"\d{1,15}\Z")])
    body = _body(_l("Your reply"))

    @property
    def parent_id(self) -> int | None:
        """The post that is answered. Meaningful only after validation."""
        return int(self.parent.data) if self.parent.data else None


class ThreadForm(PollFields, ComposerForm):
    """A new thread."""

    kind = RadioField(
        _l("What is it?"),
        choices=[
            SelectChoice(ThreadKind.DISCUSSION.value, _l("Discussion")),
            SelectChoice(ThreadKind.QUESTION.value, _l("Question")),
            SelectChoice(ThreadKind.POLL.value, _l("Poll")),
        ],
        default=ThreadKind.DISCUSSION.value,
    )
    title = StringField(
        _l("Title"), filters=[one_line], validators=[NotBlank(_l("Give the thread a title.")), Short(TITLE_MAX)]
    )
    body = _body(_l("Text"))
    publish_day = DateField(_l("Publish on"), validators=[Optional()])
    publish_time = TimeField(_l("at"), validators=[Optional()])

    def publish_at(self) -> datetime | None:
        """Return when the thread shall be published; None: now. Meaningful only after validation."""
        if self.publish_day is None or self.publish_day.data is None:
            return None
        return datetime.combine(self.publish_day.data, self.publish_time.data or MORNING, current_zone()).astimezone(
            UTC
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, what those of a poll say together, and that the moment is still to come."""
        right = bool(super().validate(extra_validators))
        if not ((self.kind.data != ThreadKind.POLL or self.is_poll_right()) and right):
            return False
        if self.publish_time is not None and self.publish_time.data and not self.publish_day.data:
            self.add_error("publish_day", _("Say on which day."))
            return False
        moment = self.publish_at()
        if moment is not None and not timedelta(0) < moment - utcnow() < LATEST:
            self.add_error("publish_day", _("Choose a moment within the next twelve months, or leave this empty."))
            return False
        return True

    def offer(self, actor: Actor, scope: str | None, audience: str) -> Self:
        """Put before the writer what is open to them on a board: offices, whom a poll may ask, announcing.

        ``scope`` is the path of the board's branch; None: the board is not made yet.
        """
        self.offer_offices(actor, scope)
        self.offer_voters(queries.list_voters_to_choose(actor, audience), actor.time_zone)
        if scope is not None and actor.may(ForumPermission.ANNOUNCE, scope):
            self.kind.choices = [*self.kind.choices, SelectChoice(ThreadKind.ANNOUNCEMENT.value, _("Announcement"))]
        return self

    def plan(self) -> PollPlan | None:
        """Return the poll; None for other kinds. Meaningful only after validation."""
        return self.poll_plan() if self.kind.data == ThreadKind.POLL else None


class AboutForm(ThreadForm):
    """A new thread about something, perhaps a passage of it; published at once."""

    publish_day = None
    publish_time = None

    anchor = HiddenField(validators=[Optional(), Regexp(r"[A-Za-z0-9_-]{1,60}\Z")])
    quote = HiddenField(filters=[one_line], validators=[Length(max=QUOTE_MAX)])


class EditForm(Form):
    """Another text for a reply."""

    revision = IntegerField(validators=[NumberRange(min=0)])
    alt_asked = HiddenField(validators=[Length(max=1)])
    body = _body(_l("Text"))


class TranslationForm(EditForm):
    """A post in another language, and of an opening post the thread's title; ``revision`` says of which text."""

    revision = IntegerField(validators=[NumberRange(min=0, max=1_000_000)])
    title = StringField(_l("Title"), filters=[one_line], validators=[Optional(), Short(TITLE_MAX)])


class EditOpeningForm(EditForm):
    """Another text for an opening post, and the thread's title."""

    title = StringField(
        _l("Title"), filters=[one_line], validators=[NotBlank(_l("Give the thread a title.")), Short(TITLE_MAX)]
    )


class LockForm(Form):
    """Why a thread is locked; readers see it."""

    reason = StringField(
        _l("Reason, shown to everybody"),
        filters=[one_line],
        validators=[NotBlank(_l("Give a reason.")), Short(REASON_MAX)],
    )


class BoardForm(Form):
    """What an administrator decides about a board."""

    title_zh = face_line(_l("Title in Chinese"), "zh", limit=BOARD_TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=BOARD_TITLE_MAX)
    about_zh = face_area(_l("About it in Chinese"), "zh", limit=ABOUT_MAX)
    about_en = face_area(_l("About it in English"), "en", limit=ABOUT_MAX)
    slug = StringField(
        _l("Address"),
        filters=[one_line, lambda value: (value or "").lower()],
        validators=[
            NotBlank(),
            Short(SLUG_MAX),
            Regexp(re.compile(SLUG.pattern + r"\Z"), message=_l("Use letters and digits, parted by hyphens.")),
            NoneOf(["new"], message=_l("This address is used by the site itself; choose another.")),
        ],
    )
    branch_id = SelectField(_l("Branch"), coerce=int, choices=[])
    audience = SelectField(_l("Seen by"), choices=[])
    post_policy = SelectField(
        _l("Who may start threads"),
        choices=[
            SelectChoice(PostPolicy.EVERYONE.value, _l("All members")),
            SelectChoice(PostPolicy.STAFF.value, _l("Officers and moderators")),
            SelectChoice(PostPolicy.CLOSED.value, _l("Nobody")),
        ],
    )
    position = IntegerField(_l("Place in the list"), default=0, validators=[NumberRange(min=0, max=100_000)])
    archived = BooleanField(_l("Archived: can be read, nothing is added"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that one of the two titles is there."""
        fields_right = bool(super().validate(extra_validators))
        return require_one_face(self, "title") and fields_right

    def plan(self) -> BoardPlan:
        """Return what was decided. Meaningful only after validation."""
        title: Faces = faces_of(self, "title")
        return BoardPlan(
            slug=self.slug.data or "",
            title=title,
            about=faces_of(self, "about"),
            audience=self.audience.data,
            post_policy=PostPolicy(self.post_policy.data),
            branch_id=self.branch_id.data,
            position=self.position.data or 0,
            archived=bool(self.archived.data),
        )
