"""Folders, tags and levels of questions, imports that can be undone, and draws

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

LEVEL = sa.Enum('easy', 'medium', 'hard', name='difficulty', native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table('study_question_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bank_id', sa.Integer(), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['bank_id'], ['study_question_banks.id'], name=op.f('fk_study_question_imports_bank_id_study_question_banks'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['created_by_id'], ['users.id'], name=op.f('fk_study_question_imports_created_by_id_users')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_question_imports'))
    )
    with op.batch_alter_table('study_question_imports', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_question_imports_bank_id'), ['bank_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_question_imports_created_by_id'), ['created_by_id'], unique=False)

    with op.batch_alter_table('study_questions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('folder', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('tags', sa.String(length=400), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('level', LEVEL, nullable=True))
        batch_op.add_column(sa.Column('sketch', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('twin_of_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('import_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_study_questions_twin_of_id'), ['twin_of_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_questions_import_id'), ['import_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_study_questions_twin_of_id_study_questions'), 'study_questions', ['twin_of_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_study_questions_import_id_study_question_imports'), 'study_question_imports', ['import_id'], ['id'], ondelete='SET NULL')
    with op.batch_alter_table('study_questions', schema=None) as batch_op:
        for column in ('folder', 'tags', 'sketch'):
            batch_op.alter_column(column, server_default=None)

    with op.batch_alter_table('study_question_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('import_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_study_question_versions_import_id'), ['import_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_study_question_versions_import_id_study_question_imports'), 'study_question_imports', ['import_id'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('study_quiz_slots', schema=None) as batch_op:
        batch_op.alter_column('question_id', existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column('draw_bank_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('draw_folder', sa.String(length=200), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('draw_tag', sa.String(length=40), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('draw_level', LEVEL, nullable=True))
        batch_op.create_index(batch_op.f('ix_study_quiz_slots_draw_bank_id'), ['draw_bank_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_study_quiz_slots_draw_bank_id_study_question_banks'), 'study_question_banks', ['draw_bank_id'], ['id'])
    with op.batch_alter_table('study_quiz_slots', schema=None) as batch_op:
        for column in ('draw_folder', 'draw_tag'):
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    # Places that draw have no question: the older tables cannot hold them.
    op.execute("DELETE FROM study_quiz_slots WHERE question_id IS NULL")
    with op.batch_alter_table('study_quiz_slots', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_study_quiz_slots_difficulty'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_study_quiz_slots_draw_bank_id_study_question_banks'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_study_quiz_slots_draw_bank_id'))
        for column in ('draw_level', 'draw_tag', 'draw_folder', 'draw_bank_id'):
            batch_op.drop_column(column)
        batch_op.alter_column('question_id', existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table('study_question_versions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_study_question_versions_import_id_study_question_imports'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_study_question_versions_import_id'))
        batch_op.drop_column('import_id')

    with op.batch_alter_table('study_questions', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_study_questions_difficulty'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_study_questions_import_id_study_question_imports'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_study_questions_twin_of_id_study_questions'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_study_questions_import_id'))
        batch_op.drop_index(batch_op.f('ix_study_questions_twin_of_id'))
        for column in ('import_id', 'twin_of_id', 'sketch', 'level', 'tags', 'folder'):
            batch_op.drop_column(column)

    op.drop_table('study_question_imports')
