"""The telephone: actions by key, signatures, when a photo was taken; codes that hang at things, residents' reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.create_table(
        "order_action",
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("adjusted", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("by", "key", name=op.f("pk_order_action")),
    )
    op.create_index("ix_order_action_order_id", "order_action", ["order_id"])
    op.create_table(
        "order_signature",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("strokes", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_signature")),
    )
    op.create_index("ix_order_signature_order_id", "order_signature", ["order_id"])
    op.create_table(
        "qr_code",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("retired_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_qr_code")),
    )
    valid = sa.text("retired_at IS NULL")
    op.create_index(
        "uq_qr_code_of", "qr_code", ["site", "kind", "ref"], unique=True, sqlite_where=valid, postgresql_where=valid
    )
    op.create_table(
        "resident_report",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code", "key", name=op.f("pk_resident_report")),
    )
    op.create_index("ix_resident_report_site_at", "resident_report", ["site", "at"])
    op.add_column("photo", sa.Column("taken_at", sa.BigInteger()))


def downgrade() -> None:
    """Back from it."""
    op.drop_column("photo", "taken_at")
    op.drop_table("resident_report")
    op.drop_table("qr_code")
    op.drop_table("order_signature")
    op.drop_table("order_action")
