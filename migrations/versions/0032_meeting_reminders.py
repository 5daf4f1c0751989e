"""Reminders of meetings

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_meeting_reminders',
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_last', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_meeting_reminders_lesson_id_study_lessons'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('lesson_id', name=op.f('pk_study_meeting_reminders'))
    )


def downgrade() -> None:
    op.drop_table('study_meeting_reminders')
