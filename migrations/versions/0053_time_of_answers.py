"""Time of answers

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = '0053'
down_revision = '0052'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain addition: to copy the table would take minutes where there are many papers.
    op.add_column('study_attempt_slots', sa.Column('seconds', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('study_attempt_slots', 'seconds')
