"""What the address of a board page asks for, and the addresses that ask for something else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from core.errors import NotFound
from core.faces import Faces
from forum import queries, sorting, urls
from forum.enums import ThreadFilter, ThreadOrder
from forum.models import Tag
from forum.queries import BoardRow, Sieve
from forum.sorting import BoardField


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a board page shows: the sieve, and how its filters look."""

    base: str
    sieve: Sieve
    fields: list[BoardField]
    every_field: list[BoardField]
    """The retired ones, too: threads show what they chose."""
    tag: Tag | None
    query: Mapping[str, str]

    def link(self, **changes: object) -> str:
        """Return the address of the page with other filters; None takes one off."""
        values = {**self.query, **{name: None if value is None else str(value) for name, value in changes.items()}}
        query = urlencode({name: value for name, value in values.items() if value is not None})
        return f"{self.base}?{query}" if query else self.base

    def words(self, choices: Mapping[str, Any]) -> list[Faces]:
        """Return what a thread chose, for its line in the list."""
        return [field.choices[at] for field, at in sorting.chosen(self.every_field, choices)]


def asked_of(board: BoardRow, args: Mapping[str, str]) -> Asked:
    """Read the address of a board page. An unknown filter or order stands for the usual one.

    Raises:
        NotFound: there is no such tag, field or choice.
    """
    wanted, order = args.get("filter", ""), args.get("order", "")
    only = ThreadFilter(wanted) if wanted in set(ThreadFilter) else ThreadFilter.ALL
    every_field = sorting.fields_of(board.fields)
    fields = sorting.asked(every_field)
    choices = {field.key: _choice(field, args[field.key]) for field in fields if field.key in args}
    tag = _tag(args["tag"]) if "tag" in args else None
    sieve = Sieve(
        only=only,
        order=ThreadOrder.NEWEST if order == ThreadOrder.NEWEST else ThreadOrder.ACTIVE,
        tag_id=tag.id if tag else None,
        choices=choices,
    )
    return Asked(
        base=urls.for_board(board.slug),
        sieve=sieve,
        fields=fields,
        every_field=every_field,
        tag=tag,
        query=_query(sieve, tag),
    )


def _query(sieve: Sieve, tag: Tag | None) -> dict[str, str]:
    query = {key: str(at) for key, at in sieve.choices.items()}
    if sieve.only is not ThreadFilter.ALL:
        query["filter"] = sieve.only.value
    if sieve.order is not ThreadOrder.ACTIVE:
        query["order"] = sieve.order.value
    if tag is not None:
        query["tag"] = tag.slug
    return query


def _choice(field: BoardField, text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(len(field.choices))):
        raise NotFound
    at = int(text)
    if at >= len(field.choices):
        raise NotFound
    return at


def _tag(slug: str) -> Tag:
    tag = queries.get_tag(slug)
    return tag if tag.merged_into_id is None else queries.get_tag_by_id(tag.merged_into_id)
