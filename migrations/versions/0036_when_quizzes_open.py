"""When quizzes open

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

REVIEW = sa.Enum('at_once', 'after_closing', 'never', name='review', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('delay_minutes', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('review', REVIEW, nullable=False, server_default='at_once'))
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.alter_column('delay_minutes', server_default=None)
        batch_op.alter_column('review', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_study_quizzes_review'), type_='check')
        batch_op.drop_column('review')
        batch_op.drop_column('delay_minutes')
        batch_op.drop_column('closes_at')
        batch_op.drop_column('opens_at')
