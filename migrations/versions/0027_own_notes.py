"""One's own notes

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

COLOURS = sa.Enum('yellow', 'green', 'blue', name='notecolour', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table('study_notes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('quote', sa.String(length=500), nullable=False),
    sa.Column('colour', COLOURS, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_notes_lesson_id_study_lessons'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_notes_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_notes')),
    sa.UniqueConstraint('user_id', 'lesson_id', 'mark', name=op.f('uq_study_notes_user_id_lesson_id_mark'))
    )
    with op.batch_alter_table('study_notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_notes_lesson_id'), ['lesson_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_notes_user_id_study_notes_id'), ['user_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_notes')
