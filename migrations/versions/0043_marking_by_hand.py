"""Marking by hand

Revision ID: 0043
Revises: 0042
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
WAITING = sa.text("state = 'submitted' AND mark IS NULL")


def _add(table: str, name: str, kind: Any, usual: str) -> None:
    """Add a column; older rows get what is usual."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=usual))
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(name, server_default=None)


def upgrade() -> None:
    _add('study_quizzes', 'is_anonymous', sa.Boolean(), sa.false())
    _add('study_quizzes', 'is_double', sa.Boolean(), sa.false())
    _add('study_quizzes', 'differ_thousandths', sa.Integer(), '100')
    _add('study_attempt_slots', 'file_count', sa.Integer(), '0')
    with op.batch_alter_table('study_attempts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('marking_code', sa.String(length=16), nullable=True))
        batch_op.create_index('ix_study_attempts_waiting', ['quiz_id'], unique=False, sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.create_index('uq_study_attempts_code', ['quiz_id', 'marking_code'], unique=True)

    op.create_table('study_hand_marks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Enum('first', 'second', 'decision', name='markturn', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('marker_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Integer(), nullable=False),
    sa.Column('points', JSON, nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('comment_html', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['study_attempts.id'], name=op.f('fk_study_hand_marks_attempt_id_study_attempts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['marker_id'], ['users.id'], name=op.f('fk_study_hand_marks_marker_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_hand_marks'))
    )
    with op.batch_alter_table('study_hand_marks', schema=None) as batch_op:
        batch_op.create_index('ix_study_hand_marks_answer', ['attempt_id', 'position', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_hand_marks_marker_id'), ['marker_id'], unique=False)

    op.create_table('study_attempt_files',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['study_attempts.id'], name=op.f('fk_study_attempt_files_attempt_id_study_attempts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['file_id'], ['core_files.id'], name=op.f('fk_study_attempt_files_file_id_core_files')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_attempt_files'))
    )
    with op.batch_alter_table('study_attempt_files', schema=None) as batch_op:
        batch_op.create_index('ix_study_attempt_files_answer', ['attempt_id', 'position', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_attempt_files_file_id'), ['file_id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_attempt_files')
    op.drop_table('study_hand_marks')
    with op.batch_alter_table('study_attempts', schema=None) as batch_op:
        batch_op.drop_index('uq_study_attempts_code')
        batch_op.drop_index('ix_study_attempts_waiting', sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.drop_column('marking_code')
    with op.batch_alter_table('study_attempt_slots', schema=None) as batch_op:
        batch_op.drop_column('file_count')
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        for column in ('differ_thousandths', 'is_double', 'is_anonymous'):
            batch_op.drop_column(column)
