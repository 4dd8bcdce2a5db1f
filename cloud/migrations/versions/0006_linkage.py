"""The checklists of fires: which effects were seen when, and which did not come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this step."""
    op.create_table(
        "linkage",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("gateway", sa.String(length=64), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("zone_zh", sa.Text(), nullable=False),
        sa.Column("zone_en", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("equipment", sa.String(length=64), nullable=False),
        sa.Column("instance", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=16), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("close_reason", sa.String(length=16), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkage")),
    )
    op.create_index("uq_linkage_opened", "linkage", ["site", "zone", "opened_at"], unique=True)
    op.create_index("ix_linkage_site_opened_at", "linkage", ["site", "opened_at"])
    op.create_table(
        "linkage_effect",
        sa.Column("linkage", sa.String(length=36), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("point", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("within", sa.Float(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("already", sa.Boolean(), nullable=False),
        sa.Column("missing_at", sa.BigInteger(), nullable=True),
        sa.Column("known", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("linkage", "id", name=op.f("pk_linkage_effect")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("linkage_effect")
    op.drop_index("ix_linkage_site_opened_at", "linkage")
    op.drop_index("uq_linkage_opened", "linkage")
    op.drop_table("linkage")
