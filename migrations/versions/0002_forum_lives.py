"""Forum lives

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

OLD_LEVEL = sa.Enum('following', 'muted', name='subscriptionlevel', native_enum=False, create_constraint=True, length=32)
NEW_LEVEL = sa.Enum('watching', 'following', 'muted', name='subscriptionlevel', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table('forum_tags',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.JSON(), nullable=False),
    sa.Column('thread_count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forum_tags')),
    sa.UniqueConstraint('slug', name=op.f('uq_forum_tags_slug'))
    )
    op.create_table('forum_drafts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('publish_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('problem', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_drafts_user_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forum_drafts')),
    sa.UniqueConstraint('user_id', 'place', name=op.f('uq_forum_drafts_user_id_place'))
    )
    with op.batch_alter_table('forum_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_drafts_publish_at'), ['publish_at'], unique=False)

    op.create_table('forum_feed_tokens',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_feed_tokens_user_id_users')),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_forum_feed_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_forum_feed_tokens_token_hash'))
    )
    op.create_table('forum_follows',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('board', 'tag', 'course', name='followedkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('target_id', sa.Integer(), nullable=False),
    sa.Column('level', sa.Enum('watching', 'following', 'muted', name='subscriptionlevel', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_follows_user_id_users')),
    sa.PrimaryKeyConstraint('user_id', 'kind', 'target_id', name=op.f('pk_forum_follows'))
    )
    with op.batch_alter_table('forum_follows', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_follows_kind_forum_follows_target_id_forum_follows_level'), ['kind', 'target_id', 'level'], unique=False)

    op.create_table('forum_board_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('board_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('thread_title', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['board_id'], ['forum_boards.id'], name=op.f('fk_forum_board_templates_board_id_forum_boards')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forum_board_templates'))
    )
    with op.batch_alter_table('forum_board_templates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_board_templates_board_id_forum_board_templates_position_forum_board_templates_id'), ['board_id', 'position', 'id'], unique=False)

    op.create_table('forum_polls',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.String(length=60), nullable=False),
    sa.Column('choices_max', sa.Integer(), nullable=False),
    sa.Column('secret', sa.Boolean(), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ballot_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['forum_threads.id'], name=op.f('fk_forum_polls_thread_id_forum_threads')),
    sa.PrimaryKeyConstraint('thread_id', name=op.f('pk_forum_polls'))
    )
    op.create_table('forum_receipts',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['forum_threads.id'], name=op.f('fk_forum_receipts_thread_id_forum_threads')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_receipts_user_id_users')),
    sa.PrimaryKeyConstraint('thread_id', 'user_id', name=op.f('pk_forum_receipts'))
    )
    op.create_table('forum_thread_tags',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('tag_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tag_id'], ['forum_tags.id'], name=op.f('fk_forum_thread_tags_tag_id_forum_tags')),
    sa.ForeignKeyConstraint(['thread_id'], ['forum_threads.id'], name=op.f('fk_forum_thread_tags_thread_id_forum_threads')),
    sa.PrimaryKeyConstraint('thread_id', 'tag_id', name=op.f('pk_forum_thread_tags'))
    )
    with op.batch_alter_table('forum_thread_tags', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_thread_tags_tag_id_forum_thread_tags_thread_id'), ['tag_id', 'thread_id'], unique=False)

    op.create_table('forum_attachments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=True),
    sa.Column('uploader_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('thumbnail_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('alt', sa.String(length=300), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['core_files.id'], name=op.f('fk_forum_attachments_file_id_core_files')),
    sa.ForeignKeyConstraint(['post_id'], ['forum_posts.id'], name=op.f('fk_forum_attachments_post_id_forum_posts')),
    sa.ForeignKeyConstraint(['thumbnail_id'], ['core_files.id'], name=op.f('fk_forum_attachments_thumbnail_id_core_files')),
    sa.ForeignKeyConstraint(['uploader_id'], ['users.id'], name=op.f('fk_forum_attachments_uploader_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forum_attachments'))
    )
    with op.batch_alter_table('forum_attachments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_attachments_created_at'), ['created_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_forum_attachments_post_id'), ['post_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_forum_attachments_uploader_id_forum_attachments_post_id'), ['uploader_id', 'post_id'], unique=False)

    op.create_table('forum_ballots',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('branch_id', sa.Integer(), nullable=True),
    sa.Column('cast_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['branches.id'], name=op.f('fk_forum_ballots_branch_id_branches')),
    sa.ForeignKeyConstraint(['thread_id'], ['forum_polls.thread_id'], name=op.f('fk_forum_ballots_thread_id_forum_polls')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_ballots_user_id_users')),
    sa.PrimaryKeyConstraint('thread_id', 'user_id', name=op.f('pk_forum_ballots'))
    )
    with op.batch_alter_table('forum_ballots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_ballots_thread_id_forum_ballots_branch_id'), ['thread_id', 'branch_id'], unique=False)

    op.create_table('forum_bookmarks',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(length=300), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['forum_posts.id'], name=op.f('fk_forum_bookmarks_post_id_forum_posts')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_bookmarks_user_id_users')),
    sa.PrimaryKeyConstraint('user_id', 'post_id', name=op.f('pk_forum_bookmarks'))
    )
    with op.batch_alter_table('forum_bookmarks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_bookmarks_remind_at'), ['remind_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_forum_bookmarks_user_id_forum_bookmarks_created_at_forum_bookmarks_post_id'), ['user_id', 'created_at', 'post_id'], unique=False)

    op.create_table('forum_citations',
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['forum_posts.id'], name=op.f('fk_forum_citations_post_id_forum_posts')),
    sa.ForeignKeyConstraint(['thread_id'], ['forum_threads.id'], name=op.f('fk_forum_citations_thread_id_forum_threads')),
    sa.PrimaryKeyConstraint('thread_id', 'post_id', name=op.f('pk_forum_citations'))
    )
    with op.batch_alter_table('forum_citations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forum_citations_post_id'), ['post_id'], unique=False)

    op.create_table('forum_poll_options',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('thread_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('vote_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['thread_id'], ['forum_polls.thread_id'], name=op.f('fk_forum_poll_options_thread_id_forum_polls')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forum_poll_options')),
    sa.UniqueConstraint('thread_id', 'position', name=op.f('uq_forum_poll_options_thread_id_position'))
    )
    op.create_table('forum_reactions',
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['forum_posts.id'], name=op.f('fk_forum_reactions_post_id_forum_posts')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_reactions_user_id_users')),
    sa.PrimaryKeyConstraint('post_id', 'user_id', name=op.f('pk_forum_reactions')),
    sa.UniqueConstraint('user_id', 'post_id', name=op.f('uq_forum_reactions_user_id_post_id'))
    )
    op.create_table('forum_translations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('of_revision', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('approved_by_id', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['approved_by_id'], ['users.id'], name=op.f('fk_forum_translations_approved_by_id_users')),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_forum_translations_author_id_users')),
    sa.ForeignKeyConstraint(['post_id'], ['forum_posts.id'], name=op.f('fk_forum_translations_post_id_forum_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forum_translations')),
    sa.UniqueConstraint('post_id', 'language', name=op.f('uq_forum_translations_post_id_language'))
    )
    op.create_table('forum_votes',
    sa.Column('option_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['option_id'], ['forum_poll_options.id'], name=op.f('fk_forum_votes_option_id_forum_poll_options')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_forum_votes_user_id_users')),
    sa.PrimaryKeyConstraint('option_id', 'user_id', name=op.f('pk_forum_votes'))
    )
    with op.batch_alter_table('forum_boards', schema=None) as batch_op:
        batch_op.add_column(sa.Column('fields', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default='[]'))

    with op.batch_alter_table('forum_posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('deleted_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('office', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('support_count', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('reactions', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('is_translated', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(batch_op.f('ix_forum_posts_thread_id_forum_posts_support_count_forum_posts_number'), ['thread_id', 'support_count', 'number'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_forum_posts_deleted_by_id_users'), 'users', ['deleted_by_id'], ['id'])

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('accepted_post_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('fields', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('digest_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('pinned_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('pinned_everywhere', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('is_cited', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_forum_threads_board_id_forum_threads_digest_at'), ['board_id', 'digest_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_forum_threads_closes_at'), ['closes_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_forum_threads_pinned_everywhere_forum_threads_last_posted_at'), ['pinned_everywhere', 'last_posted_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_forum_threads_pinned_until'), ['pinned_until'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_forum_threads_merged_into_id_forum_threads'), 'forum_threads', ['merged_into_id'], ['id'])

    with op.batch_alter_table('forum_subscriptions', schema=None) as batch_op:
        batch_op.alter_column('level', existing_type=OLD_LEVEL, type_=NEW_LEVEL, existing_nullable=False)
    # To follow a thread meant to be told of every post, which is now called to watch it.
    op.execute("UPDATE forum_subscriptions SET level = 'watching' WHERE level = 'following'")


def downgrade() -> None:
    op.execute("UPDATE forum_subscriptions SET level = 'following' WHERE level = 'watching'")
    with op.batch_alter_table('forum_subscriptions', schema=None) as batch_op:
        batch_op.alter_column('level', existing_type=NEW_LEVEL, type_=OLD_LEVEL, existing_nullable=False)

    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_forum_threads_merged_into_id_forum_threads'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_forum_threads_pinned_until'))
        batch_op.drop_index(batch_op.f('ix_forum_threads_pinned_everywhere_forum_threads_last_posted_at'))
        batch_op.drop_index(batch_op.f('ix_forum_threads_closes_at'))
        batch_op.drop_index(batch_op.f('ix_forum_threads_board_id_forum_threads_digest_at'))
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('is_cited')
        batch_op.drop_column('closes_at')
        batch_op.drop_column('pinned_everywhere')
        batch_op.drop_column('pinned_until')
        batch_op.drop_column('digest_at')
        batch_op.drop_column('fields')
        batch_op.drop_column('tags')
        batch_op.drop_column('accepted_post_id')

    with op.batch_alter_table('forum_posts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_forum_posts_deleted_by_id_users'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_forum_posts_thread_id_forum_posts_support_count_forum_posts_number'))
        batch_op.drop_column('is_translated')
        batch_op.drop_column('reactions')
        batch_op.drop_column('support_count')
        batch_op.drop_column('office')
        batch_op.drop_column('deleted_by_id')

    with op.batch_alter_table('forum_boards', schema=None) as batch_op:
        batch_op.drop_column('fields')

    op.drop_table('forum_votes')
    op.drop_table('forum_translations')
    op.drop_table('forum_reactions')
    op.drop_table('forum_poll_options')
    with op.batch_alter_table('forum_citations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_citations_post_id'))

    op.drop_table('forum_citations')
    with op.batch_alter_table('forum_bookmarks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_bookmarks_user_id_forum_bookmarks_created_at_forum_bookmarks_post_id'))
        batch_op.drop_index(batch_op.f('ix_forum_bookmarks_remind_at'))

    op.drop_table('forum_bookmarks')
    with op.batch_alter_table('forum_ballots', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_ballots_thread_id_forum_ballots_branch_id'))

    op.drop_table('forum_ballots')
    with op.batch_alter_table('forum_attachments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_attachments_uploader_id_forum_attachments_post_id'))
        batch_op.drop_index(batch_op.f('ix_forum_attachments_post_id'))
        batch_op.drop_index(batch_op.f('ix_forum_attachments_created_at'))

    op.drop_table('forum_attachments')
    with op.batch_alter_table('forum_thread_tags', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_thread_tags_tag_id_forum_thread_tags_thread_id'))

    op.drop_table('forum_thread_tags')
    op.drop_table('forum_receipts')
    op.drop_table('forum_polls')
    with op.batch_alter_table('forum_board_templates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_board_templates_board_id_forum_board_templates_position_forum_board_templates_id'))

    op.drop_table('forum_board_templates')
    with op.batch_alter_table('forum_follows', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_follows_kind_forum_follows_target_id_forum_follows_level'))

    op.drop_table('forum_follows')
    op.drop_table('forum_feed_tokens')
    with op.batch_alter_table('forum_drafts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_drafts_publish_at'))

    op.drop_table('forum_drafts')
    op.drop_table('forum_tags')
