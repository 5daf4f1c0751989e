"""How quizzes are taken

Revision ID: 0041
Revises: 0040
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def _closed(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


REFUSALS = ('late', 'closed', 'forged', 'flood')
QUIZ_COLUMNS = {'page_size': sa.Integer, 'in_order': sa.Boolean, 'password': lambda: sa.String(100)}
ATTEMPT_COLUMNS = {'step': sa.Integer, 'reached': sa.Integer}
USUAL = {'page_size': '10', 'in_order': sa.false(), 'password': '', 'step': '0', 'reached': '1'}


def _list(table: str, column: str, name: str, was: tuple[str, ...], now: tuple[str, ...]) -> None:
    """Let a column hold the values of another closed list."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.alter_column(
            column, existing_type=_closed(name, *was), type_=_closed(name, *now), existing_nullable=False
        )


def _add(table: str, columns: dict[str, Callable[[], Any]]) -> None:
    """Add columns to a table; older rows get what is usual."""
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name, kind in columns.items():
            batch_op.add_column(sa.Column(name, kind(), nullable=False, server_default=USUAL[name]))
    with op.batch_alter_table(table, schema=None) as batch_op:
        for name in columns:
            batch_op.alter_column(name, server_default=None)


def upgrade() -> None:
    _list('study_quizzes', 'grading', 'grading', ('best', 'last'), ('best', 'last', 'first', 'mean'))
    _list('study_refused_answers', 'reason', 'refusal', REFUSALS, (*REFUSALS, 'passed'))
    _add('study_quizzes', QUIZ_COLUMNS)
    _add('study_attempts', ATTEMPT_COLUMNS)
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('extended_to', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'study_quiz_extensions',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('quiz_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=True),
        sa.Column('branch_id', sa.Integer(), nullable=True),
        sa.Column('extra_minutes', sa.Integer(), nullable=False),
        sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('(user_id IS NULL) <> (branch_id IS NULL)', name=op.f('ck_study_quiz_extensions_for_one')),
        sa.ForeignKeyConstraint(
            ['branch_id'], ['branches.id'], name=op.f('fk_study_quiz_extensions_branch_id_branches')
        ),
        sa.ForeignKeyConstraint(
            ['quiz_id'],
            ['study_quizzes.id'],
            name=op.f('fk_study_quiz_extensions_quiz_id_study_quizzes'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['user_id'], ['users.id'], name=op.f('fk_study_quiz_extensions_user_id_users'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_study_quiz_extensions')),
        sa.UniqueConstraint('quiz_id', 'branch_id', name='uq_study_quiz_extensions_branch'),
        sa.UniqueConstraint('quiz_id', 'user_id', name='uq_study_quiz_extensions_user'),
    )
    with op.batch_alter_table('study_quiz_extensions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_quiz_extensions_branch_id'), ['branch_id'])
        batch_op.create_index(batch_op.f('ix_study_quiz_extensions_user_id'), ['user_id'])


def downgrade() -> None:
    op.drop_table('study_quiz_extensions')
    with op.batch_alter_table('study_attempts', schema=None) as batch_op:
        for column in ATTEMPT_COLUMNS:
            batch_op.drop_column(column)
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.drop_column('extended_to')
        for column in QUIZ_COLUMNS:
            batch_op.drop_column(column)
    op.execute("UPDATE study_quizzes SET grading = 'best' WHERE grading NOT IN ('best', 'last')")
    op.execute("UPDATE study_refused_answers SET reason = 'closed' WHERE reason = 'passed'")
    _list('study_refused_answers', 'reason', 'refusal', (*REFUSALS, 'passed'), REFUSALS)
    _list('study_quizzes', 'grading', 'grading', ('best', 'last', 'first', 'mean'), ('best', 'last'))
