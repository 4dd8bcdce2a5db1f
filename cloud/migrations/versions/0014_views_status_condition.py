"""Saved views, what gateways say of themselves, and what equipment did by the day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.create_table(
        "view",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view")),
    )
    op.create_index("ix_view_site_owner", "view", ["site", "owner"])
    op.create_table(
        "gateway_status",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("gateway", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "gateway", name=op.f("pk_gateway_status")),
    )
    op.create_table(
        "condition_day",
        sa.Column("site", sa.String(64), nullable=False),
        sa.Column("equipment", sa.String(64), nullable=False),
        sa.Column("part", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("computed_at", sa.BigInteger(), nullable=False),
        sa.Column("restated", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "equipment", "part", "day", name=op.f("pk_condition_day")),
    )
    op.create_index("ix_condition_day_site_day", "condition_day", ["site", "day"])


def downgrade() -> None:
    """Back from it."""
    op.drop_table("condition_day")
    op.drop_table("gateway_status")
    op.drop_table("view")
