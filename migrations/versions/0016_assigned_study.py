"""Assigned study

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

WHOM = sa.Enum('everybody', 'named', name='taskfor', native_enum=False, create_constraint=True, length=32)
ONE_FOR_ALL = sa.text("whom = 'everybody' AND withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_table('study_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('whom', WHOM, nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('assigned_by_id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['assigned_by_id'], ['users.id'], name=op.f('fk_study_tasks_assigned_by_id_users')),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_study_tasks_branch_id_branches')),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_tasks_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['users.id'], name=op.f('fk_study_tasks_withdrawn_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_tasks'))
    )
    with op.batch_alter_table('study_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_tasks_assigned_by_id'), ['assigned_by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_tasks_branch_id'), ['branch_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_tasks_course_id'), ['course_id'], unique=False)
        batch_op.create_index(
            'uq_study_tasks_standing', ['branch_id', 'course_id'], unique=True, sqlite_where=ONE_FOR_ALL, postgresql_where=ONE_FOR_ALL
        )

    op.create_table('study_task_members',
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_extended', sa.Boolean(), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['task_id'], ['study_tasks.id'], name=op.f('fk_study_task_members_task_id_study_tasks'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_task_members_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('task_id', 'user_id', name=op.f('pk_study_task_members'))
    )
    with op.batch_alter_table('study_task_members', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_task_members_remind_at'), ['remind_at'], unique=False)
        batch_op.create_index(
            batch_op.f('ix_study_task_members_user_id_study_task_members_due_at'), ['user_id', 'due_at'], unique=False
        )


def downgrade() -> None:
    op.drop_table('study_task_members')
    op.drop_table('study_tasks')
