"""Announcements and calendars

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_announcements',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('html', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['users.id'], name=op.f('fk_study_announcements_author_id_users')),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_announcements_course_id_study_courses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_announcements'))
    )
    with op.batch_alter_table('study_announcements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_announcements_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_announcements_course_id_study_announcements_id'), ['course_id', 'id'], unique=False)

    op.create_table('study_calendar_tokens',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_calendar_tokens_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_study_calendar_tokens')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_study_calendar_tokens_token_hash'))
    )


def downgrade() -> None:
    op.drop_table('study_calendar_tokens')
    op.drop_table('study_announcements')
