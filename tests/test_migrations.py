"""The schema: migrations make what the models say, and go back."""

from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import JSON, Boolean, DateTime, Integer, MetaData, String, Table, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

import core.db
from app import create_app
from app.config import ROOT
from core.db import Base, db
from study.enums import CardAct, CardStage, Mistake
from study.models import (
    AnswerEvent,
    Attempt,
    AttemptSlot,
    CardReview,
    CardSource,
    Question,
    QuestionVersion,
    QuizSlot,
    ReviewCard,
)
from tests.conftest import make_config
from tests.databases import database_url
from tests.factories.accounts import UserFactory
from tests.factories.quiz import choice, enrolled, quiz_with

MIGRATIONS = str(ROOT / "migrations")


CARDS = (
    "SELECT id, user_id, question_id, is_practised, righted_at FROM study_review_cards ORDER BY id",
    "SELECT id, card_id, turn, act, day FROM study_card_reviews ORDER BY id",
    "SELECT card_id, quiz_id FROM study_card_sources",
)


@pytest.fixture
def empty_site(tmp_path):
    with database_url(tmp_path, own=True) as url:
        app = create_app(make_config(tmp_path / "data", url))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def test_cards_keep_their_reviews_and_their_quizzes_whichever_way_the_schema_goes(empty_site):
    upgrade(directory=MIGRATIONS)
    with core.db.writing():
        quiz = quiz_with(choice(1000, 0), choice(1000, 0))
        writer, questions = enrolled(UserFactory(), quiz.course).user_id, db.session.scalars(select(Question.id)).all()
        for ident, is_practised in zip(questions, (False, True), strict=True):
            common = dict(user_id=writer, question_id=ident, mistake=Mistake.WRONG)
            db.session.add(ReviewCard(id=ident, is_practised=is_practised, **common))
            db.session.flush()
            told = dict(turn=0, act=CardAct.RATED, stage=CardStage.NEW, before={}, day=date(2026, 3, 2))
            db.session.add(CardReview(card_id=ident, user_id=writer, **told))
        db.session.add(CardSource(card_id=questions[0], quiz_id=quiz.id))
        db.session.commit()
        rows = [db.session.execute(text(told)).all() for told in CARDS]
        db.session.remove()

    downgrade(directory=MIGRATIONS, revision="0045")
    upgrade(directory=MIGRATIONS)

    assert [len(one) for one in rows] == [2, 2, 1]
    assert [db.session.execute(text(told)).all() for told in CARDS] == rows


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


BEFORE_SHARING = "0045"


def _insert(connection, table: str, **values) -> None:
    """Write a row of an older schema; what is not said gets something that fits."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = Table(table, MetaData(), autoload_with=connection)
    fillers = ((JSON, {}), (Boolean, False), (Integer, 0), (DateTime, now), (String, "x"))
    for column in found.columns:
        if not (column.nullable or column.primary_key or column.name in values):
            values[column.name] = next(one for kind, one in fillers if isinstance(column.type, kind))
    connection.execute(found.insert().values(**values))


def test_rows_survive_a_migration_that_copies_the_table_they_hang_on(empty_site):
    upgrade(directory=MIGRATIONS, revision=BEFORE_SHARING)
    with core.db.writing(), db.engine.begin() as connection:
        _insert(connection, "branches", id=1, path="/1/", kind="site")
        _insert(connection, "users", id=1, state="active")
        _insert(connection, "study_courses", id=7, branch_id=1, state="draft", created_by_id=1)
        _insert(connection, "study_question_banks", id=1, course_id=7)
        _insert(connection, "study_questions", id=1, bank_id=1, state="ready")
        _insert(connection, "study_question_versions", id=1, question_id=1, kind="true_false", state="ready")
        _insert(
            connection,
            "study_quizzes",
            id=1,
            course_id=7,
            grading="best",
            review="at_once",
            mode="test",
            certainty="none",
        )
        _insert(connection, "study_attempts", id=1, quiz_id=1, user_id=1, state="submitted", certainty="none")
        _insert(
            connection,
            "study_key_changes",
            id=1,
            question_id=1,
            rule="full",
            work="applied",
            version_ids=[1],
            revoked=[],
        )
        _insert(connection, "study_key_marks", change_id=1, attempt_id=1, position=1)

    upgrade(directory=MIGRATIONS)

    with db.engine.begin() as connection:
        changes = connection.execute(text("SELECT course_id FROM study_key_changes")).all()
        left = {
            table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("study_questions", "study_question_versions", "study_key_marks")
        }
    assert changes == [(7,)]
    assert set(left.values()) == {1}, left

    downgrade(directory=MIGRATIONS, revision=BEFORE_SHARING)
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM study_key_marks")).scalar() == 1
