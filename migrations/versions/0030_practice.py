"""Answers to questions in pages

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table('study_practice_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('answer', JSON, nullable=False),
    sa.Column('fraction', sa.Integer(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['study_questions.id'], name=op.f('fk_study_practice_answers_question_id_study_questions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_practice_answers_user_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['study_question_versions.id'], name=op.f('fk_study_practice_answers_version_id_study_question_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_practice_answers'))
    )
    with op.batch_alter_table('study_practice_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_practice_answers_question_id'), ['question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_practice_answers_user_id_study_practice_answers_question_id_study_practice_answers_id'), ['user_id', 'question_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_practice_answers_version_id'), ['version_id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_practice_answers')
