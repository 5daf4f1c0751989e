"""Where cards come from

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = '0047'
down_revision = '0046'
branch_labels = None
depends_on = None

SOURCES = (
    'INSERT INTO study_card_sources (card_id, quiz_id) SELECT id, waits_for_quiz_id FROM study_review_cards'
    ' WHERE waits_for_quiz_id IS NOT NULL',
    'INSERT INTO study_card_sources (card_id, quiz_id) SELECT c.id, a.quiz_id FROM study_review_cards c'
    ' JOIN study_attempts a ON a.id = c.attempt_id'
    ' WHERE c.waits_for_quiz_id IS NULL OR a.quiz_id <> c.waits_for_quiz_id',
)
# What is in no paper came from a page, and so did what was missed in one at any time.
PRACTISED = (
    'UPDATE study_review_cards SET is_practised = true'
    ' WHERE (attempt_id IS NULL AND waits_for_quiz_id IS NULL) OR EXISTS (SELECT 1 FROM study_practice_answers p'
    ' WHERE p.user_id = study_review_cards.user_id AND p.question_id = study_review_cards.question_id'
    ' AND p.fraction < 1000)'
)
# Before, a card waited for one quiz: it stays hidden, though some quiz may tell of it already.
WAITING = (
    'UPDATE study_review_cards SET waits_for_quiz_id ='
    ' (SELECT min(s.quiz_id) FROM study_card_sources s WHERE s.card_id = study_review_cards.id)'
    ' WHERE NOT is_practised'
)


def upgrade() -> None:
    op.create_table('study_card_sources',
    sa.Column('card_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['card_id'], ['study_review_cards.id'], name=op.f('fk_study_card_sources_card_id_study_review_cards'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['study_quizzes.id'], name=op.f('fk_study_card_sources_quiz_id_study_quizzes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('card_id', 'quiz_id', name=op.f('pk_study_card_sources'))
    )
    with op.batch_alter_table('study_card_sources', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_card_sources_quiz_id'), ['quiz_id'], unique=False)
    op.add_column('study_review_cards', sa.Column('is_practised', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('study_review_cards', sa.Column('righted_at', sa.DateTime(timezone=True), nullable=True))
    for statement in (*SOURCES, PRACTISED):
        op.execute(statement)
    with op.batch_alter_table('study_review_cards', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_study_review_cards_waits_for_quiz_id'))
        batch_op.drop_constraint(batch_op.f('fk_study_review_cards_waits_for_quiz_id_study_quizzes'), type_='foreignkey')
        batch_op.drop_column('waits_for_quiz_id')
        batch_op.alter_column('is_practised', existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    op.add_column('study_review_cards', sa.Column('waits_for_quiz_id', sa.Integer(), nullable=True))
    op.execute(WAITING)
    op.drop_table('study_card_sources')
    with op.batch_alter_table('study_review_cards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_review_cards_waits_for_quiz_id'), ['waits_for_quiz_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_study_review_cards_waits_for_quiz_id_study_quizzes'), 'study_quizzes', ['waits_for_quiz_id'], ['id'], ondelete='CASCADE')
        batch_op.drop_column('righted_at')
        batch_op.drop_column('is_practised')

