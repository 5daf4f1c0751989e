"""Points

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_point_days',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_point_days_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'day', name=op.f('pk_study_point_days'))
    )
    with op.batch_alter_table('study_point_days', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_point_days_day'), ['day'], unique=False)

    op.create_table('study_branch_points',
    sa.Column('branch_id', sa.Integer(), nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('mean_tenths', sa.Integer(), nullable=False),
    sa.Column('median_tenths', sa.Integer(), nullable=False),
    sa.Column('may_show', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_study_branch_points_branch_id_branches'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('branch_id', name=op.f('pk_study_branch_points'))
    )


def downgrade() -> None:
    op.drop_table('study_branch_points')
    op.drop_table('study_point_days')
