"""Versions that were studied, and where files came from

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = '0049'
down_revision = '0048'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_material_versions',
    sa.Column('material_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['core_files.id'], name=op.f('fk_study_material_versions_file_id_core_files')),
    sa.ForeignKeyConstraint(['material_id'], ['study_materials.id'], name=op.f('fk_study_material_versions_material_id_study_materials'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('material_id', 'number', name=op.f('pk_study_material_versions'))
    )
    with op.batch_alter_table('study_material_versions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_material_versions_file_id'), ['file_id'], unique=False)

    op.add_column('study_materials', sa.Column('origin', sa.String(length=100), server_default='', nullable=False))


def downgrade() -> None:
    op.drop_column('study_materials', 'origin')
    op.drop_table('study_material_versions')
