"""What a paper sends: answers by place and number, never by key."""

import re
from typing import Any

from core.forms import Form
from core.text import normalise
from study.quiz.kinds import Given
from study.quiz.services.attempts import Sent

_SEEN = re.compile(r"seen(\d{1,4})")


class StartForm(Form):
    """A button, and the token that says it is ours."""


def read_sent(fields: Any) -> list[Sent]:
    """Return the answers of a sent page. ``seen<n>`` says that question n stood on it, also when nothing is chosen."""
    sent = []
    for name, values in fields.lists():
        found = _SEEN.fullmatch(name)
        if found is None:
            continue
        given = read_given(fields, f"q{found[1]}")
        seen = int(values[0]) if values[0].isdecimal() and len(values[0]) < 18 else 0
        sent.append(Sent(position=int(found[1]), seen=seen, chosen=given.chosen, text=given.text, parts=given.parts))
    return sent


def read_given(fields: Any, name: str) -> Given:
    """Return what a page sent for the question whose controls are called ``name`` or ``name.<part>``."""
    values = [normalise(value) for value in fields.getlist(name)]
    return Given(
        chosen=[int(value) for value in values if value.isdecimal() and len(value) < 4],
        text=values[0] if values else "",
        parts={key[len(name) + 1 :]: normalise(value) for key, value in fields.items() if key.startswith(f"{name}.")},
    )
