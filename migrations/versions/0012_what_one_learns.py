"""What one learns

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns without constraints: SQLite then adds them in place and need not write the table anew.
    with op.batch_alter_table('study_courses', schema=None) as batch_op:
        batch_op.add_column(sa.Column('outcomes', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('level', sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('study_courses', schema=None) as batch_op:
        batch_op.drop_column('level')
        batch_op.drop_column('outcomes')
