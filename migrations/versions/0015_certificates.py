"""Certificates

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('study_certificate_rules',
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=24), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('hours_tenths', sa.Integer(), nullable=False),
    sa.Column('valid_months', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_certificate_rules_course_id_study_courses'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('course_id', name=op.f('pk_study_certificate_rules')),
    sa.UniqueConstraint('key', name=op.f('uq_study_certificate_rules_key'))
    )
    op.create_table('study_certificates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('course_id', sa.Integer(), nullable=False),
    sa.Column('holder_name', sa.String(length=80), nullable=False),
    sa.Column('title', sa.JSON(), nullable=False),
    sa.Column('course_title', sa.JSON(), nullable=False),
    sa.Column('branch_name', sa.JSON(), nullable=False),
    sa.Column('hours_tenths', sa.Integer(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoke_reason', sa.String(length=500), nullable=False),
    sa.Column('shows_name', sa.Boolean(), nullable=False),
    sa.Column('shows_course', sa.Boolean(), nullable=False),
    sa.Column('shows_date', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['study_courses.id'], name=op.f('fk_study_certificates_course_id_study_courses'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_study_certificates_user_id_users'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_certificates')),
    sa.UniqueConstraint('number', name=op.f('uq_study_certificates_number')),
    sa.UniqueConstraint('user_id', 'course_id', name=op.f('uq_study_certificates_user_id_course_id'))
    )
    with op.batch_alter_table('study_certificates', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_certificates_course_id_study_certificates_id'), ['course_id', 'id'], unique=False)

    op.create_table('study_certificate_records',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=False),
    sa.Column('act', sa.Enum('issued', 'shown', 'revoked', 'restored', name='certificateact', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['users.id'], name=op.f('fk_study_certificate_records_actor_id_users')),
    sa.ForeignKeyConstraint(['certificate_id'], ['study_certificates.id'], name=op.f('fk_study_certificate_records_certificate_id_study_certificates'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_study_certificate_records'))
    )
    with op.batch_alter_table('study_certificate_records', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_study_certificate_records_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_study_certificate_records_certificate_id'), ['certificate_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('study_certificate_records', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_study_certificate_records_certificate_id'))
        batch_op.drop_index(batch_op.f('ix_study_certificate_records_actor_id'))

    op.drop_table('study_certificate_records')
    with op.batch_alter_table('study_certificates', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_study_certificates_course_id_study_certificates_id'))

    op.drop_table('study_certificates')
    op.drop_table('study_certificate_rules')
