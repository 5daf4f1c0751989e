"""Active time

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_sittings',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_sittings_lesson_id_study_lessons'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_sittings_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'lesson_id', name=op.f('pk_study_sittings'))
    )
    with op.batch_alter_table('study_sittings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_sittings_lesson_id'), ['lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_sittings_seen_at'), ['seen_at'], unique=False)
    with op.batch_alter_table('study_progress_events', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f('ix_study_progress_events_user_id_study_progress_events_at'), ['user_id', 'at'], unique=False
        )
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.add_column(sa.Column('text_changed_at', sa.DateTime(timezone=True), nullable=True))
    # When an older version changed a text is not known better than when it changed anything.
    op.execute('UPDATE study_lessons SET text_changed_at = updated_at')
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.alter_column('text_changed_at', existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.drop_column('text_changed_at')
    with op.batch_alter_table('study_progress_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_study_progress_events_user_id_study_progress_events_at'))
    op.drop_table('study_sittings')
