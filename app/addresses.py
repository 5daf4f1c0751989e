"""What may stand in an address of ours: numbers that a row can have, and texts that a database can hold."""

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

LARGEST_ID = 2**31 - 1


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
    app.url_map.converters.update({"int": RowNumber, "default": Name, "string": Name})
