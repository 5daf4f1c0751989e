"""Courses added up for each member

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

STATES = sa.Enum('not_begun', 'under_way', 'done', name='learningstate', native_enum=False, create_constraint=True, length=32)

# What the lessons say so far; from here on it is kept beside them.
FILL = """
INSERT INTO study_course_progress (user_id, course_id, state, done, total, begun_at, opened_at, completed_at)
SELECT p.user_id, m.course_id,
       CASE WHEN count(*) FILTER (WHERE p.state = 'done') = t.total THEN 'done'
            WHEN count(*) FILTER (WHERE p.state <> 'not_begun') > 0 THEN 'under_way' ELSE 'not_begun' END,
       count(*) FILTER (WHERE p.state = 'done'), t.total, min(p.first_opened_at), max(p.opened_at),
       CASE WHEN count(*) FILTER (WHERE p.state = 'done') = t.total THEN max(p.completed_at) END
FROM study_lesson_progress p
JOIN study_lessons l ON l.id = p.lesson_id
JOIN study_modules m ON m.id = l.module_id
JOIN (SELECT study_modules.course_id, count(*) AS total
      FROM study_modules JOIN study_lessons ON study_lessons.module_id = study_modules.id
      GROUP BY study_modules.course_id) t ON t.course_id = m.course_id
GROUP BY p.user_id, m.course_id, t.total
"""


def upgrade() -> None:
    op.create_table('study_course_progress',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('state', STATES, nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_course_progress_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_course_progress_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'course_id', name=op.f('pk_study_course_progress'))
    )
    with op.batch_alter_table('study_course_progress', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f('ix_study_course_progress_course_id_study_course_progress_user_id'), ['course_id', 'user_id'], unique=False
        )
    op.execute(FILL)


def downgrade() -> None:
    op.drop_table('study_course_progress')
