"""What may stand in an address of ours: numbers that a row can have, and texts that a database can hold."""

import re
from typing import Any

from flask import Flask, Request
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

LARGEST_ID = 2**31 - 1
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class QuotedRequest(Request):
    """A request whose query is quoted as the rules ask: bytes sent as they are would end in an error when read."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Quote what the client has not."""
        super().__init__(*args, **options)
        self.query_string = _BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], self.query_string)


class RowNumber(IntegerConverter):
    """A number that an integer column can hold; any other leads to no page."""

    def to_python(self, value: str) -> int:
        """Return the number.

        Raises:
            ValidationError: no row can have it.
        """
        if len(value) > 10:
            raise ValidationError
        number = int(super().to_python(value))
        if number > LARGEST_ID:
            raise ValidationError
        return number


class Name(UnicodeConverter):
    """A text without NUL, which PostgreSQL cannot hold."""

    def to_python(self, value: str) -> str:
        """Return the text.

        Raises:
            ValidationError: it holds NUL.
        """
        if "\x00" in value:
            raise ValidationError
        return value


def init_app(app: Flask) -> None:
    """Use these for every ``<name>`` and ``<int:name>`` of the application. Comes before the first route."""
    app.request_class = QuotedRequest
    app.url_map.converters.update({"int": RowNumber, "default": Name, "string": Name})
