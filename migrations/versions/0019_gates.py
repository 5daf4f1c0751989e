"""Gates and teams

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_gates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('module_id', sa.Integer(), nullable=True),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('after_lesson_id', sa.Integer(), nullable=True),
    sa.Column('quiz_lesson_id', sa.Integer(), nullable=True),
    sa.Column('quiz_percent', sa.Integer(), nullable=False),
    sa.Column('after_course_id', sa.Integer(), nullable=True),
    sa.Column('branch_id', sa.Integer(), nullable=True),
    sa.Column('is_personal', sa.Boolean(), nullable=False),
    sa.Column('is_told', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['after_course_id'], ['study_courses.id'], name=op.f('fk_study_gates_after_course_id_study_courses'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['after_lesson_id'], ['study_lessons.id'], name=op.f('fk_study_gates_after_lesson_id_study_lessons'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_study_gates_branch_id_branches')),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_gates_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_gates_lesson_id_study_lessons'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['module_id'], ['study_modules.id'], name=op.f('fk_study_gates_module_id_study_modules'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_lesson_id'], ['study_lessons.id'], name=op.f('fk_study_gates_quiz_lesson_id_study_lessons'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_gates')),
    sa.UniqueConstraint('lesson_id', name=op.f('uq_study_gates_lesson_id')),
    sa.UniqueConstraint('module_id', name=op.f('uq_study_gates_module_id'))
    )
    with op.batch_alter_table('study_gates', schema=None) as batch_op:
        for column in ('after_course_id', 'after_lesson_id', 'branch_id', 'course_id', 'opens_at', 'quiz_lesson_id'):
            batch_op.create_index(batch_op.f(f'ix_study_gates_{column}'), [column], unique=False)

    op.create_table('study_team_members',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('instructor', 'assistant', name='teamrole', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_team_members_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_team_members_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('course_id', 'user_id', name=op.f('pk_study_team_members'))
    )
    with op.batch_alter_table('study_team_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_team_members_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_team_members')
    op.drop_table('study_gates')
