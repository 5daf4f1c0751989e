"""The schema: migrations make what the models say, and go back."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

import core.db
from app import create_app
from app.config import ROOT
from core.db import Base, db
from study.models import AnswerEvent, Attempt, AttemptSlot, QuestionVersion, QuizSlot
from tests.conftest import make_config
from tests.databases import database_url
from tests.factories.accounts import UserFactory
from tests.factories.quiz import choice, quiz_with

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


def test_what_points_at_a_table_that_is_rebuilt_stays(empty_site):
    upgrade(directory=MIGRATIONS)
    with core.db.writing():
        quiz = quiz_with(choice(1000, 0))
        attempt = Attempt(quiz_id=quiz.id, user_id=UserFactory().id, number=1, max_mark=1000)
        db.session.add(attempt)
        db.session.flush()
        version_id = db.session.scalars(select(QuestionVersion.id)).one()
        db.session.add(AttemptSlot(attempt_id=attempt.id, position=1, version_id=version_id, max_mark=1000))
        answer = {"keys": ["a"]}
        db.session.add(AnswerEvent(attempt_id=attempt.id, position=1, client_id="c", sequence=1, answer=answer))
        db.session.commit()
    db.session.remove()

    # Quizzes and papers are rebuilt on the way there and back.
    downgrade(directory=MIGRATIONS, revision="0035")
    upgrade(directory=MIGRATIONS)

    held = [QuizSlot, Attempt, AttemptSlot, AnswerEvent]
    assert [db.session.scalar(select(func.count()).select_from(one)) for one in held] == [1] * 4
    db.session.rollback()
    with core.db.writing(), db.engine.connect() as connection:
        wrong = AttemptSlot.__table__.insert().values(attempt_id=999, position=1, version_id=1, max_mark=1, answered=0)
        with pytest.raises(IntegrityError):
            connection.execute(wrong.values(option_order=[], file_count=0))
