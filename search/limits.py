"""What a query is limited to, from the words people use to the values in the index."""

from dataclasses import replace
from datetime import UTC, datetime

from core.documents import names_of
from core.i18n import current_zone
from search.parsing import Query


def _value(name: str, value: str) -> str:
    if name in ("after", "before"):
        return datetime.fromisoformat(value).replace(tzinfo=current_zone()).astimezone(UTC).isoformat()
    names = names_of(name)
    return (names.called(value) if names else "") or value


def resolved(query: Query) -> Query:
    """Return the query with names of boards, courses and authors resolved, and days as the reader's days."""
    if not query.filters:
        return query
    return replace(query, filters=tuple((name, _value(name, value)) for name, value in query.filters))
