"""Where readers stopped

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

import core.db

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'study_reading_places',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('lesson_id', sa.Integer(), nullable=False),
        sa.Column('page', sa.Integer(), nullable=False),
        sa.Column('read_at', core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_reading_places_lesson_id_study_lessons'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_reading_places_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'lesson_id', name=op.f('pk_study_reading_places')),
    )
    with op.batch_alter_table('study_reading_places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_reading_places_lesson_id'), ['lesson_id'])


def downgrade() -> None:
    op.drop_table('study_reading_places')
