"""Order on the boards

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

OLD_ACTION = sa.Enum('hide', 'restore', 'keep', 'lock', 'unlock', name='action', native_enum=False, create_constraint=True, length=32)
NEW_ACTION = sa.Enum('hide', 'restore', 'keep', 'lock', 'unlock', 'pin', 'unpin', 'digest', 'undigest', 'timer', 'untimer', 'sort', name='action', native_enum=False, create_constraint=True, length=32)

ADDED = {
    'ix_forum_threads_newest': ['board_id', 'pinned', 'created_at', 'id'],
    'ix_forum_threads_active': ['board_id', 'last_posted_at', 'id'],
    'ix_forum_threads_unanswered': ['board_id', 'kind', 'reply_count', 'created_at', 'id'],
    'ix_forum_threads_board_digest': ['board_id', 'digest_at', 'id'],
    'ix_forum_threads_digest': ['digest_at', 'id'],
    'ix_forum_threads_state_forum_threads_closes_at': ['state', 'closes_at'],
}
DROPPED = {
    'ix_forum_threads_closes_at': ['closes_at'],
    'ix_forum_threads_board_id_forum_threads_digest_at': ['board_id', 'digest_at'],
}


def upgrade() -> None:
    op.create_table('forum_thread_choices',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('choice', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['forum_boards.id'], name=op.f('fk_forum_thread_choices_board_id_forum_boards')),
    sa.ForeignKeyConstraint(['thread_id'], ['forum_threads.id'], name=op.f('fk_forum_thread_choices_thread_id_forum_threads')),
    sa.PrimaryKeyConstraint('thread_id', 'key', name=op.f('pk_forum_thread_choices'))
    )
    op.create_index('ix_forum_thread_choices_found', 'forum_thread_choices', ['board_id', 'key', 'choice', 'thread_id'])

    with op.batch_alter_table('forum_tags', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_forum_tags_merged_into_id_forum_tags'), 'forum_tags', ['merged_into_id'], ['id'])

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('closes_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_forum_threads_closes_by_id_users'), 'users', ['closes_by_id'], ['id'])
        for name in DROPPED:
            batch_op.drop_index(name)
        for name, columns in ADDED.items():
            batch_op.create_index(name, columns, unique=False)

    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=OLD_ACTION, type_=NEW_ACTION, existing_nullable=False)


def downgrade() -> None:
    # The log of an older version knows none of these acts; what it cannot name it calls examined.
    op.execute("UPDATE moderation_decisions SET action = 'keep' WHERE action NOT IN ('hide', 'restore', 'keep', 'lock', 'unlock')")
    with op.batch_alter_table('moderation_decisions', schema=None) as batch_op:
        batch_op.alter_column('action', existing_type=NEW_ACTION, type_=OLD_ACTION, existing_nullable=False)

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        for name in ADDED:
            batch_op.drop_index(name)
        for name, columns in DROPPED.items():
            batch_op.create_index(name, columns, unique=False)
        batch_op.drop_constraint(batch_op.f('fk_forum_threads_closes_by_id_users'), type_='foreignkey')
        batch_op.drop_column('closes_by_id')

    with op.batch_alter_table('forum_tags', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_forum_tags_merged_into_id_forum_tags'), type_='foreignkey')
        batch_op.drop_column('merged_into_id')

    op.drop_index('ix_forum_thread_choices_found', table_name='forum_thread_choices')
    op.drop_table('forum_thread_choices')
