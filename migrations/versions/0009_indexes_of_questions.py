"""Indexes of questions

Revision ID: 0009
Revises: 0008
"""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

TABLE = 'forum_threads'
ADDED = {
    'ix_forum_threads_questions': ['board_id', 'kind', 'last_posted_at', 'id'],
    'ix_forum_threads_solved': ['board_id', 'kind', 'accepted_post_id'],
}


def upgrade() -> None:
    # An index is made beside its table, without copying the table as a batch would.
    for name, columns in ADDED.items():
        op.create_index(name, TABLE, columns)


def downgrade() -> None:
    for name in ADDED:
        op.drop_index(name, TABLE)
