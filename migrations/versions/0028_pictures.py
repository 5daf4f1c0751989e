"""Pictures of courses

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_pictures',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('thumbnail_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('alt', sa.String(length=300), nullable=False),
    sa.Column('width', sa.Integer(), nullable=False),
    sa.Column('height', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=64), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_pictures_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_study_pictures_created_by_id_users')),
    sa.ForeignKeyConstraint(['file_id'], ['core_files.id'], name=op.f('fk_study_pictures_file_id_core_files')),
    sa.ForeignKeyConstraint(['thumbnail_id'], ['core_files.id'], name=op.f('fk_study_pictures_thumbnail_id_core_files')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_pictures'))
    )
    with op.batch_alter_table('study_pictures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_pictures_course_id'), ['course_id'], unique=False)

    op.create_table('study_picture_places',
    sa.Column('picture_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_picture_places_lesson_id_study_lessons'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['picture_id'], ['study_pictures.id'], name=op.f('fk_study_picture_places_picture_id_study_pictures'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('picture_id', 'lesson_id', name=op.f('pk_study_picture_places'))
    )
    with op.batch_alter_table('study_picture_places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_picture_places_lesson_id'), ['lesson_id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_picture_places')
    op.drop_table('study_pictures')
