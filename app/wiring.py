"""Joins the rooms: pages, outbox handlers, rights and documents of every feature, in one place."""

from flask import Flask

import accounts.admin
import accounts.documents
import accounts.handlers
import accounts.permissions
import accounts.views
import forum.documents
import forum.handlers
import forum.permissions
import forum.views
import moderation.documents
import moderation.handlers
import moderation.permissions
import moderation.views
import notify.handlers
import notify.told
import notify.views
import search.handlers
import search.similar
import search.views
import study.certificate_handlers
import study.citation_handlers
import study.documents
import study.handlers
import study.member_handlers
import study.note_handlers
import study.notebook.handlers
import study.permissions
import study.practice_handlers
import study.result_handlers
import study.tokens
import study.views
import study.views.badges
import study.work_handlers
from app import admin, crawlers, display, health, home, keys

HANDLERS = (
    accounts.handlers,
    forum.handlers,
    moderation.handlers,
    notify.handlers,
    search.handlers,
    study.certificate_handlers,
    study.citation_handlers,
    study.note_handlers,
    study.notebook.handlers,
    study.practice_handlers,
    study.result_handlers,
    study.work_handlers,
    study.handlers,
    study.member_handlers,
)
"""Importing them subscribed them to the outbox."""

RIGHTS = (accounts.permissions, forum.permissions, moderation.permissions, study.permissions, study.tokens)
"""Importing them gave the roles their rights, and people what they carry."""

BLUEPRINTS = (
    home.bp,
    display.bp,
    health.bp,
    crawlers.bp,
    keys.bp,
    admin.bp,
    accounts.views.bp,
    accounts.admin.bp,
    forum.views.bp,
    study.views.bp,
    study.views.badges.well_known,
    search.views.bp,
    moderation.views.bp,
    notify.views.bp,
)


def init_app(app: Flask) -> None:
    """Register the rooms' pages and what they offer each other through ports."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    accounts.documents.register()
    forum.documents.register()
    study.documents.register()
    moderation.documents.register()
    search.similar.register()
    notify.told.register()
