"""Kinds of questions

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('study_question_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('details', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default='{}'))
    with op.batch_alter_table('study_question_versions', schema=None) as batch_op:
        batch_op.alter_column('details', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('study_question_versions', schema=None) as batch_op:
        batch_op.drop_column('details')
