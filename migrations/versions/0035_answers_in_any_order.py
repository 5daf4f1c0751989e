"""Answers in any order

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

REASONS = sa.Enum('late', 'closed', 'forged', 'flood', name='refusal', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table('study_answer_events', schema=None) as batch_op:
        batch_op.add_column(sa.Column('made_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('client_time', sa.DateTime(timezone=True), nullable=True))
    # Until now answers counted in the order in which they arrived.
    op.execute('UPDATE study_answer_events SET made_at = received_at')
    with op.batch_alter_table('study_answer_events', schema=None) as batch_op:
        batch_op.alter_column('made_at', existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_table('study_refused_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('client_id', sa.String(length=40), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('answer', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('reason', REASONS, nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('client_time', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['study_attempts.id'], name=op.f('fk_study_refused_answers_attempt_id_study_attempts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_refused_answers'))
    )
    with op.batch_alter_table('study_refused_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_refused_answers_attempt_id'), ['attempt_id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_refused_answers')
    with op.batch_alter_table('study_answer_events', schema=None) as batch_op:
        batch_op.drop_column('client_time')
        batch_op.drop_column('made_at')
