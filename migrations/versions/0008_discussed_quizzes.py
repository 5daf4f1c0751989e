"""Discussed quizzes

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_discussed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_study_quizzes_is_discussed'), ['is_discussed'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('study_quizzes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_study_quizzes_is_discussed'))
        batch_op.drop_column('is_discussed')
