"""Programmes and editions

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_programmes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('audience', sa.String(length=64), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('in_order', sa.Boolean(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_study_programmes_branch_id_branches')),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_study_programmes_created_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_programmes')),
    sa.UniqueConstraint('slug', name=op.f('uq_study_programmes_slug'))
    )
    with op.batch_alter_table('study_programmes', schema=None) as batch_op:
        for column in ('audience', 'branch_id', 'created_by_id'):
            batch_op.create_index(batch_op.f(f'ix_study_programmes_{column}'), [column], unique=False)

    op.create_table('study_programme_courses',
    sa.Column('programme_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_programme_courses_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['study_programmes.id'], name=op.f('fk_study_programme_courses_programme_id_study_programmes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'course_id', name=op.f('pk_study_programme_courses'))
    )
    with op.batch_alter_table('study_programme_courses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_programme_courses_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_programme_courses_programme_id_study_programme_courses_position'), ['programme_id', 'position'], unique=False)

    op.create_table('study_editions',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('of_course_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_editions_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['of_course_id'], ['study_courses.id'], name=op.f('fk_study_editions_of_course_id_study_courses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_study_editions')),
    sa.UniqueConstraint('of_course_id', name=op.f('uq_study_editions_of_course_id'))
    )


def downgrade() -> None:
    op.drop_table('study_editions')
    op.drop_table('study_programme_courses')
    op.drop_table('study_programmes')
