"""Notebooks of mistakes

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0044'
down_revision = '0043'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def _closed(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _stage() -> sa.Enum:
    return _closed('cardstage', 'new', 'learning', 'review', 'relearning')


def upgrade() -> None:
    op.create_table('study_notebooks',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('new_a_day', sa.Integer(), nullable=False),
    sa.Column('most_a_day', sa.Integer(), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_notebooks_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_study_notebooks'))
    )
    with op.batch_alter_table('study_notebooks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_notebooks_remind_at'), ['remind_at'], unique=False)

    op.create_table('study_review_cards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('mistake', _closed('mistake', 'wrong', 'part', 'guessed'), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=True),
    sa.Column('lesson_id', sa.Integer(), nullable=True),
    sa.Column('waits_for_quiz_id', sa.Integer(), nullable=True),
    sa.Column('stage', _stage(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=True),
    sa.Column('stability', sa.Double(), nullable=True),
    sa.Column('difficulty', sa.Double(), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reviewed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['study_attempts.id'], name=op.f('fk_study_review_cards_attempt_id_study_attempts'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_review_cards_lesson_id_study_lessons'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['question_id'], ['study_questions.id'], name=op.f('fk_study_review_cards_question_id_study_questions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_review_cards_user_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['waits_for_quiz_id'], ['study_quizzes.id'], name=op.f('fk_study_review_cards_waits_for_quiz_id_study_quizzes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_review_cards')),
    sa.UniqueConstraint('user_id', 'question_id', name=op.f('uq_study_review_cards_user_id_question_id'))
    )
    with op.batch_alter_table('study_review_cards', schema=None) as batch_op:
        for column in ('attempt_id', 'lesson_id', 'question_id', 'waits_for_quiz_id'):
            batch_op.create_index(batch_op.f(f'ix_study_review_cards_{column}'), [column], unique=False)
        batch_op.create_index(batch_op.f('ix_study_review_cards_user_id_study_review_cards_due_at'), ['user_id', 'due_at'], unique=False)

    op.create_table('study_card_reviews',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('card_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('act', _closed('cardact', 'rated', 'undone', 'reset'), nullable=False),
    sa.Column('recall', _closed('recall', 'again', 'hard', 'good', 'easy'), nullable=True),
    sa.Column('fraction', sa.Integer(), nullable=True),
    sa.Column('stage', _stage(), nullable=False),
    sa.Column('before', JSON, nullable=False),
    sa.Column('undoes_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['card_id'], ['study_review_cards.id'], name=op.f('fk_study_card_reviews_card_id_study_review_cards'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undoes_id'], ['study_card_reviews.id'], name=op.f('fk_study_card_reviews_undoes_id_study_card_reviews'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_card_reviews_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_card_reviews')),
    sa.UniqueConstraint('card_id', 'turn', name=op.f('uq_study_card_reviews_card_id_turn')),
    sa.UniqueConstraint('undoes_id', name=op.f('uq_study_card_reviews_undoes_id'))
    )
    with op.batch_alter_table('study_card_reviews', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_card_reviews_user_id_study_card_reviews_day'), ['user_id', 'day'], unique=False)


def downgrade() -> None:
    op.drop_table('study_card_reviews')
    op.drop_table('study_review_cards')
    op.drop_table('study_notebooks')
