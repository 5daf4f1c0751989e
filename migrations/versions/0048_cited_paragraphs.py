"""Cited paragraphs

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = '0048'
down_revision = '0047'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_citations',
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('mark', sa.String(length=40), nullable=False),
    sa.Column('quote', sa.String(length=500), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=40), nullable=False),
    sa.Column('now_mark', sa.String(length=40), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_citations_lesson_id_study_lessons'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['question_id'], ['study_questions.id'], name=op.f('fk_study_citations_question_id_study_questions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('question_id', name=op.f('pk_study_citations'))
    )
    with op.batch_alter_table('study_citations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_citations_lesson_id_study_citations_changed_at'), ['lesson_id', 'changed_at'], unique=False)


def downgrade() -> None:
    op.drop_table('study_citations')
