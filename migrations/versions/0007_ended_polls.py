"""Ended polls in the log

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

OLD = sa.Enum('hide', 'restore', 'keep', 'lock', 'unlock', 'pin', 'unpin', 'digest', 'undigest', 'timer', 'untimer', 'sort', 'move', 'merge', 'split', 'copy', name='action', native_enum=False, create_constraint=True, length=32)
NEW = sa.Enum('hide', 'restore', 'keep', 'lock', 'unlock', 'pin', 'unpin', 'digest', 'undigest', 'timer', 'untimer', 'sort', 'move', 'merge', 'split', 'copy', 'close_poll', name='action', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=OLD, type_=NEW, existing_nullable=False)


def downgrade() -> None:
    op.execute("UPDATE moderation_decisions SET action = 'lock' WHERE action = 'close_poll'")
    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=NEW, type_=OLD, existing_nullable=False)
