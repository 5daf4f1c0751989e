"""What a paper sends: answers by place and number, never by key."""

import re
from collections.abc import Mapping
from typing import Any

from core.forms import Form
from study.quiz.services.attempts import Sent

_SEEN = re.compile(r"seen(\d{1,4})")


class StartForm(Form):
    """A button, and the token that says it is ours."""


def read_sent(fields: Any) -> list[Sent]:
    """Return the answers of a sent page. ``seen<n>`` says that question n stood on it, also when nothing is chosen."""
    sent = []
    for name, values in _lists(fields).items():
        found = _SEEN.fullmatch(name)
        if found is None:
            continue
        given = fields.getlist(f"q{found[1]}")
        sent.append(
            Sent(
                position=int(found[1]),
                chosen=[int(value) for value in given if value.isdecimal() and len(value) < 4],
                text=given[0] if given else "",
                seen=int(values[0]) if values[0].isdecimal() and len(values[0]) < 18 else 0,
            )
        )
    return sent


def _lists(fields: Any) -> Mapping[str, list[str]]:
    return dict(fields.lists())
