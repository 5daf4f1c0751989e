"""Arranging threads

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

KNOWN = ('hide', 'restore', 'keep', 'lock', 'unlock', 'pin', 'unpin', 'digest', 'undigest', 'timer', 'untimer', 'sort')
OLD_ACTION = sa.Enum(*KNOWN, name='action', native_enum=False, create_constraint=True, length=32)
NEW_ACTION = sa.Enum(*KNOWN, 'move', 'merge', 'split', 'copy', name='action', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('opening_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_forum_threads_merged_into_id'), ['merged_into_id'], unique=False)

    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=OLD_ACTION, type_=NEW_ACTION, existing_nullable=False)


def downgrade() -> None:
    # The log of an older version knows none of these acts; what it cannot name it calls examined.
    op.execute("UPDATE moderation_decisions SET action = 'keep' WHERE action IN ('move', 'merge', 'split', 'copy')")
    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=NEW_ACTION, type_=OLD_ACTION, existing_nullable=False)

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_threads_merged_into_id'))
        batch_op.drop_column('opening_id')
