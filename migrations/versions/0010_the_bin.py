"""The bin

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

GONE = sa.text('deleted_at IS NOT NULL')
KNOWN = ('hide', 'restore', 'keep', 'lock', 'unlock', 'pin', 'unpin', 'digest', 'undigest', 'timer', 'untimer', 'sort', 'move', 'merge', 'split', 'copy', 'close_poll')
OLD_ACTION = sa.Enum(*KNOWN, name='action', native_enum=False, create_constraint=True, length=32)
NEW_ACTION = sa.Enum(*KNOWN, 'delete', 'undelete', 'rewrite', name='action', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table('forum_posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deleted_reason', sa.String(length=500), nullable=False, server_default=''))
        batch_op.create_index(
            batch_op.f('ix_forum_posts_deleted_at_forum_posts_id'), ['deleted_at', 'id'], sqlite_where=GONE, postgresql_where=GONE
        )

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deleted_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('deleted_reason', sa.String(length=500), nullable=False, server_default=''))
        batch_op.create_foreign_key(batch_op.f('fk_forum_threads_deleted_by_id_users'), 'users', ['deleted_by_id'], ['id'])
        batch_op.create_index(
            batch_op.f('ix_forum_threads_deleted_at_forum_threads_id'), ['deleted_at', 'id'], sqlite_where=GONE, postgresql_where=GONE
        )

    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=OLD_ACTION, type_=NEW_ACTION, existing_nullable=False)


def downgrade() -> None:
    # The log of an older version knows none of these acts; what it cannot name it calls examined.
    op.execute("UPDATE moderation_decisions SET action = 'keep' WHERE action IN ('delete', 'undelete', 'rewrite')")
    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=NEW_ACTION, type_=OLD_ACTION, existing_nullable=False)

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_threads_deleted_at_forum_threads_id'))
        batch_op.drop_constraint(batch_op.f('fk_forum_threads_deleted_by_id_users'), type_='foreignkey')
        batch_op.drop_column('deleted_reason')
        batch_op.drop_column('deleted_by_id')

    with op.batch_alter_table('forum_posts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_posts_deleted_at_forum_posts_id'))
        batch_op.drop_column('deleted_reason')
