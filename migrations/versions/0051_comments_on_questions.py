"""Comments on questions

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = '0051'
down_revision = '0050'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_question_comments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['study_attempts.id'], name=op.f('fk_study_question_comments_attempt_id_study_attempts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_study_question_comments_author_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_question_comments'))
    )
    with op.batch_alter_table('study_question_comments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_question_comments_author_id'), ['author_id'], unique=False)
        batch_op.create_index('ix_study_question_comments_paper', ['attempt_id', 'position', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_question_comments')
