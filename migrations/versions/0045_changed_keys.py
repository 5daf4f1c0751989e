"""Changed keys

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0045'
down_revision = '0044'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('study_key_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=True),
    sa.Column('version_ids', JSON, nullable=False),
    sa.Column('rule', sa.Enum('full', 'either', 'new', 'drop', name='keyrule', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('key_version_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('revokes', sa.Boolean(), nullable=False),
    sa.Column('revoked', JSON, nullable=False),
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('work', sa.Enum('applying', 'applied', 'undoing', 'undone', name='keywork', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('reached', sa.Integer(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_by_id', sa.Integer(), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['key_version_id'], ['study_question_versions.id'], name=op.f('fk_study_key_changes_key_version_id_study_question_versions')),
    sa.ForeignKeyConstraint(['made_by_id'], ['users.id'], name=op.f('fk_study_key_changes_made_by_id_users')),
    sa.ForeignKeyConstraint(['question_id'], ['study_questions.id'], name=op.f('fk_study_key_changes_question_id_study_questions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['study_quizzes.id'], name=op.f('fk_study_key_changes_quiz_id_study_quizzes'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['undone_by_id'], ['users.id'], name=op.f('fk_study_key_changes_undone_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_key_changes')),
    sa.UniqueConstraint('token', name=op.f('uq_study_key_changes_token'))
    )
    with op.batch_alter_table('study_key_changes', schema=None) as batch_op:
        for column in ('question_id', 'quiz_id', 'made_by_id', 'undone_by_id'):
            batch_op.create_index(batch_op.f(f'ix_study_key_changes_{column}'), [column], unique=False)

    op.create_table('study_key_marks',
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('old_mark', sa.Integer(), nullable=True),
    sa.Column('old_max', sa.Integer(), nullable=False),
    sa.Column('mark', sa.Integer(), nullable=True),
    sa.Column('max_mark', sa.Integer(), nullable=False),
    sa.Column('paper_old_mark', sa.Integer(), nullable=True),
    sa.Column('paper_old_max', sa.Integer(), nullable=False),
    sa.Column('paper_old_passed', sa.Boolean(), nullable=True),
    sa.Column('paper_mark', sa.Integer(), nullable=True),
    sa.Column('paper_max', sa.Integer(), nullable=False),
    sa.Column('paper_passed', sa.Boolean(), nullable=True),
    sa.Column('is_told', sa.Boolean(), nullable=False),
    sa.Column('restored_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['study_attempts.id'], name=op.f('fk_study_key_marks_attempt_id_study_attempts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['change_id'], ['study_key_changes.id'], name=op.f('fk_study_key_marks_change_id_study_key_changes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('change_id', 'attempt_id', 'position', name=op.f('pk_study_key_marks'))
    )
    with op.batch_alter_table('study_key_marks', schema=None) as batch_op:
        batch_op.create_index('ix_study_key_marks_paper', ['attempt_id', 'position'], unique=False)

    op.create_table('study_key_doubts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['study_questions.id'], name=op.f('fk_study_key_doubts_question_id_study_questions'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['study_quizzes.id'], name=op.f('fk_study_key_doubts_quiz_id_study_quizzes'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_key_doubts_user_id_users'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['study_question_versions.id'], name=op.f('fk_study_key_doubts_version_id_study_question_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_key_doubts')),
    sa.UniqueConstraint('question_id', 'user_id', name=op.f('uq_study_key_doubts_question_id_user_id'))
    )
    with op.batch_alter_table('study_key_doubts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_key_doubts_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    op.drop_table('study_key_doubts')
    op.drop_table('study_key_marks')
    op.drop_table('study_key_changes')
