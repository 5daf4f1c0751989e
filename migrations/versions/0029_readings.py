"""Documents as HTML

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')


def upgrade() -> None:
    op.create_table(
        'study_readings',
        sa.Column('material_id', sa.Integer(), nullable=False),
        sa.Column('parts', JSON, nullable=False),
        sa.Column('contents', JSON, nullable=False),
        sa.Column('made_by', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['material_id'], ['study_materials.id'], name=op.f('fk_study_readings_material_id_study_materials'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('material_id', name=op.f('pk_study_readings')),
    )
    op.create_table(
        'study_material_pictures',
        sa.Column('material_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('file_id', sa.Integer(), nullable=False),
        sa.Column('small_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['file_id'], ['core_files.id'], name=op.f('fk_study_material_pictures_file_id_core_files')),
        sa.ForeignKeyConstraint(['material_id'], ['study_materials.id'], name=op.f('fk_study_material_pictures_material_id_study_materials'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['small_id'], ['core_files.id'], name=op.f('fk_study_material_pictures_small_id_core_files')),
        sa.PrimaryKeyConstraint('material_id', 'number', name=op.f('pk_study_material_pictures')),
    )
    with op.batch_alter_table('study_material_pictures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_material_pictures_file_id'), ['file_id'])
        batch_op.create_index(batch_op.f('ix_study_material_pictures_small_id'), ['small_id'])


def downgrade() -> None:
    op.drop_table('study_material_pictures')
    op.drop_table('study_readings')
