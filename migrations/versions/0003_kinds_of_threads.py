"""Kinds of threads

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('has_official_reply', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('forum_polls', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closed_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f('ix_forum_polls_told_at_forum_polls_closes_at'), ['told_at', 'closes_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_forum_polls_closed_by_id_users'), 'users', ['closed_by_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('forum_polls', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_forum_polls_closed_by_id_users'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_forum_polls_told_at_forum_polls_closes_at'))
        batch_op.drop_column('told_at')
        batch_op.drop_column('closed_by_id')

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.drop_column('reminded_at')
        batch_op.drop_column('has_official_reply')
