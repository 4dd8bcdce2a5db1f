"""Permits to take a rule out of service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.create_table(
        "permit",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("gateway", sa.String(64), nullable=False),
        sa.Column("equipment", sa.String(64), nullable=False),
        sa.Column("instance", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("equipment_zh", sa.Text(), nullable=False),
        sa.Column("equipment_en", sa.Text(), nullable=False),
        sa.Column("rule_zh", sa.Text(), nullable=False),
        sa.Column("rule_en", sa.Text(), nullable=False),
        sa.Column("life_safety", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("allowed_at", sa.BigInteger()),
        sa.Column("allowed_by", sa.String(64)),
        sa.Column("instruction", sa.String(36)),
        sa.Column("refused_at", sa.BigInteger()),
        sa.Column("refused_by", sa.String(64)),
        sa.Column("refused_why", sa.Text()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit")),
    )
    op.create_index("ix_permit_site_asked_at", "permit", ["site", "asked_at"])
    op.create_index("ix_permit_key", "permit", ["site", "equipment", "rule", "instance"])
