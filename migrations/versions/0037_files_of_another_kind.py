"""Files of another kind than their name says

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None

KNOWN = ('kind_refused', 'encrypted', 'broken', 'too_large_inside', 'entities', 'too_long', 'too_much_memory', 'no_text', 'not_utf8')
OLD = sa.Enum(*KNOWN, name='extractionfault', native_enum=False, create_constraint=True, length=32)
NEW = sa.Enum(*KNOWN, 'other_kind', name='extractionfault', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table('study_materials', schema=None) as batch_op:
        batch_op.alter_column('fault', existing_type=OLD, type_=NEW, existing_nullable=True)


def downgrade() -> None:
    op.execute("UPDATE study_materials SET fault = 'broken' WHERE fault = 'other_kind'")
    with op.batch_alter_table('study_materials', schema=None) as batch_op:
        batch_op.alter_column('fault', existing_type=NEW, type_=OLD, existing_nullable=True)
