"""The yardstick: one Flask route without database, session or template."""

from flask import Flask

application = Flask(__name__)


@application.get("/")
def hello() -> str:
    """Answer."""
    return "Hello, world!"
