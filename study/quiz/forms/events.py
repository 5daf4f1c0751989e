"""What a page with scripts sends: changes of answers as JSON, checked before anything looks at them."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from core.errors import Invalid
from core.i18n import _l
from core.text import normalise
from study.models.attempts import CLIENT_MAX
from study.quiz.kinds import Given
from study.quiz.services.events import AT_ONCE, Change

BODY_MAX = 400_000
"""Characters of one message."""
NUMBER_MAX = 2**31 - 1
DAY_MS = 24 * 3600 * 1000
PARTS_MAX = 100
CHOSEN_MAX = 100
_CLIENT = re.compile(rf"[A-Za-z0-9-]{{1,{CLIENT_MAX}}}")


class ChangesUnreadable(Invalid):
    """No page of ours sends this."""

    message = _l("These answers could not be read. Load the page again.")


def read_changes(typed: str) -> list[Change]:
    """Return the changes of a message.

    Raises:
        ChangesUnreadable: it is none of ours.
    """
    if len(typed) > BODY_MAX:
        raise ChangesUnreadable
    try:
        found = json.loads(typed)
        if not isinstance(found, list) or len(found) > AT_ONCE:
            raise ChangesUnreadable
        return [_change(one) for one in found]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ChangesUnreadable from error


def _change(said: Mapping[str, Any]) -> Change:
    client = said["client"]
    if not _CLIENT.fullmatch(client):
        raise ValueError("client")
    return Change(
        position=_number(said["position"]),
        client_id=client,
        sequence=_number(said["sequence"]),
        ago_ms=min(_number(said.get("ago", 0)), 30 * DAY_MS),
        client_time=_moment(said.get("at")),
        given=_given(said.get("values", {})),
    )


def _number(value: Any) -> int:
    if type(value) is not int:
        raise ValueError("number")
    return max(0, min(value, NUMBER_MAX))


def _moment(value: Any) -> datetime | None:
    """Return what the clock of the device said; a clock that is quite wrong says nothing."""
    if type(value) is not int or not 0 < value < 4_000_000_000_000:
        return None
    return datetime.fromtimestamp(value / 1000, UTC)


def _given(values: Mapping[str, Any]) -> Given:
    """Read ``{"": ["2", "3"], "1": ["x"]}``: the values of a question's controls, by what follows its number."""
    texts = {str(name): [_text(one) for one in found] for name, found in list(values.items())[:PARTS_MAX]}
    whole = texts.get("", [])[:CHOSEN_MAX]
    return Given(
        chosen=[int(one) for one in whole if one.isdecimal() and len(one) < 4],
        text=whole[0] if whole else "",
        parts={name: found[0] for name, found in texts.items() if name and found},
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return normalise(value)
