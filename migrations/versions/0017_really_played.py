"""Really played

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'study_watching',
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('lesson_id', sa.Integer(), nullable=False),
        sa.Column('spans', JSON, nullable=False),
        sa.Column('position_ms', sa.Integer(), nullable=False),
        sa.Column('reported_ms', sa.Integer(), nullable=False),
        sa.Column('budget_ms', sa.Integer(), nullable=False),
        sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('noted_percent', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_watching_lesson_id_study_lessons'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_watching_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('user_id', 'lesson_id', name=op.f('pk_study_watching')),
    )
    with op.batch_alter_table('study_watching', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_watching_lesson_id'), ['lesson_id'])


def downgrade() -> None:
    op.drop_table('study_watching')
