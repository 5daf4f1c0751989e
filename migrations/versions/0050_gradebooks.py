"""Gradebooks

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = '0050'
down_revision = '0049'
branch_labels = None
depends_on = None


def _closed(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table('study_gradebooks',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('empty', _closed('emptymark', 'open', 'zero'), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_gradebooks_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['settled_by_id'], ['users.id'], name=op.f('fk_study_gradebooks_settled_by_id_users')),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_study_gradebooks'))
    )
    with op.batch_alter_table('study_gradebooks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_gradebooks_settled_by_id'), ['settled_by_id'], unique=False)

    op.create_table('study_grade_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=True),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('max_mark', sa.Integer(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('is_hidden', sa.Boolean(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('quiz_id IS NULL OR lesson_id IS NULL', name=op.f('ck_study_grade_items_of_one')),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_grade_items_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_grade_items_lesson_id_study_lessons'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['study_quizzes.id'], name=op.f('fk_study_grade_items_quiz_id_study_quizzes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_grade_items')),
    sa.UniqueConstraint('lesson_id', name=op.f('uq_study_grade_items_lesson_id')),
    sa.UniqueConstraint('quiz_id', name=op.f('uq_study_grade_items_quiz_id'))
    )
    with op.batch_alter_table('study_grade_items', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_grade_items_course_id'), ['course_id'], unique=False)

    op.create_table('study_grade_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_grade_imports_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_study_grade_imports_made_by_id_users')),
    sa.ForeignKeyConstraint(['undone_by_id'], ['users.id'], name=op.f('fk_study_grade_imports_undone_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_grade_imports')),
    sa.UniqueConstraint('token', name=op.f('uq_study_grade_imports_token'))
    )
    with op.batch_alter_table('study_grade_imports', schema=None) as batch_op:
        for column in ('course_id', 'made_by_id', 'undone_by_id'):
            batch_op.create_index(batch_op.f(f'ix_study_grade_imports_{column}'), [column], unique=False)

    op.create_table('study_grades',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.Column('act', _closed('gradeact', 'given', 'imported', 'undone'), nullable=False),
    sa.Column('mark', sa.Integer(), nullable=True),
    sa.Column('feedback', sa.Text(), nullable=False),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['study_grade_imports.id'], name=op.f('fk_study_grades_import_id_study_grade_imports'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['item_id'], ['study_grade_items.id'], name=op.f('fk_study_grades_item_id_study_grade_items'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_study_grades_made_by_id_users')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_grades_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_grades')),
    sa.UniqueConstraint('item_id', 'user_id', 'number', name=op.f('uq_study_grades_item_id_user_id_number'))
    )
    with op.batch_alter_table('study_grades', schema=None) as batch_op:
        for column in ('import_id', 'made_by_id', 'user_id'):
            batch_op.create_index(batch_op.f(f'ix_study_grades_{column}'), [column], unique=False)
        batch_op.create_index('uq_study_grades_current', ['item_id', 'user_id'], unique=True, sqlite_where=sa.text('is_current'), postgresql_where=sa.text('is_current'))


def downgrade() -> None:
    op.drop_table('study_grades')
    op.drop_table('study_grade_imports')
    op.drop_table('study_grade_items')
    op.drop_table('study_gradebooks')
