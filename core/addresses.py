"""Absolute addresses, for mails and commands: from the setting alone, whatever Host a request claims."""

from flask import current_app


def absolute(path: str) -> str:
    """Return a path with the configured address of the site before it."""
    return f"{current_app.config['BASE_URL']}{path}"
