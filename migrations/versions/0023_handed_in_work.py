"""Handed in work

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
KNOWN = ('page', 'document', 'video', 'audio', 'quiz', 'link')
OLD_KIND = sa.Enum(*KNOWN, name='lessonkind', native_enum=False, create_constraint=True, length=32)
NEW_KIND = sa.Enum(*KNOWN, 'assignment', name='lessonkind', native_enum=False, create_constraint=True, length=32)
STATE = sa.Enum('draft', 'handed_in', 'marked', name='workstate', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        'study_work_briefs',
        sa.Column('lesson_id', sa.Integer(), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('rubric', JSON, nullable=False),
        sa.Column('pass_percent', sa.Integer(), nullable=False),
        sa.Column('may_repeat', sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_work_briefs_lesson_id_study_lessons'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('lesson_id', name=op.f('pk_study_work_briefs')),
    )
    op.create_table(
        'study_works',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('lesson_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', STATE, nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('handed_in_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('is_late', sa.Boolean(), nullable=False),
        sa.Column('marks', JSON, nullable=False),
        sa.Column('comment', sa.Text(), nullable=False),
        sa.Column('percent', sa.Integer(), nullable=False),
        sa.Column('passed', sa.Boolean(), nullable=False),
        sa.Column('marked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('marked_by_id', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_works_lesson_id_study_lessons'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['marked_by_id'], ['users.id'], name=op.f('fk_study_works_marked_by_id_users')),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_works_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_study_works')),
        sa.UniqueConstraint('lesson_id', 'user_id', 'number', name=op.f('uq_study_works_lesson_id_user_id_number')),
    )
    with op.batch_alter_table('study_works', schema=None) as batch_op:
        batch_op.create_index('ix_study_works_waiting', ['lesson_id', 'state', 'handed_in_at', 'id'])
        batch_op.create_index(batch_op.f('ix_study_works_marked_by_id'), ['marked_by_id'])
        batch_op.create_index(batch_op.f('ix_study_works_user_id'), ['user_id'])
    op.create_table(
        'study_work_files',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('work_id', sa.Integer(), nullable=False),
        sa.Column('file_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['file_id'], ['core_files.id'], name=op.f('fk_study_work_files_file_id_core_files')),
        sa.ForeignKeyConstraint(['work_id'], ['study_works.id'], name=op.f('fk_study_work_files_work_id_study_works'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_study_work_files')),
    )
    with op.batch_alter_table('study_work_files', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_work_files_file_id'), ['file_id'])
        batch_op.create_index(batch_op.f('ix_study_work_files_work_id'), ['work_id'])

    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=OLD_KIND, type_=NEW_KIND, existing_nullable=False)


def downgrade() -> None:
    # What an older version cannot take in it shows as a page, done when it is read.
    op.execute("UPDATE study_lessons SET kind = 'page', completion = 'read' WHERE kind = 'assignment'")
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=NEW_KIND, type_=OLD_KIND, existing_nullable=False)
    op.drop_table('study_work_files')
    op.drop_table('study_works')
    op.drop_table('study_work_briefs')
