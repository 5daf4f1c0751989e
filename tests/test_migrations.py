"""The schema: migrations make what the models say, and go back."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

import core.db
from app import create_app
from app.config import ROOT
from core.db import Base, db
from tests.conftest import make_config
from tests.databases import database_url

MIGRATIONS = str(ROOT / "migrations")


@pytest.fixture
def empty_site(tmp_path):
    with database_url(tmp_path, own=True) as url:
        app = create_app(make_config(tmp_path / "data", url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def test_migrations_make_what_the_models_say_and_go_back(empty_site):
    upgrade(directory=MIGRATIONS)
    with core.db.writing(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []

    downgrade(directory=MIGRATIONS, revision="base")
    assert set(inspect(db.engine).get_table_names()) - {"alembic_version"} == set()

    upgrade(directory=MIGRATIONS)
    assert set(Base.metadata.tables) <= set(inspect(db.engine).get_table_names())
