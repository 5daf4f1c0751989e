"""Branches counted ahead

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_countings',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('counted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('recount_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_countings_course_id_study_courses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_study_countings'))
    )
    op.create_table('study_branch_counts',
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('not_begun', sa.Integer(), nullable=False),
    sa.Column('under_way', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('overdue', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_study_branch_counts_branch_id_branches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_branch_counts_course_id_study_courses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('branch_id', 'course_id', name=op.f('pk_study_branch_counts'))
    )
    with op.batch_alter_table('study_branch_counts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_branch_counts_course_id'), ['course_id'], unique=False)
    op.create_table('study_branch_weeks',
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('begun', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_study_branch_weeks_branch_id_branches'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_branch_weeks_course_id_study_courses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('branch_id', 'course_id', 'week', name=op.f('pk_study_branch_weeks'))
    )
    with op.batch_alter_table('study_branch_weeks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_branch_weeks_course_id'), ['course_id'], unique=False)
    # The worker counts everything soon after.
    op.execute('INSERT INTO study_countings (course_id, changed, counted) SELECT id, 1, 0 FROM study_courses')


def downgrade() -> None:
    op.drop_table('study_branch_weeks')
    op.drop_table('study_branch_counts')
    op.drop_table('study_countings')
