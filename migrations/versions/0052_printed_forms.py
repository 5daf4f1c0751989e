"""Quizzes on paper, and pictures in questions

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0052'
down_revision = '0051'
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def upgrade() -> None:
    op.create_table('study_printed_forms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('seed', sa.BigInteger(), nullable=False),
    sa.Column('limit_minutes', sa.Integer(), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_study_printed_forms_created_by_id_users')),
    sa.ForeignKeyConstraint(['quiz_id'], ['study_quizzes.id'], name=op.f('fk_study_printed_forms_quiz_id_study_quizzes'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_printed_forms')),
    sa.UniqueConstraint('quiz_id', 'number', name=op.f('uq_study_printed_forms_quiz_id_number'))
    )
    with op.batch_alter_table('study_printed_forms', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_printed_forms_created_by_id'), ['created_by_id'], unique=False)

    op.create_table('study_printed_slots',
    sa.Column('form_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('option_order', JSON, nullable=False),
    sa.Column('max_mark', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['form_id'], ['study_printed_forms.id'], name=op.f('fk_study_printed_slots_form_id_study_printed_forms'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['study_question_versions.id'], name=op.f('fk_study_printed_slots_version_id_study_question_versions')),
    sa.PrimaryKeyConstraint('form_id', 'position', name=op.f('pk_study_printed_slots'))
    )
    with op.batch_alter_table('study_printed_slots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_printed_slots_version_id'), ['version_id'], unique=False)

    op.create_table('study_question_pictures',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('picture_id', sa.Integer(), nullable=False),
    sa.Column('is_asked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['picture_id'], ['study_pictures.id'], name=op.f('fk_study_question_pictures_picture_id_study_pictures'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['study_question_versions.id'], name=op.f('fk_study_question_pictures_version_id_study_question_versions'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', 'picture_id', name=op.f('pk_study_question_pictures'))
    )
    with op.batch_alter_table('study_question_pictures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_question_pictures_picture_id'), ['picture_id'], unique=False)

    with op.batch_alter_table('study_pictures', schema=None) as batch_op:
        batch_op.add_column(sa.Column('import_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_study_pictures_import_id'), ['import_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_study_pictures_import_id_study_question_imports'), 'study_question_imports', ['import_id'], ['id'], ondelete='SET NULL')


def downgrade() -> None:
    with op.batch_alter_table('study_pictures', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_study_pictures_import_id_study_question_imports'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_study_pictures_import_id'))
        batch_op.drop_column('import_id')

    op.drop_table('study_question_pictures')
    op.drop_table('study_printed_slots')
    op.drop_table('study_printed_forms')
