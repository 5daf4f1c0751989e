"""Reading to be trusted

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

POSITIONS = sa.table('forum_read_positions', sa.column('last_number'), sa.column('read_count'))
COURSE_OF_LESSON = """
UPDATE forum_threads SET course_id = (
    SELECT study_modules.course_id FROM study_lessons
    JOIN study_modules ON study_modules.id = study_lessons.module_id
    WHERE study_lessons.id = forum_threads.subject_id
) WHERE subject_kind = 'lesson'
"""


def upgrade() -> None:
    with op.batch_alter_table('forum_read_positions', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                'ahead', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default='[]'
            )
        )
        batch_op.add_column(sa.Column('read_count', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.add_column(sa.Column('course_id', sa.Integer(), nullable=True))
    with op.batch_alter_table('forum_posts', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f('ix_forum_posts_thread_id_forum_posts_created_at_forum_posts_number'), ['thread_id', 'created_at', 'number'], unique=False
        )
    op.execute(POSITIONS.update().values(read_count=POSITIONS.c.last_number))
    op.execute(COURSE_OF_LESSON)


def downgrade() -> None:
    with op.batch_alter_table('forum_posts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forum_posts_thread_id_forum_posts_created_at_forum_posts_number'))
    with op.batch_alter_table('forum_threads', schema=None) as batch_op:
        batch_op.drop_column('course_id')
    with op.batch_alter_table('forum_read_positions', schema=None) as batch_op:
        batch_op.drop_column('read_count')
        batch_op.drop_column('ahead')
