"""Certificates that were renewed

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

KNOWN = ('issued', 'shown', 'revoked', 'restored')
OLD = sa.Enum(*KNOWN, name='certificateact', native_enum=False, create_constraint=True, length=32)
NEW = sa.Enum(*KNOWN, 'renewed', name='certificateact', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table('study_certificate_records', schema=None) as batch_op:
        batch_op.alter_column('act', existing_type=OLD, type_=NEW, existing_nullable=False)


def downgrade() -> None:
    op.execute("UPDATE study_certificate_records SET act = 'restored' WHERE act = 'renewed'")
    with op.batch_alter_table('study_certificate_records', schema=None) as batch_op:
        batch_op.alter_column('act', existing_type=NEW, type_=OLD, existing_nullable=False)
