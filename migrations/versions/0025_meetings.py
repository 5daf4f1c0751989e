"""Meetings

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

KNOWN = ('page', 'document', 'video', 'audio', 'quiz', 'link', 'assignment')
OLD_KIND = sa.Enum(*KNOWN, name='lessonkind', native_enum=False, create_constraint=True, length=32)
NEW_KIND = sa.Enum(*KNOWN, 'meeting', name='lessonkind', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        'study_meetings',
        sa.Column('lesson_id', sa.Integer(), nullable=False),
        sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('place', sa.String(length=300), nullable=False),
        sa.Column('link', sa.String(length=2000), nullable=False),
        sa.Column('seats', sa.Integer(), nullable=False),
        sa.Column('code', sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_meetings_lesson_id_study_lessons'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('lesson_id', name=op.f('pk_study_meetings')),
    )
    op.create_table(
        'study_seats',
        sa.Column('lesson_id', sa.Integer(), nullable=False),
        sa.Column('user_id', sa.Integer(), nullable=False),
        sa.Column('signed_up_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('is_waiting', sa.Boolean(), nullable=False),
        sa.Column('attended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('attended_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['attended_by_id'], ['users.id'], name=op.f('fk_study_seats_attended_by_id_users')),
        sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_seats_lesson_id_study_lessons'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_seats_user_id_users'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('lesson_id', 'user_id', name=op.f('pk_study_seats')),
    )
    with op.batch_alter_table('study_seats', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_seats_attended_by_id'), ['attended_by_id'])
        batch_op.create_index(batch_op.f('ix_study_seats_user_id'), ['user_id'])

    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=OLD_KIND, type_=NEW_KIND, existing_nullable=False)


def downgrade() -> None:
    # What an older version cannot hold it shows as a page, done when it is read.
    op.execute("UPDATE study_lessons SET kind = 'page', completion = 'read' WHERE kind = 'meeting'")
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=NEW_KIND, type_=OLD_KIND, existing_nullable=False)
    op.drop_table('study_seats')
    op.drop_table('study_meetings')
