"""Tokens of key changes

Revision ID: 0046
Revises: 0045
"""

from alembic import op

revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('study_key_changes', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_study_key_changes_token'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_study_key_changes_question_id_token'), ['question_id', 'token'])


def downgrade() -> None:
    with op.batch_alter_table('study_key_changes', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_study_key_changes_question_id_token'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_study_key_changes_token'), ['token'])
