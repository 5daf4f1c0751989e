"""Played lessons

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql')
KNOWN = ('page', 'document', 'quiz', 'link')
OLD_KIND = sa.Enum(*KNOWN, name='lessonkind', native_enum=False, create_constraint=True, length=32)
NEW_KIND = sa.Enum('page', 'document', 'video', 'audio', 'quiz', 'link', name='lessonkind', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        'study_timings',
        sa.Column('material_id', sa.Integer(), nullable=False),
        sa.Column('length_ms', sa.Integer(), nullable=False),
        sa.Column('cues', JSON, nullable=False),
        sa.ForeignKeyConstraint(['material_id'], ['study_materials.id'], name=op.f('fk_study_timings_material_id_study_materials'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('material_id', name=op.f('pk_study_timings')),
    )
    op.create_table(
        'study_lesson_media',
        sa.Column('lesson_id', sa.Integer(), nullable=False),
        sa.Column('chapters', JSON, nullable=False),
        sa.Column('subtitles_zh_id', sa.Integer(), nullable=True),
        sa.Column('subtitles_en_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['lesson_id'], ['study_lessons.id'], name=op.f('fk_study_lesson_media_lesson_id_study_lessons'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['subtitles_en_id'], ['study_materials.id'], name=op.f('fk_study_lesson_media_subtitles_en_id_study_materials')),
        sa.ForeignKeyConstraint(['subtitles_zh_id'], ['study_materials.id'], name=op.f('fk_study_lesson_media_subtitles_zh_id_study_materials')),
        sa.PrimaryKeyConstraint('lesson_id', name=op.f('pk_study_lesson_media')),
    )
    with op.batch_alter_table('study_lesson_media', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_lesson_media_subtitles_en_id'), ['subtitles_en_id'])
        batch_op.create_index(batch_op.f('ix_study_lesson_media_subtitles_zh_id'), ['subtitles_zh_id'])

    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=OLD_KIND, type_=NEW_KIND, existing_nullable=False)


def downgrade() -> None:
    # What an older version cannot play it offers as a document to download.
    op.execute("UPDATE study_lessons SET kind = 'document' WHERE kind IN ('video', 'audio')")
    with op.batch_alter_table('study_lessons', schema=None) as batch_op:
        batch_op.alter_column('kind', existing_type=NEW_KIND, type_=OLD_KIND, existing_nullable=False)
    op.drop_table('study_lesson_media')
    op.drop_table('study_timings')
