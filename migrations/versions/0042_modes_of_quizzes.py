"""Modes of quizzes

Revision ID: 0042
Revises: 0041
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def _closed(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _certainty() -> sa.Enum:
    return _closed('certainty', 'none', 'asked', 'counts')


def _add(table: str, name: str, kind: Any, usual: str) -> None:
    """Add a column; older rows get what is usual."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=usual))
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(name, server_default=None)


def upgrade() -> None:
    _add('study_quizzes', 'mode', _closed('quizmode', 'test', 'practice', 'exam'), 'test')
    _add('study_quizzes', 'certainty', _certainty(), 'none')
    _add('study_quizzes', 'bands', JSON, '[]')
    _add('study_attempts', 'certainty', _certainty(), 'none')
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('released_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('study_attempt_slots', schema=None) as batch_op:
        batch_op.add_column(sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('study_attempt_slots', schema=None) as batch_op:
        batch_op.drop_column('checked_at')
    with op.batch_alter_table('study_attempts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_study_attempts_certainty'), type_='check')
        batch_op.drop_column('certainty')
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_study_quizzes_certainty'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_study_quizzes_quizmode'), type_='check')
        for column in ('released_at', 'bands', 'certainty', 'mode'):
            batch_op.drop_column(column)
