"""What completes a lesson

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

RULES = ('opened', 'read', 'read_through', 'watched', 'quiz_passed', 'marked', 'attended', 'by_hand')
RULE = sa.Enum(*RULES, name='completionrule', native_enum=False, create_constraint=True, length=32)
OLD = ('opened', 'read', 'quiz_passed', 'quiz_failed')
OLD_KIND = sa.Enum(*OLD, name='progresskind', native_enum=False, create_constraint=True, length=32)
NEW_KIND = sa.Enum(
    'opened', 'read', 'studied', 'reached_end', 'watched', 'quiz_passed', 'quiz_failed', 'marked', 'attended',
    name='progresskind', native_enum=False, create_constraint=True, length=32,
)


def upgrade() -> None:
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.add_column(sa.Column('completion', RULE, nullable=False, server_default='read'))
        batch_op.add_column(sa.Column('completion_number', sa.Integer(), nullable=False, server_default='0'))
    op.execute("UPDATE study_lessons SET completion = 'quiz_passed' WHERE kind = 'quiz'")
    with op.batch_alter_table('study_progress_events', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=OLD_KIND, type_=NEW_KIND, existing_nullable=False)


def downgrade() -> None:
    # An older version knows none of these entries.
    op.execute("DELETE FROM study_progress_events WHERE kind IN ('studied', 'reached_end', 'watched', 'marked', 'attended')")
    with op.batch_alter_table('study_progress_events', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=NEW_KIND, type_=OLD_KIND, existing_nullable=False)
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_study_lessons_completionrule'), type_='check')
        batch_op.drop_column('completion_number')
        batch_op.drop_column('completion')
