"""Time limits of papers

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('study_attempts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('limit_minutes', sa.Integer(), nullable=True))
    op.execute(
        'UPDATE study_attempts SET limit_minutes = (SELECT time_limit_minutes FROM study_quizzes'
        " WHERE study_quizzes.id = study_attempts.quiz_id) WHERE state = 'open'"
    )


def downgrade() -> None:
    with op.batch_alter_table('study_attempts', schema=None) as batch_op:
        batch_op.drop_column('limit_minutes')
