"""The composition root: the only package that knows every other."""

from flask import Flask

import accounts.web
import core.i18n
from app import addresses, assets, big_uploads, compress, display, errors, security, templating, wiring
from app.compiling import Templates
from app.config import ROOT, Config
from app.extensions import csrf
from core.buffer import flush_at_exit
from core.db import Base, db
from core.mail import MemoryMailer, mailer_for


class Xuetan(Flask):
    """Flask with our way of compiling templates."""

    jinja_environment = Templates


def _offer_migrations(app: Flask) -> None:
    from flask_migrate import Migrate  # noqa: PLC0415 -- 11 MB that web workers do without

    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)


def create_app(config: Config | None = None, *, migrations: bool = True) -> Flask:
    """Build the application from checked settings; ``migrations`` offers the commands that change the schema.

    Raises:
        ConfigError: a setting is wrong; all faults are named at once.
    """
    config = config or Config.from_env()
    app = Xuetan(__name__, static_folder=None, template_folder=str(ROOT / "templates"))
    app.config.from_mapping(config.for_flask())
    addresses.init_app(app)
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)

    db.init_app(app)
    if migrations:
        _offer_migrations(app)
    core.i18n.init_app(app)
    big_uploads.init_app(app)
    csrf.init_app(app)
    csrf.exempt(display.bp)
    accounts.web.init_app(app)
    app.extensions["mailer"] = MemoryMailer() if config.testing else mailer_for(config.smtp_url, config.data / "mail")

    templating.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    security.init_app(app, config.trusted_proxies)
    compress.init_app(app)
    wiring.init_app(app)
    templating.offer_macros(app)
    if not config.testing:
        flush_at_exit(app)
    return app


__all__ = ["Base", "create_app"]
