"""What readers type in the forum, and its checks."""

from core.forms import Form
from forum.forms.sorting import (
    FieldForm,
    MergeForm,
    PinForm,
    TagForm,
    TemplateForm,
    TimerForm,
    with_sorting,
)
from forum.forms.threads import (
    SLUG,
    AboutForm,
    BoardForm,
    ComposerForm,
    EditForm,
    EditOpeningForm,
    LockForm,
    ReplyForm,
    ThreadForm,
    TranslationForm,
)

__all__ = [
    "SLUG",
    "AboutForm",
    "BoardForm",
    "ComposerForm",
    "EditForm",
    "EditOpeningForm",
    "FieldForm",
    "Form",
    "LockForm",
    "MergeForm",
    "PinForm",
    "ReplyForm",
    "TagForm",
    "TemplateForm",
    "ThreadForm",
    "TimerForm",
    "TranslationForm",
    "with_sorting",
]
