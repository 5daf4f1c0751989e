"""Question banks shared with a branch, and changes of keys that are about the papers of one course

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = '0054'
down_revision = '0053'
branch_labels = None
depends_on = None

# Until now a question was asked by quizzes of its own course alone.
HOME = """
UPDATE study_key_changes SET course_id = (
    SELECT study_question_banks.course_id FROM study_questions
    JOIN study_question_banks ON study_question_banks.id = study_questions.bank_id
    WHERE study_questions.id = study_key_changes.question_id
)
"""

ELSEWHERE = """
SELECT study_key_changes.id FROM study_key_changes
JOIN study_questions ON study_questions.id = study_key_changes.question_id
JOIN study_question_banks ON study_question_banks.id = study_questions.bank_id
WHERE study_key_changes.quiz_id IS NULL AND study_key_changes.course_id != study_question_banks.course_id
"""


def upgrade() -> None:
    with op.batch_alter_table('study_question_banks', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shared_with_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_study_question_banks_shared_with_id'), ['shared_with_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_study_question_banks_shared_with_id_branches'), 'branches', ['shared_with_id'], ['id'])

    with op.batch_alter_table('study_key_changes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('course_id', sa.Integer(), nullable=True))
    op.execute(HOME)
    with op.batch_alter_table('study_key_changes', schema=None) as batch_op:
        batch_op.alter_column('course_id', existing_type=sa.Integer(), nullable=False)
        batch_op.create_index(batch_op.f('ix_study_key_changes_course_id'), ['course_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_study_key_changes_course_id_study_courses'), 'study_courses', ['course_id'], ['id'], ondelete='CASCADE')


def downgrade() -> None:
    # The older rules know no courses: what one of several courses decided would hold for all of them.
    op.execute(f"DELETE FROM study_key_marks WHERE change_id IN ({ELSEWHERE})")
    op.execute(f"DELETE FROM study_key_changes WHERE id IN ({ELSEWHERE})")
    with op.batch_alter_table('study_key_changes', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_study_key_changes_course_id_study_courses'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_study_key_changes_course_id'))
        batch_op.drop_column('course_id')

    with op.batch_alter_table('study_question_banks', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_study_question_banks_shared_with_id_branches'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_study_question_banks_shared_with_id'))
        batch_op.drop_column('shared_with_id')
